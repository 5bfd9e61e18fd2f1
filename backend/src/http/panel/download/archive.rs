//! Both documents and every file, packed as they are sent: what is in memory does not grow with them.

use super::data::Data;
use super::names::Names;
use super::page::Page;
use super::thread::{Thread, pieces};
use async_zip::tokio::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use axum::body::Body;
use balcao_evidence::Evidence;
use bytes::Bytes;
use futures::{AsyncWriteExt as _, StreamExt as _, TryStreamExt as _, stream};
use std::io;
use tokio::io::{AsyncWrite, DuplexStream};
use tokio_util::io::ReaderStream;

/// What waits between the writer and the network.
const PIPE: usize = 64 * 1024;

/// What the archive is made of.
pub(super) struct Archive {
    pub evidence: Evidence,
    pub page: Page,
    pub data: Data,
    pub thread: Thread,
}

impl Archive {
    /// Documents first, then the files, each under its name.
    pub fn stream(self) -> Body {
        let (writer, reader) = tokio::io::duplex(PIPE);
        let writing = tokio::spawn(async move {
            let written = self.write(writer).await;
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

    async fn write(self, writer: DuplexStream) -> io::Result<()> {
        let Self { evidence, page, data, mut thread } = self;
        let mut zip = ZipFileWriter::with_tokio(writer);
        let page = Box::pin(pieces(page, thread.clone()));
        add(&mut zip, "request.html".to_owned(), page).await?;
        let data = Box::pin(pieces(data, thread.clone()));
        add(&mut zip, "request.json".to_owned(), data).await?;
        // The same names in the same order as the page's links.
        let mut names = Names::default();
        loop {
            let said = thread.next().await.map_err(io::Error::other)?;
            if said.is_empty() {
                break;
            }
            for file in said.iter().flat_map(|(_, files)| files) {
                let bytes = evidence.read(file, None).await.map_err(io::Error::other)?;
                add(&mut zip, names.entry(&file.file_name), bytes.map_err(io::Error::other)).await?;
            }
        }
        zip.close().await.map_err(io::Error::other)?;
        Ok(())
    }
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
