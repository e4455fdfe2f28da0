//! Frames as server-sent events (WHATWG HTML, section 9.2): each is written once, as the bytes that are
//! sent, and silence is filled with comments.

use std::io::Write;
use std::task::{Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use futures::future::{BoxFuture, FusedFuture};
use futures::{FutureExt, Stream, stream};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until};

use crate::wire::frame::ServerFrame;

/// Whoever stands between would close a connection that is silent for longer.
const SILENCE: Duration = Duration::from_secs(15);
/// A comment, which nobody reads.
const ALIVE: &[u8] = b":\n\n";
/// Most events are not longer.
const EVENT_BYTES: usize = 256;

/// The frames that `following` sends, which runs as they are asked for: no other task has to wake for
/// them.
pub(super) fn written(
    following: BoxFuture<'static, ()>,
    mut waiting: Receiver<Box<ServerFrame>>,
) -> impl Stream<Item = Bytes> {
    let mut following = following.fuse();
    let mut silent_since = Instant::now();
    // Goes off when it may have been silent for too long; an event does not touch it.
    let mut alarm = Box::pin(sleep_until(silent_since + SILENCE));
    stream::poll_fn(move |context| {
        let mut next = waiting.try_recv();
        if next.is_err() {
            // Over or not is asked below: a future that is over is pending when it is polled again.
            let _ = following.poll_unpin(context);
            next = waiting.try_recv();
        }
        if let Ok(frame) = next {
            silent_since = Instant::now();
            return Poll::Ready(Some(event(&frame)));
        }
        if following.is_terminated() {
            return Poll::Ready(None);
        }
        loop {
            ready!(alarm.as_mut().poll(context));
            let now = Instant::now();
            if now >= silent_since + SILENCE {
                silent_since = now;
                alarm.as_mut().reset(now + SILENCE);
                return Poll::Ready(Some(Bytes::from_static(ALIVE)));
            }
            alarm.as_mut().reset(silent_since + SILENCE);
        }
    })
}

/// A frame with its number as id. JSON has no line breaks between its tokens, so one line holds it.
fn event(frame: &ServerFrame) -> Bytes {
    let mut event = Vec::with_capacity(EVENT_BYTES);
    let written = write!(event, "id: {}\ndata: ", frame.seq.unwrap_or_default())
        .map_err(serde_json::Error::io)
        .and_then(|()| serde_json::to_writer(&mut event, frame));
    match written {
        Ok(()) => event.extend_from_slice(b"\n\n"),
        Err(_) => event = b":unreadable\n\n".to_vec(),
    }
    event.into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::{FutureExt, StreamExt};
    use tokio::sync::mpsc;
    use tokio::time::{Instant, sleep};

    use super::written;
    use crate::wire::frame::{FrameBody, ServerFrame};

    fn pong(seq: u64) -> Box<ServerFrame> {
        Box::new(ServerFrame { turn_id: None, seq: Some(seq), body: FrameBody::Pong })
    }

    #[tokio::test(start_paused = true)]
    async fn frames_are_events_and_silence_is_filled_until_the_end() {
        let (frames, waiting) = mpsc::channel(8);
        let begun = Instant::now();
        let following = async move {
            for (seconds, seq) in [(0, 1), (10, 2), (16, 3)] {
                sleep(Duration::from_secs(seconds)).await;
                assert!(frames.send(pong(seq)).await.is_ok());
            }
        };
        let heard = written(following.boxed(), waiting)
            .map(|bytes| (begun.elapsed().as_secs(), String::from_utf8(bytes.to_vec()).unwrap()));
        let heard: Vec<_> = heard.collect().await;
        let event = |seq: u64| format!("id: {seq}\ndata: {{\"seq\":{seq},\"type\":\"pong\"}}\n\n");
        let expected = [(0, event(1)), (10, event(2)), (25, ":\n\n".into()), (26, event(3))];
        assert_eq!(heard, expected);
    }
}
