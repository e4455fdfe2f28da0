//! Reads a response on while nobody asks for it: a connection of HTTP/1.1 hands on one piece at a time
//! and reads the next when that one is taken, but an answer is heard only now and then.

use std::pin::pin;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// So many pieces wait; then the connection does.
const PIECES: usize = 256;

/// The same pieces, read by a task of their own. Dropping the stream drops the source.
pub(crate) fn read_ahead<T: Send + 'static>(
    source: impl Stream<Item = T> + Send + 'static,
) -> BoxStream<'static, T> {
    let (sender, mut pieces) = mpsc::channel(PIECES);
    let reading = AbortOnDropHandle::new(tokio::spawn(async move {
        let mut source = pin!(source);
        while let Some(piece) = source.next().await {
            if sender.send(piece).await.is_err() {
                return;
            }
        }
    }));
    futures::stream::poll_fn(move |context| {
        let _ = &reading;
        pieces.poll_recv(context)
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::{FutureExt, StreamExt, stream};

    use super::{PIECES, read_ahead};

    #[tokio::test]
    async fn a_response_is_read_on_while_nobody_asks_and_only_so_far() {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&read);
        let source = stream::repeat_with(move || counted.fetch_add(1, Ordering::Relaxed));
        let pieces = read_ahead(source.take(2 * PIECES));
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert_eq!(read.load(Ordering::Relaxed), PIECES + 1);
        assert_eq!(pieces.collect::<Vec<_>>().await, (0..2 * PIECES).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn whoever_drops_it_drops_the_response() {
        let held = Arc::new(());
        let source = stream::pending::<()>();
        let inside = Arc::clone(&held);
        let mut pieces = read_ahead(source.inspect(move |()| drop(Arc::clone(&inside))));
        assert!(pieces.next().now_or_never().is_none());
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 2);
        drop(pieces);
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
