//! A follower of a turn: its events as frames; what waited for a slow client leaves joined, so that
//! none drowns in frames.

use std::sync::Arc;

use checker::utf16::Utf16Index;
use domain::id::TurnId;
use domain::text::ArticleText;
use domain::turn::{SequencedEvent, TurnEvent};
use tokio::sync::mpsc::Sender;

use super::hub::Live;
use crate::wire::frame::{FrameBody, ServerFrame};

/// Joined text of one frame; three bytes a Hangul syllable and escapes stay under 32 KB.
const TEXT_LIMIT_BYTES: usize = 16 * 1024;

/// Sends everything of a running turn after `sequence`, until it ends or nobody takes it.
pub(super) async fn follow(
    live: &Live,
    turn: &TurnId,
    mut sequence: u64,
    frames: &Sender<Box<ServerFrame>>,
) {
    let index = Utf16Index::new(live.article());
    loop {
        let waiting = tokio::select! {
            biased;
            more = live.more(sequence) => more,
            () = frames.closed() => return,
        };
        let mut rest = waiting.as_slice();
        while let Some((event, left)) = next(rest) {
            (sequence, rest) = (event.sequence, left);
            let is_sent = frames.send(frame(turn, &event, &index)).await.is_ok();
            if !is_sent || event.event.is_last() {
                return;
            }
        }
    }
}

/// Sends kept events of a turn that has ended.
pub(super) async fn replay(
    turn: &TurnId,
    events: Vec<SequencedEvent>,
    article: &str,
    frames: &Sender<Box<ServerFrame>>,
) {
    let index = Utf16Index::new(article);
    let events: Vec<_> = events.into_iter().map(Arc::new).collect();
    let mut rest = events.as_slice();
    while let Some((event, left)) = next(rest) {
        rest = left;
        if frames.send(frame(turn, &event, &index)).await.is_err() {
            return;
        }
    }
}

fn frame(turn: &TurnId, event: &SequencedEvent, index: &Utf16Index<'_>) -> Box<ServerFrame> {
    Box::new(ServerFrame {
        turn_id: Some(turn.as_str().to_owned()),
        seq: Some(event.sequence),
        body: FrameBody::of_event(&event.event, index),
    })
}

/// The next event and those behind it; neighbouring pieces of text are joined into one, which has
/// the number of the last.
fn next(events: &[Arc<SequencedEvent>]) -> Option<(Arc<SequencedEvent>, &[Arc<SequencedEvent>])> {
    let (first, mut rest) = events.split_first()?;
    let TurnEvent::Text { text, index, at } = &first.event else {
        return Some((Arc::clone(first), rest));
    };
    let (mut joined, mut sequence) = (String::new(), first.sequence);
    while let Some((event, left)) = rest.split_first() {
        let TurnEvent::Text { text: more, .. } = &event.event else { break };
        let so_far = text.as_str().len().max(joined.len());
        if so_far + more.as_str().len() > TEXT_LIMIT_BYTES {
            break;
        }
        if joined.is_empty() {
            joined.push_str(text.as_str());
        }
        joined.push_str(more.as_str());
        (sequence, rest) = (event.sequence, left);
    }
    if sequence == first.sequence {
        return Some((Arc::clone(first), rest));
    }
    let event = TurnEvent::Text { text: ArticleText::new(joined), index: *index, at: *at };
    Some((Arc::new(SequencedEvent { sequence, event }), rest))
}

#[cfg(test)]
mod tests {
    use super::{TEXT_LIMIT_BYTES, next};
    use domain::text::ArticleText;
    use domain::time::Timestamp;
    use domain::turn::{Notice, SequencedEvent, TurnEvent};
    use std::sync::Arc;

    fn text(sequence: u64, text: &str) -> SequencedEvent {
        let at = Timestamp::from_millis(0);
        let text = ArticleText::new(text);
        SequencedEvent { sequence, event: TurnEvent::Text { text, index: sequence, at } }
    }

    fn joined(events: Vec<SequencedEvent>) -> Vec<SequencedEvent> {
        let events: Vec<_> = events.into_iter().map(Arc::new).collect();
        let mut rest = events.as_slice();
        let all = std::iter::from_fn(|| {
            let (event, left) = next(rest)?;
            rest = left;
            Some((*event).clone())
        });
        all.collect()
    }

    #[test]
    fn neighbouring_text_is_one_frame_with_the_last_number() {
        let notice =
            SequencedEvent { sequence: 3, event: TurnEvent::Notice(Notice::AnswerTruncated) };
        let events = vec![text(1, "가"), text(2, "😀"), notice.clone(), text(4, "나")];
        let first = SequencedEvent { sequence: 2, ..text(1, "가😀") };
        assert_eq!(joined(events), [first, notice, text(4, "나")]);
    }

    #[test]
    fn a_frame_never_grows_past_its_limit() {
        let half = "a".repeat(TEXT_LIMIT_BYTES / 2 + 1);
        let events = vec![text(1, &half), text(2, &half)];
        assert_eq!(joined(events.clone()), events);
    }
}
