//! What a turn says of the prompt cache before it is sent.

use domain::engine::Engine;
use domain::model::{ModelEvent, TokenUsage};
use domain::ports::PromptStore;
use domain::prefix::{CacheState, PREFIX_LIFE_MS};
use domain::prompt::PromptChange;
use domain::text::ArticleText;
use domain::turn::TurnEvent;
use providers::scripted::Answer;

use crate::desk::{chat, desk, end, kim, text};

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

#[tokio::test]
async fn the_state_of_a_prompt_is_what_the_last_turn_was_told() {
    let usage = |written, read| {
        Ok(ModelEvent::Usage(TokenUsage {
            cache_write_1h_tokens: written,
            cache_read_tokens: read,
            ..TokenUsage::default()
        }))
    };
    let first = Answer::Events(vec![usage(300, 0), text("답"), end()]);
    let mut desk = desk(vec![first]);
    let cold = desk.turns.prompt_cache(Engine::Basic).await.unwrap();
    assert_eq!((cold.state, cold.reported_tokens, cold.last_use), (CacheState::Cold, None, None));
    assert_eq!(cold.minimum_tokens, Some(10));
    desk.run(chat("질문")).await;
    let warm = desk.turns.prompt_cache(Engine::Basic).await.unwrap();
    let told = warm.last_use.unwrap();
    assert_eq!((warm.state, warm.reported_tokens), (CacheState::Warm, Some(300)));
    assert_eq!((told.written_tokens, told.read_tokens), (300, 0));
    assert_eq!(warm.warm_until, Some(told.at.plus_millis(PREFIX_LIFE_MS)));
    assert_eq!((warm.characters, warm.estimated_tokens), (cold.characters, cold.estimated_tokens));
    assert_eq!(desk.turns.prompt_cache(Engine::Pro).await.unwrap().state, CacheState::Warm);
    // Another instruction is another prefix, and so many characters longer.
    let change =
        PromptChange { instruction: Some(ArticleText::new("새 지침 😀")), description: None };
    let by = kim().user_id;
    desk.store.save_prompt(Engine::Basic, &change, None, &by, told.at).await.unwrap();
    let changed = desk.turns.prompt_cache(Engine::Basic).await.unwrap();
    assert_eq!((changed.state, changed.last_use), (CacheState::Cold, None));
    assert_eq!(changed.characters, cold.characters + 6);
    desk.turns.provider = None;
    let unasked = desk.turns.prompt_cache(Engine::Basic).await.unwrap();
    assert_eq!((unasked.state, unasked.minimum_tokens), (CacheState::Unknown, None));
}
