//! Whose limits hold, and when one is reached.

use super::{Limits, QuotaReached, QuotaRow, Quotas, Subject};
use crate::id::UserId;
use crate::ledger::{Nanodollars, Spend};
use crate::principal::{Principal, Role};

fn limits(tokens: u64, cost: u64) -> Limits {
    let limit = |number: u64| (number > 0).then_some(number);
    Limits { tokens: limit(tokens), cost: limit(cost).map(Nanodollars), ..Limits::default() }
}

#[test]
fn the_own_quota_stands_above_the_widest_role_and_that_above_the_default() {
    let quotas = Quotas {
        default: limits(1, 1),
        roles: [(Role::User, limits(30, 10)), (Role::Desk, limits(20, 0))].into(),
        users: [(UserId::new("kim"), limits(5, 5))].into(),
        ..Quotas::default()
    };
    let check = |name: &str, role: Role, expected: Limits| {
        assert_eq!(quotas.of(&Principal::new(UserId::new(name), role)), expected);
    };
    check("kim", Role::Admin, limits(5, 5));
    check("lee", Role::User, limits(30, 10));
    check("lee", Role::Desk, limits(30, 0));
    check("lee", Role::Admin, limits(30, 0));
    assert_eq!(quotas.of_user(&UserId::new("kim")), Some(limits(5, 5)));
    assert_eq!(quotas.of_user(&UserId::new("lee")), None);
    let plain = Quotas { default: limits(1, 1), ..Quotas::default() };
    assert_eq!(plain.of_user(&UserId::new("lee")), Some(limits(1, 1)));
    let admin = Principal::new(UserId::new("lee"), Role::Admin);
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
    assert_eq!(money.to_string(), "$0.00000006 of $0.0000001 of this month are used or reserved");
}

#[test]
fn what_admins_set_stands_above_the_file_and_a_desk_above_the_roles() {
    let file = Quotas {
        default: limits(1, 0),
        roles: [(Role::User, limits(2, 0))].into(),
        ..Quotas::default()
    };
    let row = |kind: &str, name: &str, tokens: u64| QuotaRow {
        subject: Subject::of(kind, name).unwrap(),
        limits: limits(tokens, 0),
    };
    let set = vec![row("role", "user", 3), row("desk", "경제부", 4), row("user", "kim", 5)];
    let quotas = file.clone().with(set.clone());
    let lee = Principal::new(UserId::new("lee"), Role::User);
    assert_eq!(file.of(&lee), limits(2, 0));
    assert_eq!(quotas.of(&lee), limits(3, 0));
    let economy = Principal { desk: Some("경제부".into()), ..lee };
    assert_eq!(quotas.of(&economy), limits(4, 0));
    assert_eq!(quotas.of(&Principal { user_id: UserId::new("kim"), ..economy }), limits(5, 0));
    assert_eq!(quotas.rows(), [vec![row("all", "", 1)], set].concat());
    for (kind, name) in [("all", "x"), ("role", "chief"), ("desk", ""), ("user", ""), ("", "x")] {
        assert_eq!(Subject::of(kind, name), None);
    }
}

#[test]
fn the_length_of_a_text_follows_the_same_rule_as_every_other_limit() {
    let chars = |chars| Limits { text_chars: chars, ..Limits::default() };
    let quotas = Quotas {
        default: chars(Some(100)),
        roles: [(Role::User, chars(Some(300))), (Role::Desk, chars(Some(200)))].into(),
        desks: [("경제부".to_owned(), chars(Some(40))), ("사진부".to_owned(), chars(None))].into(),
        users: [(UserId::new("kim"), chars(Some(0))), (UserId::new("choi"), limits(5, 0))].into(),
    };
    let check = |name: &str, role: Role, desk: Option<&str>, expected: Option<usize>| {
        let desk = desk.map(str::to_owned);
        let who = Principal { desk, ..Principal::new(UserId::new(name), role) };
        assert_eq!(quotas.of(&who).text_chars, expected, "{name} {role:?}");
    };
    check("kim", Role::Admin, Some("경제부"), Some(0));
    check("lee", Role::Admin, Some("경제부"), Some(40));
    check("lee", Role::User, Some("문화부"), Some(300));
    check("lee", Role::Admin, None, Some(300));
    // A row that says nothing of texts stands above those that do, as it does for tokens.
    check("choi", Role::User, Some("경제부"), None);
    check("lee", Role::User, Some("사진부"), None);
    let plain = Quotas { default: chars(Some(100)), ..Quotas::default() };
    assert_eq!(plain.of(&Principal::new(UserId::new("lee"), Role::Admin)), chars(Some(100)));
}
