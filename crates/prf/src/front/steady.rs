//! A connection whose client must go on taking what is written to it: one that takes nothing for too
//! long is over, whatever is spoken on it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A stream that fails once a write has waited for that long without a byte being taken.
pub(super) struct Steady<S> {
    stream: S,
    limit: Duration,
    /// Runs while a write waits; kept for the next one.
    over: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
    /// Nothing is read from a client either that takes nothing.
    is_over: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Steady<S> {
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, over: None, is_waiting: false, is_over: false }
    }

    /// What a write gives, unless it waits for too long.
    fn timed<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.is_over {
            return Poll::Ready(Err(too_slow()));
        }
        let written = write(Pin::new(&mut self.stream), context);
        if written.is_ready() {
            self.is_waiting = false;
            return written;
        }
        let over = self.over.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.limit)));
        if !self.is_waiting {
            self.is_waiting = true;
            over.as_mut().reset(Instant::now() + self.limit);
        }
        if over.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.is_over = true;
        Poll::Ready(Err(too_slow()))
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of what is written to it")
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_over {
            return Poll::Ready(Err(too_slow()));
        }
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.timed(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.timed(context, |stream, context| stream.poll_write_vectored(context, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.timed(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.timed(context, |stream, context| stream.poll_shutdown(context))
    }
}

#[cfg(test)]
mod tests {
    use super::Steady;
    use std::io::ErrorKind;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const LIMIT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_over_and_one_that_takes_a_little_is_not() {
        let (near, mut far) = duplex(8);
        let mut near = Steady::new(near, LIMIT);
        let writing = tokio::spawn(async move {
            near.write_all(&[7; 64]).await.unwrap();
            near
        });
        let mut taken = [0; 56];
        far.read_exact(&mut taken).await.unwrap();
        let mut near = writing.await.unwrap();
        let error = near.write_all(&[7; 1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        far.write_all(b"more").await.unwrap();
        assert_eq!(near.read(&mut [0; 4]).await.unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
