//! A zip that is written while it is sent: however large the files, a few pieces of them are in memory.

use crate::evidence::Evidence;
use crate::store::files::StoredFile;
use async_zip::tokio::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use axum::body::Body;
use bytes::Bytes;
use futures::{AsyncWriteExt as _, StreamExt as _, TryStreamExt as _, stream};
use std::io;
use tokio::io::{AsyncWrite, DuplexStream};
use tokio_util::io::ReaderStream;

/// What waits between the writer and the network.
const PIPE: usize = 64 * 1024;

/// Documents first, then the files, each under its name.
pub(super) fn stream(
    evidence: Evidence,
    documents: Vec<(&'static str, Vec<u8>)>,
    files: Vec<(String, StoredFile)>,
) -> Body {
    let (writer, reader) = tokio::io::duplex(PIPE);
    let writing = tokio::spawn(async move {
        let written = write(writer, &evidence, documents, files).await;
        // Nobody reads any more: they have cancelled.
        written.inspect_err(|error| tracing::info!(%error, "archive not finished"))
    });
    // What broke in the middle must not look like a whole archive: the connection breaks, too.
    let end = stream::once(async move {
        match writing.await {
            Ok(Ok(())) => Ok(Bytes::new()),
            Ok(Err(error)) => Err(error),
            Err(error) => Err(io::Error::other(error)),
        }
    });
    let end = end.try_filter(|rest| std::future::ready(!rest.is_empty()));
    Body::from_stream(ReaderStream::new(reader).chain(end))
}

async fn write(
    writer: DuplexStream,
    evidence: &Evidence,
    documents: Vec<(&'static str, Vec<u8>)>,
    files: Vec<(String, StoredFile)>,
) -> io::Result<()> {
    let mut zip = ZipFileWriter::with_tokio(writer);
    for (name, content) in documents {
        let bytes = stream::iter([Ok(Bytes::from(content))]);
        add(&mut zip, name.to_owned(), bytes).await?;
    }
    for (name, file) in files {
        let bytes = evidence.read(&file, None).await.map_err(io::Error::other)?;
        add(&mut zip, name, bytes.map_err(io::Error::other)).await?;
    }
    zip.close().await.map_err(io::Error::other)?;
    Ok(())
}

async fn add<W: AsyncWrite + Unpin>(
    zip: &mut ZipFileWriter<W>,
    name: String,
    mut bytes: impl futures::Stream<Item = io::Result<Bytes>> + Unpin,
) -> io::Result<()> {
    // Packed, also what hardly gets smaller: an entry whose size is not known before can only be read in one go so.
    let entry = ZipEntryBuilder::new(name.into(), Compression::Deflate);
    let mut entry = zip.write_entry_stream(entry).await.map_err(io::Error::other)?;
    while let Some(piece) = bytes.try_next().await? {
        entry.write_all(&piece).await?;
    }
    entry.close().await.map_err(io::Error::other)
}
