//! Who is asking, and what that person may do.

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
        [Self::User, Self::Desk, Self::Admin].into_iter().find(|role| role.name() == name)
    }
}

/// A verified caller; comes from the token, never from a body or query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub user_id: UserId,
    /// The highest role the token grants.
    pub role: Role,
}

impl Principal {
    /// Whether the caller may act for that user: everybody for themselves, an admin for all.
    #[must_use]
    pub fn may_act_for(&self, user: &UserId) -> bool {
        self.user_id == *user || self.role == Role::Admin
    }

    /// Whether the caller may take everybody's usage away as a file.
    #[must_use]
    pub fn may_export_usage(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the caller may see figures of the whole service and how its providers stand.
    #[must_use]
    pub fn may_see_operations(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the caller may change prompts and their files.
    #[must_use]
    pub fn may_edit_prompts(&self) -> bool {
        self.role == Role::Admin
    }
}

#[cfg(test)]
mod tests {
    use super::{Principal, Role};
    use crate::id::UserId;

    fn check(role: Role, own: bool, others: bool, prompts: bool) {
        let principal = Principal { user_id: UserId::new("kim"), role };
        assert_eq!(principal.may_act_for(&UserId::new("kim")), own);
        assert_eq!(principal.may_act_for(&UserId::new("lee")), others);
        assert_eq!(principal.may_edit_prompts(), prompts);
        assert_eq!(principal.may_export_usage(), others);
        assert_eq!(principal.may_see_operations(), others);
    }

    #[test]
    fn only_admins_reach_beyond_their_own() {
        check(Role::User, true, false, false);
        check(Role::Desk, true, false, false);
        check(Role::Admin, true, true, true);
    }
}
