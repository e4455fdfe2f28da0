//! What a turn says of the prompt cache before it is sent.

use domain::model::{ModelEvent, TokenUsage};
use domain::prefix::CacheState;
use domain::turn::TurnEvent;
use providers::scripted::Answer;

use crate::desk::{chat, desk, end, text};

fn state(events: &[TurnEvent]) -> Option<CacheState> {
    match &events[0] {
        TurnEvent::Started { cache, .. } => cache.map(|forecast| forecast.state),
        other => panic!("first came {other:?}"),
    }
}

#[tokio::test]
async fn the_second_turn_finds_what_the_first_has_written() {
    let written = TokenUsage { cache_write_1h_tokens: 300, ..TokenUsage::default() };
    let answer = vec![Ok(ModelEvent::Usage(written)), text("답"), end()];
    let mut desk = desk(vec![Answer::Events(answer)]);
    assert_eq!(state(&desk.run(chat("질문")).await.1), Some(CacheState::Cold));
    assert_eq!(state(&desk.run(chat("또")).await.1), Some(CacheState::Warm));
    desk.turns.prefixes = None;
    assert_eq!(state(&desk.run(chat("또")).await.1), None);
}
