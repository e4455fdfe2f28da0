//! Accounts of a newsroom without an identity provider, their sessions, and what a password must be.

use crate::audit::hexadecimal;
use crate::id::UserId;
use crate::principal::{Principal, Role};
use crate::text::Secret;
use crate::time::Timestamp;
use sha2::{Digest, Sha256};

/// A password has at least so many characters.
pub const PASSWORD_MIN_CHARS: usize = 12;
/// A longer one is refused before it is hashed.
pub const PASSWORD_MAX_BYTES: usize = 512;
/// A name has at most so many characters.
const NAME_MAX_CHARS: usize = 64;
/// Names the service itself uses for users.
const RESERVED: [&str; 4] = ["local", "operator", "system", "unknown"];

/// Somebody who signs in with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name; it is the user's id.
    pub user_id: UserId,
    /// What the person may do.
    pub role: Role,
    /// The person's desk.
    pub desk: Option<String>,
    /// What the password is verified by.
    pub password: Secret,
    /// A disabled account lets nobody in.
    pub is_disabled: bool,
    /// Sessions that began before this count no more.
    pub sessions_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Account {
    /// The caller of a session of this account.
    #[must_use]
    pub fn principal(&self) -> Principal {
        Principal { user_id: self.user_id.clone(), role: self.role, desk: self.desk.clone() }
    }
}

/// What changes of an account; what is none stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountChange {
    /// New role.
    pub role: Option<Role>,
    /// New desk, or none.
    pub desk: Option<Option<String>>,
    /// New hash of the password.
    pub password: Option<Secret>,
    /// Whether it is disabled.
    pub is_disabled: Option<bool>,
    /// Sessions that began before count no more.
    pub sessions_from: Option<Timestamp>,
}

/// A session as it is kept, under the digest of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Whose.
    pub user_id: UserId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// Without use.
    pub idle_ms: i64,
    /// In any case.
    pub absolute_ms: i64,
}

impl SessionRules {
    /// When a session ends.
    #[must_use]
    pub fn end_of(&self, session: &SessionRecord) -> Timestamp {
        let idle = session.used_at.plus_millis(self.idle_ms);
        idle.min(session.began_at.plus_millis(self.absolute_ms))
    }
}

/// What a session is kept under: whoever reads the store cannot sign in with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key of a token.
    #[must_use]
    pub fn of(token: &Secret) -> Self {
        Self(digest("session", token.as_str()))
    }

    /// Hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What requests that change something must send beside a session's cookie.
#[must_use]
pub fn csrf_token(token: &Secret) -> String {
    digest("csrf", token.as_str())
}

/// What tries under a name or from an address are counted under; a password typed in place of a name
/// is not kept.
#[must_use]
pub fn attempts_key(kind: &str, of: &str) -> String {
    digest(kind, of)
}

fn digest(kind: &str, text: &str) -> String {
    hexadecimal(&Sha256::digest(format!("{kind}:{text}")))
}

/// Why a name or password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The name is none.
    #[error(
        "a name has 1 to {NAME_MAX_CHARS} letters, digits or . _ - @, and none of the service's own"
    )]
    Name,
    /// Too few characters.
    #[error("a password has at least {PASSWORD_MIN_CHARS} characters")]
    Short,
    /// Too many.
    #[error("a password has at most {PASSWORD_MAX_BYTES} bytes")]
    Long,
    /// It is little more than the name.
    #[error("a password has at least {PASSWORD_MIN_CHARS} characters beside the name")]
    LikeName,
}

impl Unfit {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "bad_name",
            Self::Short => "password_short",
            Self::Long => "password_long",
            Self::LikeName => "password_like_name",
        }
    }
}

/// Refuses what is no name.
///
/// # Errors
///
/// [`Unfit::Name`].
pub fn check_name(name: &str) -> Result<(), Unfit> {
    let is_fine = |letter: char| letter.is_alphanumeric() || "._-@".contains(letter);
    let length = name.chars().count();
    let fits = (1..=NAME_MAX_CHARS).contains(&length) && name.chars().all(is_fine);
    if fits && !RESERVED.contains(&name) { Ok(()) } else { Err(Unfit::Name) }
}

/// Refuses a password that is too short, too long, or little more than the name.
///
/// # Errors
///
/// [`Unfit`].
pub fn check_password(name: &str, password: &Secret) -> Result<(), Unfit> {
    let password = password.as_str();
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(Unfit::Long);
    }
    if password.chars().count() < PASSWORD_MIN_CHARS {
        return Err(Unfit::Short);
    }
    // A name of a few letters stands in many words by chance.
    let (name, password) = (name.to_lowercase(), password.to_lowercase());
    let is_long = name.chars().count() >= 3;
    let beside = if is_long { password.replace(&name, "") } else { password };
    if beside.chars().count() < PASSWORD_MIN_CHARS { Err(Unfit::LikeName) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{
        SessionKey, SessionRecord, SessionRules, Unfit, check_name, check_password, csrf_token,
    };
    use crate::id::UserId;
    use crate::text::Secret;
    use crate::time::Timestamp;

    #[test]
    fn passwords_are_long_and_not_the_name() {
        let check = |name: &str, password: &str, expected| {
            assert_eq!(check_password(name, &Secret::new(password)), expected, "{password}");
        };
        check("kim", "열두 글자가 되는 암호", Ok(()));
        check("kim", "열한글자 비밀 암호 x", Ok(()));
        check("kim", "short-pass1", Err(Unfit::Short));
        check("kim", "😀😀😀😀😀😀😀😀😀😀😀😀", Ok(()));
        check("kim", "KIMkimkim-kim!", Err(Unfit::LikeName));
        check("kim", "correct horse kim", Ok(()));
        check("kimyoungsoo1", "KimYoungSoo1", Err(Unfit::LikeName));
        check("a", "alphabetical", Ok(()));
        check("kim", &"x".repeat(513), Err(Unfit::Long));
    }

    #[test]
    fn names_are_letters_and_not_the_services_own() {
        for name in ["kim", "김영수", "kim.young-soo@desk_1"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "a b", "a#b", "a/b", "system", "a\n", &"x".repeat(65)] {
            assert_eq!(check_name(name), Err(Unfit::Name), "{name:?}");
        }
    }

    #[test]
    fn a_session_ends_idle_or_in_any_case() {
        let rules = SessionRules { idle_ms: 10, absolute_ms: 25 };
        let at = Timestamp::from_millis;
        let session = |used| SessionRecord {
            user_id: UserId::new("kim"),
            began_at: at(100),
            used_at: at(used),
        };
        assert_eq!(rules.end_of(&session(100)), at(110));
        assert_eq!(rules.end_of(&session(120)), at(125));
    }

    #[test]
    fn key_and_csrf_token_are_digests_of_their_own() {
        let token = Secret::new("t");
        let (key, csrf) = (SessionKey::of(&token), csrf_token(&token));
        assert_eq!((key.as_str().len(), csrf.len()), (64, 64));
        assert_ne!(key.as_str(), csrf);
        assert_ne!(key, SessionKey::of(&Secret::new("u")));
    }
}
