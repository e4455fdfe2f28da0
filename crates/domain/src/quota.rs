//! Quotas: what a person may use in one month over all engines, by person, role, or for everybody.

use std::collections::BTreeMap;

use crate::id::UserId;
use crate::ledger::{Nanodollars, Spend};
use crate::principal::{Principal, Role};

/// The most of one calendar month in Seoul; a part that is none has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Input and output tokens together.
    pub tokens: Option<u64>,
    /// Money.
    pub cost: Option<Nanodollars>,
}

impl Limits {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
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
        Self {
            tokens: self.tokens.zip(other.tokens).map(|(one, two)| one.max(two)),
            cost: self.cost.zip(other.cost).map(|(one, two)| one.max(two)),
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
    /// By person; stands above the roles.
    pub users: BTreeMap<UserId, Limits>,
}

impl Quotas {
    /// The limits of a caller: the person's own, else the widest of the roles the caller has, else
    /// the default.
    #[must_use]
    pub fn of(&self, who: &Principal) -> Limits {
        if let Some(own) = self.users.get(&who.user_id) {
            return *own;
        }
        let held = self.roles.range(..=who.role).map(|(_, limits)| *limits);
        held.reduce(Limits::widened).unwrap_or(self.default)
    }

    /// The limits of somebody whose roles are not at hand; none where they depend on the roles.
    #[must_use]
    pub fn of_user(&self, user: &UserId) -> Option<Limits> {
        let everybodys = self.roles.is_empty().then_some(self.default);
        self.users.get(user).copied().or(everybodys)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, QuotaReached, Quotas};
    use crate::id::UserId;
    use crate::ledger::{Nanodollars, Spend};
    use crate::principal::{Principal, Role};

    fn limits(tokens: u64, cost: u64) -> Limits {
        let limit = |number: u64| (number > 0).then_some(number);
        Limits { tokens: limit(tokens), cost: limit(cost).map(Nanodollars) }
    }

    #[test]
    fn the_own_quota_stands_above_the_widest_role_and_that_above_the_default() {
        let quotas = Quotas {
            default: limits(1, 1),
            roles: [(Role::User, limits(30, 10)), (Role::Desk, limits(20, 0))].into(),
            users: [(UserId::new("kim"), limits(5, 5))].into(),
        };
        let check = |name: &str, role: Role, expected: Limits| {
            assert_eq!(quotas.of(&Principal { user_id: UserId::new(name), role }), expected);
        };
        check("kim", Role::Admin, limits(5, 5));
        check("lee", Role::User, limits(30, 10));
        check("lee", Role::Desk, limits(30, 0));
        check("lee", Role::Admin, limits(30, 0));
        assert_eq!(quotas.of_user(&UserId::new("kim")), Some(limits(5, 5)));
        assert_eq!(quotas.of_user(&UserId::new("lee")), None);
        let plain = Quotas { default: limits(1, 1), ..Quotas::default() };
        assert_eq!(plain.of_user(&UserId::new("lee")), Some(limits(1, 1)));
        let admin = Principal { user_id: UserId::new("lee"), role: Role::Admin };
        assert_eq!(plain.of(&admin), limits(1, 1));
        let desks = Quotas { roles: [(Role::Desk, limits(9, 9))].into(), ..plain };
        assert_eq!(desks.of(&Principal { role: Role::User, ..admin }), limits(1, 1));
    }

    #[test]
    fn a_limit_is_reached_where_it_would_be_passed() {
        let spend = |tokens, cost| Spend { tokens, cost: Nanodollars(cost) };
        let check = |limits: Limits, used, more, expected| {
            assert_eq!(limits.reached(used, more), expected);
        };
        let tokens = QuotaReached::Tokens { used: 6, limit: 10 };
        let money = QuotaReached::Money { used: Nanodollars(60), limit: Nanodollars(100) };
        check(limits(10, 100), spend(6, 60), spend(4, 40), None);
        check(limits(10, 100), spend(6, 60), spend(5, 41), Some(tokens));
        check(limits(10, 100), spend(6, 60), spend(4, 41), Some(money));
        check(limits(0, 100), spend(6, 60), spend(u64::MAX, 41), Some(money));
        check(limits(10, 0), spend(6, 60), spend(u64::MAX, 0), Some(tokens));
        check(limits(0, 0), spend(6, 60), spend(u64::MAX, u64::MAX), None);
        assert_eq!(
            money.to_string(),
            "$0.00000006 of $0.0000001 of this month are used or reserved"
        );
    }
}
