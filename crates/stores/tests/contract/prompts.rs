//! What the prompt port promises.

use domain::engine::Engine;
use domain::id::FileId;
use domain::ports::{PromptStore, StoreError};
use domain::prompt::{Prompt, PromptChange, PromptFile};
use domain::text::ArticleText;

use crate::sample::{at, user};

pub(crate) async fn a_prompt_counts_its_versions(store: &dyn PromptStore) {
    let engine = Engine::Basic;
    assert_eq!(store.prompt(engine).await.unwrap(), Prompt::empty(engine));
    let change = |description: Option<&str>, instruction: Option<&str>| PromptChange {
        description: description.map(ArticleText::new),
        instruction: instruction.map(ArticleText::new),
    };
    let by = user("desk");
    let first = change(Some("설명"), Some("지침"));
    assert_eq!(store.save_prompt(engine, &first, Some(0), &by, at(1)).await.unwrap(), 1);
    let second = change(None, Some("새 지침"));
    let stale = store.save_prompt(engine, &second, Some(0), &by, at(2)).await;
    assert!(matches!(stale, Err(StoreError::Conflict)));
    assert_eq!(store.save_prompt(engine, &second, None, &by, at(2)).await.unwrap(), 2);
    let version = |version, instruction: &str, millis| Prompt {
        engine,
        description: ArticleText::new("설명"),
        instruction: ArticleText::new(instruction),
        version,
        updated_at: Some(at(millis)),
        updated_by: Some(by.clone()),
    };
    let (old, live) = (version(1, "지침", 1), version(2, "새 지침", 2));
    assert_eq!(store.prompt(engine).await.unwrap(), live);
    assert_eq!(store.prompt_versions(engine).await.unwrap(), [live.clone(), old.clone()]);
    let one = async |version| store.prompt_version(engine, version).await.unwrap();
    assert_eq!(
        [one(0).await, one(1).await, one(2).await, one(3).await],
        [None, Some(old), Some(live), None]
    );
    assert_eq!(store.prompt(Engine::Pro).await.unwrap(), Prompt::empty(Engine::Pro));
}

fn file(key: &str, content: &str, millis: i64) -> PromptFile {
    PromptFile {
        engine: Engine::Pro,
        id: FileId::new(key),
        name: format!("{key}.txt"),
        content: ArticleText::new(content),
        created_at: at(millis),
    }
}

pub(crate) async fn files_are_kept_whole_and_in_order(store: &dyn PromptStore) {
    let (large, small) = (file("a#1", &"가".repeat(700_000), 2), file("b", "나", 1));
    store.add_file(&large).await.unwrap();
    store.add_file(&small).await.unwrap();
    assert!(matches!(store.add_file(&small).await, Err(StoreError::Conflict)));
    assert_eq!(store.files(Engine::Pro).await.unwrap(), [small.clone(), large.clone()]);
    assert_eq!(store.files(Engine::Basic).await.unwrap(), []);
    let text = ArticleText::new("다");
    assert!(store.update_file(Engine::Pro, &small.id, None, Some(&text)).await.unwrap());
    assert!(store.update_file(Engine::Pro, &small.id, Some("c.txt"), None).await.unwrap());
    assert!(!store.update_file(Engine::Basic, &small.id, Some("c"), None).await.unwrap());
    assert!(store.delete_file(Engine::Pro, &large.id).await.unwrap());
    assert!(!store.delete_file(Engine::Pro, &large.id).await.unwrap());
    let left = PromptFile { name: "c.txt".into(), content: text, ..small };
    assert_eq!(store.files(Engine::Pro).await.unwrap(), [left]);
}
