//! A follower of a turn: its events as frames, text joined so that no client drowns in frames.

use std::time::Duration;

use checker::utf16::Utf16Index;
use domain::id::TurnId;
use domain::text::ArticleText;
use domain::turn::{SequencedEvent, TurnEvent};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep_until};

use super::hub::Live;
use crate::wire::frame::{FrameBody, ServerFrame};

/// Text goes out at once, then at most so often.
const TEXT_EVERY: Duration = Duration::from_millis(50);
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
    let mut count = live.watch();
    let mut text_from = Instant::now();
    loop {
        count.mark_unchanged();
        let events = joined(live.after(sequence));
        for event in events {
            let is_text = matches!(event.event, TurnEvent::Text { .. });
            if is_text && Instant::now() < text_from {
                break;
            }
            sequence = event.sequence;
            let is_last = event.event.is_last();
            if frames.send(frame(turn, &event, &index)).await.is_err() || is_last {
                return;
            }
            if is_text {
                text_from = Instant::now() + TEXT_EVERY;
            }
        }
        // Held-back text is sent when its time has come, even if nothing new is said.
        let has_more = !live.after(sequence).is_empty();
        if has_more {
            sleep_until(text_from).await;
            continue;
        }
        tokio::select! {
            changed = count.changed() => if changed.is_err() {
                return;
            },
            () = frames.closed() => return,
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
    for event in joined(events) {
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

/// Joins neighbouring pieces of text; the joined piece has the number of its last.
fn joined(events: Vec<SequencedEvent>) -> Vec<SequencedEvent> {
    let mut out: Vec<SequencedEvent> = Vec::with_capacity(events.len());
    for event in events {
        if let (Some(last), TurnEvent::Text { text: more, .. }) = (out.last_mut(), &event.event)
            && let TurnEvent::Text { text, .. } = &mut last.event
            && text.as_str().len() + more.as_str().len() <= TEXT_LIMIT_BYTES
        {
            *text = ArticleText::new(format!("{}{}", text.as_str(), more.as_str()));
            last.sequence = event.sequence;
            continue;
        }
        out.push(event);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{TEXT_LIMIT_BYTES, joined};
    use domain::text::ArticleText;
    use domain::time::Timestamp;
    use domain::turn::{Notice, SequencedEvent, TurnEvent};

    fn text(sequence: u64, text: &str) -> SequencedEvent {
        let at = Timestamp::from_millis(0);
        let text = ArticleText::new(text);
        SequencedEvent { sequence, event: TurnEvent::Text { text, index: sequence, at } }
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
