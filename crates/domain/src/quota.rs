//! Quotas: what a person may use in one month, how fast, over all engines, and how long a text may be, by
//! person, desk, role, or for everybody.

mod known;

use std::collections::BTreeMap;

use crate::id::UserId;
use crate::ledger::{Nanodollars, Spend};
use crate::principal::{Principal, Role};
use crate::time::Timestamp;

pub use known::{FRESH_MS, KnownQuotas};

/// What one person may use; a part that is none has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Input and output tokens together, in one calendar month in Seoul.
    pub tokens: Option<u64>,
    /// Money of that month.
    pub cost: Option<Nanodollars>,
    /// Turns begun within any 60 seconds that ask a model.
    pub turns_per_minute: Option<u32>,
    /// Turns that ask a model at the same time.
    pub concurrent_turns: Option<u32>,
    /// Characters of one text, below what the service takes from anybody.
    pub text_chars: Option<usize>,
}

impl Limits {
    /// Whether a month is limited in nothing.
    #[must_use]
    pub fn has_no_month(&self) -> bool {
        self.tokens.is_none() && self.cost.is_none()
    }

    /// The limit that `more` on top of `used` would pass, tokens before money.
    #[must_use]
    pub fn reached(&self, used: Spend, more: Spend) -> Option<QuotaReached> {
        let after = used.plus(more);
        if let Some(limit) = self.tokens.filter(|limit| after.tokens > *limit) {
            return Some(QuotaReached::Tokens { used: used.tokens, limit });
        }
        let limit = self.cost.filter(|limit| after.cost > *limit)?;
        Some(QuotaReached::Money { used: used.cost, limit })
    }

    /// Of either part the wider.
    fn widened(self, other: Self) -> Self {
        fn wider<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
            one.zip(other).map(|(one, other)| one.max(other))
        }
        Self {
            tokens: wider(self.tokens, other.tokens),
            cost: wider(self.cost, other.cost),
            turns_per_minute: wider(self.turns_per_minute, other.turns_per_minute),
            concurrent_turns: wider(self.concurrent_turns, other.concurrent_turns),
            text_chars: wider(self.text_chars, other.text_chars),
        }
    }
}

/// Which limit a turn would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuotaReached {
    /// That of tokens.
    #[error("{used} of {limit} tokens of this month are used or reserved")]
    Tokens {
        /// Settled and reserved tokens of this month.
        used: u64,
        /// The limit.
        limit: u64,
    },
    /// That of money.
    #[error("${used} of ${limit} of this month are used or reserved")]
    Money {
        /// Settled and reserved cost of this month.
        used: Nanodollars,
        /// The limit.
        limit: Nanodollars,
    },
    /// That of turns within a minute.
    #[error("{limit} turns were begun within the last minute")]
    TooFast {
        /// The limit.
        limit: u32,
        /// From when on the next may begin.
        again_at: Timestamp,
    },
    /// That of turns at the same time.
    #[error("{limit} turns are running")]
    TooManyAtOnce {
        /// The limit.
        limit: u32,
    },
}

impl QuotaReached {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Tokens { .. } | Self::Money { .. } => "quota_reached",
            Self::TooFast { .. } => "too_many_turns",
            Self::TooManyAtOnce { .. } => "too_many_at_once",
        }
    }

    /// From when on there is room again; none where a turn has to end first.
    #[must_use]
    pub fn resets_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Tokens { .. } | Self::Money { .. } => Some(now.next_seoul_month()),
            Self::TooFast { again_at, .. } => Some(*again_at),
            Self::TooManyAtOnce { .. } => None,
        }
    }
}

/// Whose quota.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Of whoever is named nowhere else.
    Everybody,
    /// Of a role and those above it.
    Role(Role),
    /// Of each person of a desk.
    Desk(String),
    /// Of a person.
    User(UserId),
}

impl Subject {
    /// The kind on the wire and in rows.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Everybody => "all",
            Self::Role(_) => "role",
            Self::Desk(_) => "desk",
            Self::User(_) => "user",
        }
    }

    /// The name within its kind; empty for everybody.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Everybody => "",
            Self::Role(role) => role.name(),
            Self::Desk(desk) => desk,
            Self::User(user) => user.as_str(),
        }
    }

    /// The subject of that kind and name; none where there is no such kind or role.
    #[must_use]
    pub fn of(kind: &str, name: &str) -> Option<Self> {
        let is_name = !name.is_empty();
        match kind {
            "all" => (!is_name).then_some(Self::Everybody),
            "role" => Role::from_name(name).map(Self::Role),
            "desk" => is_name.then(|| Self::Desk(name.to_owned())),
            "user" => is_name.then(|| Self::User(UserId::new(name))),
            _ => None,
        }
    }
}

/// A quota as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaRow {
    /// Whose.
    pub subject: Subject,
    /// What.
    pub limits: Limits,
}

/// A ready-made limit under the name old clients know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// 10,000 tokens a month.
    Free,
    /// 100,000 tokens a month.
    Basic,
    /// 500,000 tokens a month.
    Premium,
}

impl Plan {
    /// Every plan, the smallest first.
    pub const ALL: [Self; 3] = [Self::Free, Self::Basic, Self::Premium];

    /// The name in the operator's file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Basic => "basic",
            Self::Premium => "premium",
        }
    }

    /// The plan of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.name() == name)
    }

    /// Tokens of one month.
    #[must_use]
    pub fn month_tokens(self) -> u64 {
        match self {
            Self::Free => 10_000,
            Self::Basic => 100_000,
            Self::Premium => 500_000,
        }
    }
}

/// Everybody's limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quotas {
    /// Of whoever is named nowhere else.
    pub default: Limits,
    /// By role; a higher role also has the lower ones.
    pub roles: BTreeMap<Role, Limits>,
    /// By desk, for each of its people; stands above the roles.
    pub desks: BTreeMap<String, Limits>,
    /// By person; stands above everything else.
    pub users: BTreeMap<UserId, Limits>,
}

impl Quotas {
    /// The same with what admins have set over it.
    #[must_use]
    pub fn with(mut self, rows: Vec<QuotaRow>) -> Self {
        for QuotaRow { subject, limits } in rows {
            match subject {
                Subject::Everybody => self.default = limits,
                Subject::Role(role) => drop(self.roles.insert(role, limits)),
                Subject::Desk(desk) => drop(self.desks.insert(desk, limits)),
                Subject::User(user) => drop(self.users.insert(user, limits)),
            }
        }
        self
    }

    /// Every quota, one row a subject.
    #[must_use]
    pub fn rows(&self) -> Vec<QuotaRow> {
        let default = std::iter::once((Subject::Everybody, self.default));
        let roles = self.roles.iter().map(|(role, limits)| (Subject::Role(*role), *limits));
        let desks = self.desks.iter().map(|(desk, limits)| (Subject::Desk(desk.clone()), *limits));
        let users = self.users.iter().map(|(user, limits)| (Subject::User(user.clone()), *limits));
        let all = default.chain(roles).chain(desks).chain(users);
        all.map(|(subject, limits)| QuotaRow { subject, limits }).collect()
    }

    /// The limits of a caller: the person's own, else the desk's, else the widest of the roles the
    /// caller has, else the default.
    #[must_use]
    pub fn of(&self, who: &Principal) -> Limits {
        if let Some(own) = self.users.get(&who.user_id) {
            return *own;
        }
        if let Some(desk) = who.desk.as_ref().and_then(|desk| self.desks.get(desk)) {
            return *desk;
        }
        let held = self.roles.range(..=who.role).map(|(_, limits)| *limits);
        held.reduce(Limits::widened).unwrap_or(self.default)
    }

    /// The limits of somebody whose roles are not at hand; none where they depend on the roles.
    #[must_use]
    pub fn of_user(&self, user: &UserId) -> Option<Limits> {
        let is_alike = self.roles.is_empty() && self.desks.is_empty();
        let everybodys = is_alike.then_some(self.default);
        self.users.get(user).copied().or(everybodys)
    }
}

#[cfg(test)]
mod tests;
