//! Entries of a dictionary, whose they are, and what an entry may say.

use checker::RuleId;
use unicode_normalization::UnicodeNormalization;

use crate::access::Action;
use crate::id::{EntryId, UserId};
use crate::ports::StoreError;
use crate::principal::Principal;
use crate::time::Timestamp;

/// A dictionary holds so many entries at most.
pub const DICTIONARY_LIMIT_ENTRIES: usize = 10_000;
/// A word, and what is written instead, hold so many characters at most.
pub const ENTRY_LIMIT_CHARS: usize = 100;
/// A reason holds so many characters at most.
pub const REASON_LIMIT_CHARS: usize = 300;

/// Whose dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DictionaryScope {
    /// One person's.
    Me(UserId),
    /// One desk's.
    Desk(String),
    /// Everybody's.
    All,
}

impl DictionaryScope {
    /// What adding and removing entries asks for besides being that person; none where that is all.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        match self {
            Self::Me(_) => None,
            Self::Desk(_) => Some(Action::EditDeskStyle),
            Self::All => Some(Action::EditHouseStyle),
        }
    }

    /// Whether the caller may add and remove entries: everybody in their own dictionary, the desk
    /// chiefs in that of their desk (in any where none is known), admins in everybody's.
    #[must_use]
    pub fn may_be_changed_by(&self, who: &Principal) -> bool {
        match self {
            Self::Me(user) => *user == who.user_id,
            Self::Desk(desk) => {
                let is_own = who.desk.as_ref().is_none_or(|own| own == desk);
                who.may(Action::EditHouseStyle) || (is_own && who.may(Action::EditDeskStyle))
            }
            Self::All => who.may(Action::EditHouseStyle),
        }
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DictionaryRule {
    /// Write it in another way.
    Replace {
        /// What is not to be written.
        wrong: String,
        /// What is written instead.
        right: String,
    },
    /// The word is never flagged.
    Except {
        /// The word.
        word: String,
    },
    /// A rule stays silent.
    IgnoreRule {
        /// Which rule.
        rule: RuleId,
        /// Only on this word; on everything where none is named.
        word: Option<String>,
    },
}

impl DictionaryRule {
    /// Every text of the entry that a reader may look for.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Replace { wrong, right } => (wrong.as_str(), Some(right.as_str())),
            Self::Except { word } => (word.as_str(), None),
            Self::IgnoreRule { rule, word } => (rule.as_str(), word.as_deref()),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether a text holds the word that is to be written in another way.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Replace { wrong, .. } => text.contains(wrong.as_str()),
            Self::Except { .. } | Self::IgnoreRule { .. } => false,
        }
    }

    /// What the entry is about; a dictionary says one thing about it. What is never flagged cannot be
    /// replaced too.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Replace { wrong: word, .. } | Self::Except { word } => {
                Subject::Word(word.clone())
            }
            Self::IgnoreRule { rule, word } => Subject::Rule(rule.clone(), word.clone()),
        }
    }
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A word.
    Word(String),
    /// A rule, everywhere or on one word.
    Rule(RuleId, Option<String>),
}

/// One entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryEntry {
    /// Unique within its dictionary.
    pub id: EntryId,
    /// What it says.
    pub rule: DictionaryRule,
    /// Why, for whoever meets it.
    pub reason: Option<String>,
    /// Who added it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// A dictionary as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dictionary {
    /// Counts changes; 0 where nobody has changed it yet.
    pub version: u64,
    /// By id, which is by when they were added.
    pub entries: Vec<DictionaryEntry>,
}

/// What somebody wants to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// What it says.
    pub rule: DictionaryRule,
    /// Why.
    pub reason: Option<String>,
}

/// Why an entry may not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EntryFault {
    /// A word is missing.
    #[error("a word is empty")]
    Empty,
    /// Something is longer than allowed.
    #[error(
        "a word is longer than {ENTRY_LIMIT_CHARS} characters or a reason than {REASON_LIMIT_CHARS}"
    )]
    TooLong,
    /// A word holds something that is no text: a line end, a tab, another control character.
    #[error("a word holds a control character")]
    NoText,
    /// Nothing would change.
    #[error("both words are the same")]
    Same,
    /// The dictionary says something about the word already.
    #[error("the word stands in the dictionary already")]
    Repeated,
    /// What is to be written instead would be flagged again.
    #[error("the dictionary flags what it wants to be written")]
    Loop,
    /// No rule has that id.
    #[error("there is no such rule")]
    UnknownRule,
}

impl EntryFault {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "entry_empty",
            Self::TooLong => "entry_too_long",
            Self::NoText => "entry_no_text",
            Self::Same => "entry_same",
            Self::Repeated => "entry_repeated",
            Self::Loop => "entry_loop",
            Self::UnknownRule => "unknown_rule",
        }
    }
}

/// Why a dictionary was not changed.
#[derive(Debug, thiserror::Error)]
pub enum DictionaryError {
    /// The entry may not stand.
    #[error("the entry may not stand")]
    Entry(#[from] EntryFault),
    /// No more entries fit.
    #[error("the dictionary holds {DICTIONARY_LIMIT_ENTRIES} entries already")]
    Full,
    /// The caller may not change that dictionary.
    #[error("the caller may not change the dictionary")]
    Forbidden,
    /// A store failed.
    #[error("could not read or write the dictionary")]
    Store(#[from] StoreError),
}

impl DictionaryError {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Entry(fault) => fault.code(),
            Self::Full => "dictionary_full",
            Self::Forbidden => "forbidden",
            Self::Store(source) => source.code(),
        }
    }
}

/// In composed form, without blanks around it.
fn composed(text: &str) -> String {
    text.trim().nfc().collect()
}

impl NewEntry {
    /// The same in composed form and without blanks around words, as it is kept.
    ///
    /// # Errors
    ///
    /// A word that is empty, too long, no text or the same as the other.
    pub fn read(self) -> Result<Self, EntryFault> {
        let rule = match self.rule {
            DictionaryRule::Replace { wrong, right } => {
                let (wrong, right) = (word(&wrong)?, word(&right)?);
                if wrong == right {
                    return Err(EntryFault::Same);
                }
                DictionaryRule::Replace { wrong, right }
            }
            DictionaryRule::Except { word: given } => {
                DictionaryRule::Except { word: word(&given)? }
            }
            DictionaryRule::IgnoreRule { rule, word: given } => {
                let given = given.filter(|given| !given.trim().is_empty());
                let word = given.as_deref().map(word).transpose()?;
                DictionaryRule::IgnoreRule { rule, word }
            }
        };
        let reason = self.reason.as_deref().map(composed).filter(|reason| !reason.is_empty());
        if reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_LIMIT_CHARS) {
            return Err(EntryFault::TooLong);
        }
        Ok(Self { rule, reason })
    }
}

fn word(given: &str) -> Result<String, EntryFault> {
    let word = composed(given);
    if word.is_empty() {
        return Err(EntryFault::Empty);
    }
    if word.chars().count() > ENTRY_LIMIT_CHARS {
        return Err(EntryFault::TooLong);
    }
    if word.contains(char::is_control) {
        return Err(EntryFault::NoText);
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::{DictionaryRule, DictionaryScope, EntryFault, NewEntry};
    use crate::id::UserId;
    use crate::principal::{Principal, Role};
    use checker::RuleId;

    fn replace(wrong: &str, right: &str) -> DictionaryRule {
        DictionaryRule::Replace { wrong: wrong.into(), right: right.into() }
    }

    fn except(word: &str) -> DictionaryRule {
        DictionaryRule::Except { word: word.into() }
    }

    fn ignore(word: Option<&str>) -> DictionaryRule {
        let word = word.map(str::to_owned);
        DictionaryRule::IgnoreRule { rule: RuleId::new("spelling/fixed-form"), word }
    }

    #[test]
    fn words_are_kept_composed_and_faults_are_named() {
        let check = |rule: DictionaryRule, expected: Result<DictionaryRule, EntryFault>| {
            let read = NewEntry { rule, reason: None }.read();
            assert_eq!(read.map(|entry| entry.rule), expected);
        };
        let decomposed = "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}";
        check(replace(&format!(" {decomposed}\n"), "며칠 😀"), Ok(replace("몇일", "며칠 😀")));
        check(replace(decomposed, "몇일"), Err(EntryFault::Same));
        check(replace(" ", "며칠"), Err(EntryFault::Empty));
        check(replace("몇일", ""), Err(EntryFault::Empty));
        check(except("\t"), Err(EntryFault::Empty));
        check(except("가\n나"), Err(EntryFault::NoText));
        check(except(&"😀".repeat(100)), Ok(except(&"😀".repeat(100))));
        check(except(&"가".repeat(101)), Err(EntryFault::TooLong));
        check(replace("가", &"가".repeat(101)), Err(EntryFault::TooLong));
        check(ignore(Some(" ")), Ok(ignore(None)));
        check(ignore(Some(" 몇일 ")), Ok(ignore(Some("몇일"))));
        let reason = |reason: &str| NewEntry { rule: except("가"), reason: Some(reason.into()) };
        assert_eq!(reason(" ").read().map(|one| one.reason), Ok(None));
        assert_eq!(reason(&"가".repeat(301)).read(), Err(EntryFault::TooLong));
    }

    #[test]
    fn one_dictionary_says_one_thing_of_a_word() {
        let check = |one: DictionaryRule, two: DictionaryRule, expected: bool| {
            assert_eq!(one.subject() == two.subject(), expected, "{one:?} {two:?}");
        };
        check(replace("몇일", "며칠"), replace("몇일", "몇 날"), true);
        check(replace("몇일", "며칠"), replace("며칠", "몇일"), false);
        check(replace("몇일", "며칠"), except("몇일"), true);
        check(except("몇일"), except("몇일"), true);
        check(except("몇일"), ignore(Some("몇일")), false);
        check(ignore(None), ignore(Some("몇일")), false);
        check(ignore(None), ignore(None), true);
    }

    #[test]
    fn who_may_change_which() {
        let scopes = [
            DictionaryScope::Me(UserId::new("kim")),
            DictionaryScope::Me(UserId::new("lee")),
            DictionaryScope::Desk("economy".into()),
            DictionaryScope::All,
        ];
        let check = |role: Role, desk: Option<&str>, expected: [bool; 4]| {
            let desk = desk.map(str::to_owned);
            let who = Principal { desk, ..Principal::new(UserId::new("kim"), role) };
            assert_eq!(scopes.each_ref().map(|scope| scope.may_be_changed_by(&who)), expected);
        };
        check(Role::User, Some("economy"), [true, false, false, false]);
        check(Role::Desk, None, [true, false, true, false]);
        check(Role::Desk, Some("economy"), [true, false, true, false]);
        check(Role::Desk, Some("sports"), [true, false, false, false]);
        check(Role::Admin, Some("sports"), [true, false, true, true]);
    }
}
