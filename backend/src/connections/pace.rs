//! How slowly an answer may be read: whoever takes nothing for a while, or next to nothing for longer, holds a connection
//! and memory for nothing. Only the time that writing waits for the reader counts; a stream on which nothing happens is not
//! slow.

use crate::telemetry;
use balcao_config::Limits;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Time spent waiting for the reader, after which the average counts.
const WINDOW: Duration = Duration::from_secs(60);

/// How slowly an answer may be read.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The longest time without anything taken.
    pub silence: Duration,
    /// The slowest average over a window of waiting.
    pub bytes_per_second: u64,
    /// That window.
    pub window: Duration,
}

impl Pace {
    /// The pace that the operator decided on.
    #[must_use]
    pub fn of(limits: &Limits) -> Self {
        let bytes_per_second = u64::from(limits.answer_bytes_per_second);
        Self { silence: limits.answer_silence, bytes_per_second, window: WINDOW.max(limits.answer_silence) }
    }

    fn least(&self) -> u64 {
        self.bytes_per_second.saturating_mul(self.window.as_secs())
    }
}

/// A connection that ends with an error where its reader is too slow.
#[derive(Debug)]
pub struct Paced<S> {
    stream: S,
    pace: Pace,
    /// Since when writing waits for the reader, with the time at which that is too long.
    blocked: Option<Instant>,
    too_long: Pin<Box<Sleep>>,
    /// In the window that has not ended: how long writing has waited, and what was taken.
    waited: Duration,
    taken: u64,
}

impl<S> Paced<S> {
    /// Watches over a connection.
    pub fn new(stream: S, pace: Pace) -> Self {
        let too_long = Box::pin(tokio::time::sleep(pace.silence));
        Self { stream, pace, blocked: None, too_long, waited: Duration::ZERO, taken: 0 }
    }

    fn too_slow() -> io::Error {
        metrics::counter!(telemetry::LET_GO, "reason" => "slow").increment(1);
        io::Error::new(io::ErrorKind::TimedOut, "the reader is too slow")
    }

    /// The reader took something.
    fn went_on(&mut self, bytes: usize) -> io::Result<()> {
        self.taken += bytes as u64;
        if let Some(since) = self.blocked.take() {
            self.waited += since.elapsed();
            self.end_window()?;
        }
        Ok(())
    }

    fn end_window(&mut self) -> io::Result<()> {
        if self.waited >= self.pace.window {
            if self.taken < self.pace.least() {
                return Err(Self::too_slow());
            }
            self.waited = Duration::ZERO;
            self.taken = 0;
        }
        Ok(())
    }

    /// The reader takes nothing at the moment.
    fn waits(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.blocked.is_none() {
            self.blocked = Some(Instant::now());
            self.too_long.as_mut().reset(Instant::now() + self.pace.silence);
        }
        if self.too_long.as_mut().poll(context).is_ready() { Err(Self::too_slow()) } else { Ok(()) }
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    fn write<T>(
        &mut self,
        context: &mut Context<'_>,
        bytes: impl FnOnce(&T) -> usize,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match write(Pin::new(&mut self.stream), context) {
            Poll::Ready(written) => {
                let written = written?;
                self.went_on(bytes(&written))?;
                Poll::Ready(Ok(written))
            }
            Poll::Pending => {
                self.waits(context)?;
                Poll::Pending
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.write(context, |bytes| *bytes, |stream, context| stream.poll_write(context, from))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |bytes| *bytes, |stream, context| stream.poll_write_vectored(context, from))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Nothing is kept back here, and a socket has nothing to flush.
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::task::JoinHandle;

    const PACE: Pace =
        Pace { silence: Duration::from_secs(30), bytes_per_second: 1_000, window: Duration::from_secs(60) };

    /// Writes so many bytes to a reader through a pipe of 100 bytes; says after how many seconds that ended, and how.
    fn answer(bytes: usize) -> (DuplexStream, JoinHandle<(u64, io::Result<()>)>) {
        let (reader, writer) = duplex(100);
        let mut writer = Paced::new(writer, PACE);
        let began = Instant::now();
        let writing = tokio::spawn(async move {
            let written = writer.write_all(&vec![7; bytes]).await;
            (began.elapsed().as_secs(), written)
        });
        (reader, writing)
    }

    /// Reads so many bytes at a time with pauses between, until nothing comes any more.
    async fn read(mut reader: DuplexStream, at_once: usize, pause: Duration) {
        let mut piece = vec![0; at_once];
        while reader.read_exact(&mut piece).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_let_go_after_the_silence() {
        let (_reader, writing) = answer(1_000);
        let (lasted, written) = writing.await.unwrap();
        assert_eq!((lasted, written.unwrap_err().kind()), (30, io::ErrorKind::TimedOut));
    }

    /// A byte a second is never silent, and would take a day for a page.
    #[tokio::test(start_paused = true)]
    async fn who_reads_next_to_nothing_is_let_go_after_the_window() {
        for (at_once, pause) in [(1, 1_000), (100, 1_000), (100, 20_000), (90, 100)] {
            let (reader, writing) = answer(1_000_000);
            read(reader, at_once, Duration::from_millis(pause)).await;
            let (lasted, written) = writing.await.unwrap();
            assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut, "{at_once} {pause}");
            assert!((60..=61).contains(&lasted), "{at_once} {pause}: {lasted} s");
        }
    }

    /// 1.1 KB a second: a telephone at the edge of the network; it takes fifteen minutes, and gets all of it.
    #[tokio::test(start_paused = true)]
    async fn a_slow_but_honest_reader_gets_everything() {
        let (reader, writing) = answer(1_000_000);
        read(reader, 100, Duration::from_millis(90)).await;
        let (lasted, written) = writing.await.unwrap();
        written.unwrap();
        assert!(lasted >= 890, "{lasted} s");
    }

    /// Live updates: little is written, at long intervals, and taken at once.
    #[tokio::test(start_paused = true)]
    async fn a_stream_on_which_little_happens_is_not_slow() {
        let (mut reader, writer) = duplex(100);
        let mut writer = Paced::new(writer, PACE);
        for _ in 0..1_000 {
            writer.write_all(b":\n\n").await.unwrap();
            writer.flush().await.unwrap();
            reader.read_exact(&mut [0; 3]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
        // The time before counts for nothing once the reader stops.
        let began = Instant::now();
        writer.write_all(&[7; 1_000]).await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), 30);
    }
}
