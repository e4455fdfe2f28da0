//! Who may do what: one table of actions and roles, and nothing else decides.
//!
//! What belongs to one person (conversations, drafts, turns) is not in it: stores look only among the
//! caller's own rows, so that somebody else's is not there (404).

use crate::id::UserId;
use crate::principal::{Principal, Role};

/// What not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Save prompts and change their files.
    EditPrompts,
    /// Change the house style of one's own desk.
    EditDeskStyle,
    /// Change the house style of everybody.
    EditHouseStyle,
    /// Name another user, and read what that user has used.
    ActForOthers,
    /// Take everybody's usage away as a file.
    ExportUsage,
    /// See figures of the whole service and how its providers stand.
    SeeOperations,
    /// Read and set quotas.
    ManageQuotas,
    /// Read the audit log and take it away as a file.
    ReadAudit,
}

/// The lowest role that may; the roles above may too.
const TABLE: [(Action, Role); 8] = [
    (Action::EditPrompts, Role::Admin),
    (Action::EditDeskStyle, Role::Desk),
    (Action::EditHouseStyle, Role::Admin),
    (Action::ActForOthers, Role::Admin),
    (Action::ExportUsage, Role::Admin),
    (Action::SeeOperations, Role::Admin),
    (Action::ManageQuotas, Role::Admin),
    (Action::ReadAudit, Role::Admin),
];

impl Action {
    /// The name in the audit log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EditPrompts => "edit-prompts",
            Self::EditDeskStyle => "edit-desk-style",
            Self::EditHouseStyle => "edit-house-style",
            Self::ActForOthers => "act-for-others",
            Self::ExportUsage => "export-usage",
            Self::SeeOperations => "see-operations",
            Self::ManageQuotas => "manage-quotas",
            Self::ReadAudit => "read-audit",
        }
    }
}

impl Principal {
    /// Whether the caller may do that; what stands in no row nobody may.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        TABLE.iter().any(|(listed, lowest)| *listed == action && self.role >= *lowest)
    }

    /// Whether the caller may act for that user: everybody for themselves, some for all.
    #[must_use]
    pub fn may_act_for(&self, user: &UserId) -> bool {
        self.user_id == *user || self.may(Action::ActForOthers)
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, TABLE};
    use crate::id::UserId;
    use crate::principal::{Principal, Role};

    fn check(action: Action, expected: [bool; 3]) {
        let may = Role::ALL.map(|role| Principal::new(UserId::new("kim"), role).may(action));
        assert_eq!(may, expected, "{action:?}");
    }

    #[test]
    fn the_table_says_who_may() {
        check(Action::EditPrompts, [false, false, true]);
        check(Action::EditDeskStyle, [false, true, true]);
        check(Action::EditHouseStyle, [false, false, true]);
        check(Action::ActForOthers, [false, false, true]);
        check(Action::ExportUsage, [false, false, true]);
        check(Action::SeeOperations, [false, false, true]);
        check(Action::ManageQuotas, [false, false, true]);
        check(Action::ReadAudit, [false, false, true]);
        let mut names: Vec<_> = TABLE.iter().map(|(action, _)| action.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLE.len());
    }

    #[test]
    fn everybody_acts_for_themselves_and_only_an_admin_for_all() {
        for (role, others) in [(Role::User, false), (Role::Desk, false), (Role::Admin, true)] {
            let kim = Principal::new(UserId::new("kim"), role);
            assert!(kim.may_act_for(&UserId::new("kim")));
            assert_eq!(kim.may_act_for(&UserId::new("lee")), others);
        }
    }
}
