//! How long articles are kept: so many days after the last activity, by desk where a desk has a time
//! of its own.

use std::collections::BTreeMap;

use crate::conversation::Conversation;
use crate::time::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long conversations are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention {
    /// Days after the last activity; none keeps them for ever.
    pub days: Option<u32>,
    /// Days by the desk that stands in an article's metadata; 0 keeps them for ever.
    pub desks: BTreeMap<String, u32>,
}

impl Retention {
    /// The same days for every desk.
    #[must_use]
    pub fn of_days(days: u32) -> Self {
        Self { days: Some(days), desks: BTreeMap::new() }
    }

    /// Days by desk out of a list `economy=30,culture=365`; none where it is none.
    #[must_use]
    pub fn desks_of(list: &str) -> Option<BTreeMap<String, u32>> {
        let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
        let desk = |word: &str| {
            let (desk, days) = word.rsplit_once('=')?;
            let desk = Some(desk.trim().to_owned()).filter(|desk| !desk.is_empty())?;
            Some((desk, days.trim().parse().ok()?))
        };
        words.map(desk).collect()
    }

    /// Whether nothing ever goes.
    #[must_use]
    pub fn keeps_all(&self) -> bool {
        self.days.is_none() && self.desks.values().all(|days| *days == 0)
    }

    /// Whether the time of a conversation is over.
    #[must_use]
    pub fn is_over(&self, conversation: &Conversation, now: Timestamp) -> bool {
        let desk = conversation.article.desk.as_ref().map(|desk| desk.as_str());
        let of_desk = desk.and_then(|desk| self.desks.get(desk));
        let days = match of_desk {
            Some(0) => None,
            Some(days) => Some(*days),
            None => self.days,
        };
        let age_ms = now.millis().saturating_sub(conversation.updated_at.millis());
        days.is_some_and(|days| age_ms > i64::from(days) * DAY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Retention};
    use crate::article::ArticleMetadata;
    use crate::conversation::Conversation;
    use crate::engine::Engine;
    use crate::id::{ConversationId, UserId};
    use crate::text::ArticleText;
    use crate::time::Timestamp;

    fn check(retention: &Retention, desk: Option<&str>, age_ms: i64, expected: bool) {
        let then = Timestamp::from_millis(1_764_000_000_000);
        let desk = desk.map(ArticleText::new);
        let conversation = Conversation {
            user_id: UserId::new("kim"),
            id: ConversationId::new("c"),
            engine: Engine::Basic,
            title: ArticleText::new("제목"),
            pinned: false,
            created_at: then,
            updated_at: then,
            article: ArticleMetadata { desk, ..ArticleMetadata::default() },
            client_metadata: None,
        };
        let is_over = retention.is_over(&conversation, then.plus_millis(age_ms));
        assert_eq!(is_over, expected, "{retention:?} {age_ms}");
    }

    #[test]
    fn a_desk_keeps_its_articles_as_long_as_it_says() {
        let desks = [("경제".to_owned(), 2), ("문화".to_owned(), 0)].into();
        let by_desk = Retention { days: Some(10), desks };
        for (desk, days, expected) in [
            (None, 10, false),
            (None, 11, true),
            (Some("사회"), 11, true),
            (Some("경제"), 2, false),
            (Some("경제"), 3, true),
            (Some("문화"), 4_000, false),
        ] {
            check(&by_desk, desk, days * DAY_MS, expected);
        }
        check(&by_desk, Some("경제"), 2 * DAY_MS + 1, true);
        check(&Retention::default(), None, 4_000 * DAY_MS, false);
        check(&Retention::of_days(0), None, 1, true);
        assert!(Retention::default().keeps_all() && !by_desk.keeps_all());
    }

    #[test]
    fn a_list_of_desks_is_read_and_anything_else_is_none() {
        assert_eq!(Retention::desks_of(" "), Some([].into()));
        let desks = [("경제".to_owned(), 30), ("a=b".to_owned(), 0)].into();
        assert_eq!(Retention::desks_of("경제 = 30, a=b=0"), Some(desks));
        for list in ["경제", "=3", "경제=x", "경제=-1"] {
            assert_eq!(Retention::desks_of(list), None, "{list}");
        }
    }
}
