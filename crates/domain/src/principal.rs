//! Who is asking. What that person may do stands in [`crate::access`].

use crate::id::UserId;

/// What a person may do, from lowest to highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reporters and copy editors: their own articles.
    User,
    /// The desk chief: house style too.
    Desk,
    /// The operator: prompts and everybody's usage too.
    Admin,
}

impl Role {
    /// Every role, the lowest first.
    pub const ALL: [Self; 3] = [Self::User, Self::Desk, Self::Admin];

    /// The name in tokens and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Desk => "desk",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A verified caller; comes from the token or the account, never from a body or query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub user_id: UserId,
    /// The highest role the token grants.
    pub role: Role,
    /// The desk (부서) the person works for, whose dictionaries and quotas are the person's too.
    pub desk: Option<String>,
}

impl Principal {
    /// Somebody of no desk.
    #[must_use]
    pub fn new(user_id: UserId, role: Role) -> Self {
        Self { user_id, role, desk: None }
    }
}
