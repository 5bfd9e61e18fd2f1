//! A file's bytes on their way from the network to where they are kept: counted, hashed, never all in memory.

use super::content::HEAD_BYTES;
use super::take_in::TakeInError;
use balcao_contract::file::FileError;
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};
use object_store::MultipartUpload;
use sha2::{Digest as _, Sha256};
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// What is written at once: few enough system calls, little memory for each upload.
const PART_BYTES: usize = 256 * 1024;

/// How slowly a file may come before it is refused. Slower ones would hold their place for hours.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The longest silence.
    pub silence: Duration,
    /// How long any pace is good enough.
    pub grace: Duration,
    /// The slowest average after that.
    pub bytes_per_second: u64,
    /// The longest time in all.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(30),
            grace: Duration::from_secs(60),
            bytes_per_second: 4 * 1024,
            longest: Duration::from_secs(4 * 3600),
        }
    }
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// In bytes.
    pub size: u64,
    /// Of all bytes.
    pub sha256: [u8; 32],
    /// The first [`HEAD_BYTES`].
    pub head: Vec<u8>,
}

/// Writes a body's bytes to `upload`, at most `most` of them. Completing or aborting is the caller's.
pub(super) async fn receive<S, E>(
    upload: &mut dyn MultipartUpload,
    body: S,
    most: u64,
    pace: Pace,
) -> Result<Received, TakeInError>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut body = pin!(body);
    let began = Instant::now();
    let (mut size, mut hasher, mut head) = (0_u64, Sha256::new(), Vec::new());
    let mut part = BytesMut::with_capacity(PART_BYTES);
    loop {
        let chunk = match timeout(pace.silence, body.next()).await {
            Err(_) => return Err(TakeInError::TooSlow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(TakeInError::Interrupted),
            Ok(Some(Ok(chunk))) => chunk,
        };
        size += chunk.len() as u64;
        if size > most {
            return Err(TakeInError::Fault(FileError::TooLarge));
        }
        let lasted = began.elapsed();
        let expected = lasted.saturating_sub(pace.grace).as_secs().saturating_mul(pace.bytes_per_second);
        if lasted > pace.longest || size < expected {
            return Err(TakeInError::TooSlow);
        }
        hasher.update(&chunk);
        head.extend_from_slice(&chunk[..chunk.len().min(HEAD_BYTES - head.len())]);
        part.extend_from_slice(&chunk);
        if part.len() >= PART_BYTES {
            upload.put_part(part.split().freeze().into()).await?;
            part.reserve(PART_BYTES);
        }
    }
    if size == 0 {
        return Err(TakeInError::Fault(FileError::Empty));
    }
    if !part.is_empty() {
        upload.put_part(part.freeze().into()).await?;
    }
    Ok(Received { size, sha256: hasher.finalize().into(), head })
}

/// Reads the rest of a refused body and throws it away, within bounds: a client that is still sending would otherwise
/// see its connection broken, and not the reason.
pub(super) async fn drain<S, E>(body: S, most: u64)
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut body = pin!(body);
    let until = Instant::now() + Duration::from_secs(20);
    let mut drained = 0_u64;
    while let Ok(Some(Ok(chunk))) = timeout_at(until, body.next()).await {
        drained += chunk.len() as u64;
        if drained > most {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use object_store::memory::InMemory;
    use object_store::path::Path;
    use object_store::{ObjectStore as _, ObjectStoreExt as _};

    async fn received(
        body: impl Stream<Item = Result<Bytes, std::io::Error>>,
        most: u64,
    ) -> Result<(Received, Bytes), TakeInError> {
        let (objects, at) = (InMemory::new(), Path::from("a"));
        let mut upload = objects.put_multipart_opts(&at, object_store::PutMultipartOptions::default()).await?;
        let received = receive(upload.as_mut(), body, most, Pace::default()).await?;
        upload.complete().await?;
        Ok((received, objects.get(&at).await?.bytes().await?))
    }

    fn pieces(count: usize, bytes: usize) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
        stream::iter((0..count).map(move |i| Ok(Bytes::from(vec![(i % 251) as u8; bytes]))))
    }

    #[tokio::test]
    async fn whatever_the_pieces_the_bytes_and_their_hash_are_the_same() {
        let (whole, bytes) = received(pieces(1, 700_000), 1_000_000).await.unwrap();
        assert_eq!(bytes, vec![0; 700_000]);
        let zeros = stream::iter((0..7000).map(|_| Ok(Bytes::from(vec![0; 100]))));
        let (in_pieces, same) = received(zeros, 1_000_000).await.unwrap();
        assert_eq!((whole, bytes), (in_pieces, same));
    }

    #[tokio::test]
    async fn the_head_is_kept_and_no_more() {
        let (got, _) = received(pieces(3, HEAD_BYTES - 10), u64::MAX).await.unwrap();
        assert_eq!((got.head.len(), got.size), (HEAD_BYTES, 3 * (HEAD_BYTES as u64 - 10)));
    }

    #[tokio::test]
    async fn one_byte_too_many_and_none_at_all_are_refused() {
        assert!(received(pieces(10, 10), 100).await.is_ok());
        let error = received(pieces(101, 1), 100).await.unwrap_err();
        assert!(matches!(error, TakeInError::Fault(FileError::TooLarge)));
        let error = received(pieces(0, 1), 100).await.unwrap_err();
        assert!(matches!(error, TakeInError::Fault(FileError::Empty)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_sender_is_not_waited_for() {
        let began = Instant::now();
        let error = received(pieces(1, 10).chain(stream::pending()), 100).await.unwrap_err();
        assert!(matches!(error, TakeInError::TooSlow));
        assert_eq!(began.elapsed().as_secs(), Pace::default().silence.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_not_waited_for_either() {
        let trickle = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Some((Ok(Bytes::from_static(b"x")), ()))
        });
        let began = Instant::now();
        let error = received(trickle, u64::MAX).await.unwrap_err();
        assert!(matches!(error, TakeInError::TooSlow));
        assert!(began.elapsed() <= Duration::from_secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_that_keeps_going_is_waited_for() {
        let slow = stream::unfold(0, |sent| async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            (sent < 100).then(|| (Ok(Bytes::from(vec![0; 16 * 1024])), sent + 1))
        });
        assert!(received(slow, u64::MAX).await.is_ok());
    }
}
