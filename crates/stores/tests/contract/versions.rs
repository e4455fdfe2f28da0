//! What the version port promises.

use domain::conversation::Draft;
use domain::finding::{FindingState, TrackedFinding};
use domain::ports::ConversationStore;
use domain::text::ArticleText;
use domain::version::{
    DRAFT_VERSION_AFTER_MS, KeptVersion, VERSIONS_KEPT, VersionNote, VersionReason, VersionRequest,
};

use crate::sample::{at, conversation, finding, id, user};

fn draft(version: u64, text: &str, millis: i64) -> Draft {
    let tracked = |state| TrackedFinding { finding: finding("f"), state };
    let findings = vec![tracked(FindingState::Open), tracked(FindingState::Rejected)];
    Draft { text: ArticleText::new(text), findings, version, updated_at: at(millis) }
}

fn request(reason: VersionReason, label: Option<&str>, millis: i64) -> VersionRequest {
    VersionRequest {
        author: user("kim"),
        reason,
        label: label.map(ArticleText::new),
        at: at(millis),
    }
}

fn note(version: u64, reason: VersionReason, label: Option<&str>, millis: i64) -> VersionNote {
    VersionNote {
        version,
        at: at(millis),
        author: user("kim"),
        reason,
        label: label.map(ArticleText::new),
        characters: 2,
        open_suggestions: 1,
    }
}

async fn notes(store: &dyn ConversationStore) -> Vec<VersionNote> {
    store.versions(&user("kim"), &id("a")).await.unwrap().unwrap()
}

pub(crate) async fn a_draft_is_kept_when_the_last_version_is_old(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    assert_eq!(store.versions(&kim, &a).await.unwrap(), None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(notes(store).await, []);
    let later = DRAFT_VERSION_AFTER_MS;
    for (version, text, millis) in [
        (1, "하나", 0),
        (2, "둘😀", later),
        (3, "하나", later + 1),
        (4, "셋\u{1112}", later + 2),
        (5, "넷넷", 2 * later + 2),
    ] {
        assert!(store.save_draft(&kim, &a, &draft(version, text, millis)).await.unwrap());
    }
    let first = note(1, VersionReason::Draft, None, 0);
    // The third save is late enough but says what the first version says.
    let second = note(2, VersionReason::Draft, None, later + 2);
    assert_eq!(notes(store).await, [second.clone(), first]);
    let kept = store.version(&kim, &a, 2).await.unwrap().unwrap();
    let saved = draft(4, "셋\u{1112}", 0);
    assert_eq!((kept.note, kept.text, kept.findings), (second, saved.text, saved.findings));
    assert_eq!(store.version(&kim, &a, 3).await.unwrap(), None);
    for (stranger, key) in [("lee", "a"), ("kim", "b")] {
        assert_eq!(store.versions(&user(stranger), &id(key)).await.unwrap(), None);
        assert_eq!(store.version(&user(stranger), &id(key), 1).await.unwrap(), None);
    }
}

pub(crate) async fn a_version_is_kept_once_for_one_text(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    let manual = request(VersionReason::Manual, Some("마감"), 5);
    assert_eq!(store.keep_version(&kim, &a, &manual).await.unwrap(), None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(store.keep_version(&kim, &a, &manual).await.unwrap(), None);
    store.save_draft(&kim, &a, &draft(1, "하나", 0)).await.unwrap();
    // What was kept by itself is now kept on purpose.
    let named = note(1, VersionReason::Manual, Some("마감"), 0);
    let same = store.keep_version(&kim, &a, &manual).await.unwrap();
    assert_eq!(same, Some(KeptVersion::Same(named.clone())));
    let run = request(VersionReason::Run, None, 6);
    let same = store.keep_version(&kim, &a, &run).await.unwrap();
    assert_eq!(same, Some(KeptVersion::Same(named.clone())));
    store.save_draft(&kim, &a, &draft(2, "두글", 7)).await.unwrap();
    let second = note(2, VersionReason::Run, None, 8);
    let new = store.keep_version(&kim, &a, &VersionRequest { at: at(8), ..run }).await.unwrap();
    assert_eq!(new, Some(KeptVersion::New(second.clone())));
    assert_eq!(notes(store).await, [second, named]);
}

pub(crate) async fn drafts_make_room_for_versions_kept_on_purpose(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    let kept = i64::try_from(VERSIONS_KEPT).unwrap();
    // The first and the last are drafts, the others were asked for.
    for number in 1..=kept + 1 {
        let millis = number * (DRAFT_VERSION_AFTER_MS + 1);
        let version = u64::try_from(number).unwrap();
        let text = format!("{number:02}");
        store.save_draft(&kim, &a, &draft(version, &text, millis)).await.unwrap();
        if number > 2 && number <= kept {
            let manual = request(VersionReason::Manual, None, millis);
            store.keep_version(&kim, &a, &manual).await.unwrap();
        }
    }
    let numbers =
        |notes: Vec<VersionNote>| -> Vec<u64> { notes.iter().map(|note| note.version).collect() };
    let all: Vec<u64> = (2..=u64::try_from(kept).unwrap() + 1).rev().collect();
    assert_eq!(numbers(notes(store).await), all);
    assert_eq!(store.version(&kim, &a, 1).await.unwrap(), None);
    // The next one takes the place of the other draft of the beginning, not of what is older.
    let next = u64::try_from(kept).unwrap() + 2;
    let millis = (kept + 2) * (DRAFT_VERSION_AFTER_MS + 1);
    store.save_draft(&kim, &a, &draft(next, "끝끝", millis)).await.unwrap();
    let all: Vec<u64> = (3..=next).rev().collect();
    assert_eq!(numbers(notes(store).await), all);
}

pub(crate) async fn versions_go_with_their_conversation(store: &dyn ConversationStore) {
    let (kim, a) = (user("kim"), id("a"));
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    store.save_draft(&kim, &a, &draft(1, "하나", 0)).await.unwrap();
    assert!(store.delete(&kim, &a).await.unwrap());
    assert_eq!(store.version(&kim, &a, 1).await.unwrap(), None);
    store.create(&conversation("kim", "a", 0)).await.unwrap();
    assert_eq!(notes(store).await, []);
    assert_eq!(store.version(&kim, &a, 1).await.unwrap(), None);
}
