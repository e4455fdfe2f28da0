//! The index of words: it finds what looking finds, whatever is written, and is built for files that
//! have none.

use domain::conversation::{Conversation, Draft, Message};
use domain::id::MessageId;
use domain::ports::{ConversationChange, ConversationStore, SearchStore};
use domain::search::SearchQuery;
use domain::text::ArticleText;
use proptest::prelude::*;
use rusqlite::Connection;
use stores::{SqliteOptions, SqliteStore};

use crate::sample::{at, conversation, id, message, user};

/// One thing that happens to one of a few conversations.
#[derive(Debug, Clone)]
enum Step {
    Title { key: u8, text: String },
    Draft { key: u8, text: String },
    Say { key: u8, is_article: bool, text: String },
    Remove { key: u8 },
}

/// Few letters, so that words meet.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select("가각나낙힣ㄱㄴaA1.% \n😀".chars().collect::<Vec<_>>()),
        0..14,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

fn query() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select("가각나힣ㄱㄴㅎa1.% 😀".chars().collect::<Vec<_>>()),
        1..5,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..4_u8;
    let step = prop_oneof![
        (key.clone(), text()).prop_map(|(key, text)| Step::Title { key, text }),
        (key.clone(), text()).prop_map(|(key, text)| Step::Draft { key, text }),
        (key.clone(), any::<bool>(), text()).prop_map(|(key, is_article, text)| Step::Say {
            key,
            is_article,
            text
        }),
        key.prop_map(|key| Step::Remove { key }),
    ];
    prop::collection::vec(step, 1..24)
}

/// A conversation as it should be: title, draft, messages with whether they are articles.
#[derive(Debug, Clone, Default)]
struct Kept {
    title: String,
    draft: Option<String>,
    drafts: u64,
    messages: Vec<(bool, String)>,
    updated: i64,
}

async fn run(store: &dyn ConversationStore, model: &mut [Option<Kept>; 4], now: i64, step: &Step) {
    let kim = user("kim");
    let (Step::Title { key, .. }
    | Step::Draft { key, .. }
    | Step::Say { key, .. }
    | Step::Remove { key }) = step;
    let (name, slot) = (id(&key.to_string()), &mut model[usize::from(*key)]);
    if let Step::Remove { .. } = step {
        store.delete(&kim, &name).await.unwrap();
        *slot = None;
        return;
    }
    if slot.is_none() {
        let title = ArticleText::new("");
        let header = Conversation { title, ..conversation("kim", name.as_str(), now) };
        store.create(&header).await.unwrap();
        *slot = Some(Kept { updated: now, ..Kept::default() });
    }
    let kept = slot.as_mut().unwrap();
    match step {
        Step::Title { text, .. } => {
            let title = Some(ArticleText::new(text.clone()));
            let change = ConversationChange { title, ..Default::default() };
            store.update(&kim, &name, &change).await.unwrap();
            kept.title.clone_from(text);
        }
        Step::Draft { text, .. } => {
            kept.drafts += 1;
            let (version, updated_at) = (kept.drafts, at(now));
            let words = ArticleText::new(text.clone());
            let draft = Draft { text: words, findings: vec![], version, updated_at };
            store.save_draft(&kim, &name, &draft).await.unwrap();
            (kept.draft, kept.updated) = (Some(text.clone()), now);
        }
        Step::Say { is_article, text, .. } => {
            let said = Message {
                id: MessageId::new(now.to_string()),
                kind: if *is_article { "article" } else { "text" }.into(),
                content: ArticleText::new(text.clone()),
                ..message("m")
            };
            store.append_messages(&kim, &name, &[said], at(now)).await.unwrap();
            kept.messages.push((*is_article, text.clone()));
            kept.updated = now;
        }
        Step::Remove { .. } => {}
    }
}

/// Whether a word stands in a text, letter by letter.
fn stands(word: &str, text: &str) -> bool {
    let initials = [('ㄱ', '가'..='깋'), ('ㄴ', '나'..='닣'), ('ㅎ', '하'..='힣')];
    let is_same = |asked: char, there: char| {
        let begins = |(initial, syllables): &(char, std::ops::RangeInclusive<char>)| {
            asked == *initial && syllables.contains(&there)
        };
        asked == there.to_ascii_lowercase() || initials.iter().any(begins)
    };
    let (word, text): (Vec<char>, Vec<char>) = (word.chars().collect(), text.chars().collect());
    (0..text.len()).any(|start| {
        let place = &text[start..];
        place.len() >= word.len() && word.iter().zip(place).all(|(a, b)| is_same(*a, *b))
    })
}

/// Ids and places, by looking at everything.
fn naive(model: &[Option<Kept>; 4], query: &str) -> Vec<(String, &'static str)> {
    let words: Vec<&str> = query.split_whitespace().collect();
    let holds = |text: &str| words.iter().all(|word| stands(word, text));
    let mut found = Vec::new();
    for (key, kept) in model.iter().enumerate() {
        let Some(kept) = kept else { continue };
        let said = kept.messages.iter().rev().find(|(_, text)| holds(text));
        let place = match said {
            _ if holds(&kept.title) => "title",
            _ if kept.draft.as_deref().is_some_and(holds) => "article",
            Some((true, _)) => "article",
            Some((false, _)) => "message",
            None => continue,
        };
        found.push((place == "title", kept.updated, key.to_string(), place));
    }
    found.sort_by(|a, b| b.cmp(a));
    // Within the same time the greatest id comes first; the place plays no part.
    found.into_iter().map(|(_, _, id, place)| (id, place)).collect()
}

async fn check(store: &dyn ConversationStore, steps: &[Step], queries: &[String]) {
    let mut model = [None, None, None, None];
    for (now, step) in (0..).zip(steps) {
        run(store, &mut model, now, step).await;
    }
    for text in queries {
        let Some(query) = SearchQuery::new(text) else { continue };
        let hits = store.search(&user("kim"), &query, 9).await.unwrap();
        let found: Vec<_> = hits
            .iter()
            .map(|hit| (hit.conversation.id.as_str().to_owned(), hit.place.name()))
            .collect();
        assert_eq!(found, naive(&model, text), "{text:?} in {model:?}");
    }
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn memory(steps in steps(), queries in prop::collection::vec(query(), 8)) {
        block_on(check(&crate::memory(), &steps, &queries));
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn sqlite(steps in steps(), queries in prop::collection::vec(query(), 8)) {
        let (store, _directory) = crate::sqlite();
        block_on(check(&store, &steps, &queries));
    }
}

async fn found(store: &SqliteStore, words: &str) -> Vec<String> {
    let query = SearchQuery::new(words).unwrap();
    let hits = store.search(&user("kim"), &query, 200).await.unwrap();
    hits.into_iter().map(|hit| hit.conversation.id.as_str().to_owned()).collect()
}

#[tokio::test]
async fn an_index_is_built_for_a_file_that_has_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let open = || SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    let store = open();
    for number in 0..130 {
        let key = format!("c{number:03}");
        store.create(&conversation("kim", &key, number)).await.unwrap();
        let said = Message { content: ArticleText::new("기준금리를"), ..message("m") };
        store.append_messages(&user("kim"), &id(&key), &[said], at(number)).await.unwrap();
    }
    drop(store);
    // The file as the program before this one left it.
    let file = Connection::open(&path).unwrap();
    file.execute_batch(
        "DROP TABLE search; DROP TABLE search_users; DROP TABLE search_blocks; \
         DROP TABLE search_unread; DROP TABLE settings; PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(file);
    let expected: Vec<String> = (0..130).rev().map(|number| format!("c{number:03}")).collect();
    // Found while the index is built, and by a program that was ended in the middle of it.
    for _ in 0..3 {
        let store = open();
        assert_eq!(found(&store, "금리").await, expected);
        store.delete(&user("kim"), &id("c000")).await.unwrap();
        store.create(&conversation("kim", "c000", 0)).await.unwrap();
        let said = Message { content: ArticleText::new("금리"), ..message("m") };
        store.append_messages(&user("kim"), &id("c000"), &[said], at(0)).await.unwrap();
    }
    let store = open();
    let file = Connection::open(&path).unwrap();
    let count = |sql: &str| file.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    store.finish_index();
    assert_eq!(count("SELECT count(*) FROM search_unread"), 0);
    assert_eq!(count("SELECT count(*) FROM search_docsize"), 260);
    assert_eq!(found(&store, "ㄱㄹ").await, expected);
    for number in 0..130 {
        store.delete(&user("kim"), &id(&format!("c{number:03}"))).await.unwrap();
    }
    for table in ["search_docsize", "search_blocks", "search_users"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

/// The rows of a list lie all over the file: what their keys say is not read from them.
#[tokio::test]
async fn a_search_reads_the_keys_of_the_list_and_not_its_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let open = || SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    let store = open();
    for (number, key) in (0..).zip(["a", "b#1", "c%2"]) {
        store.create(&conversation("kim", key, number)).await.unwrap();
        let said = Message { content: ArticleText::new("기준금리를 😀"), ..message("m") };
        store.append_messages(&user("kim"), &id(key), &[said], at(number)).await.unwrap();
    }
    // The first search takes all headers into the list, and with that writes its rows.
    assert_eq!(found(&store, "금리").await, ["c%2", "b#1", "a"]);
    drop(store);
    let file = Connection::open(&path).unwrap();
    let emptied = file.execute(
        "UPDATE conversations SET body = '' \
         WHERE userId = 'kim##list' AND conversationId <> '~adopted'",
        (),
    );
    assert_eq!(emptied.unwrap(), 3);
    drop(file);
    assert_eq!(found(&open(), "금리").await, ["c%2", "b#1", "a"]);
}

/// Headers that have no place in the list get one: it is no reason to look through every draft.
#[tokio::test]
async fn a_search_before_any_list_asks_the_index() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    let open = || SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    let store = open();
    for (number, key) in (0..).zip(["a", "b"]) {
        store.create(&conversation("kim", key, number)).await.unwrap();
        let said = Message { content: ArticleText::new(key), ..message("m") };
        store.append_messages(&user("kim"), &id(key), &[said], at(number)).await.unwrap();
    }
    drop(store);
    let file = Connection::open(&path).unwrap();
    // A message that cannot be read says whether anybody has tried to.
    let broken = "UPDATE conversations SET body = '{' \
                  WHERE userId = 'kim#b' AND conversationId LIKE 'm#%'";
    assert_eq!(file.execute(broken, ()).unwrap(), 1);
    file.execute("DELETE FROM conversations WHERE userId = 'kim##list'", ()).unwrap();
    drop(file);
    assert_eq!(found(&open(), "a").await, ["a"]);
}
