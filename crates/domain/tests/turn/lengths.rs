//! How long a text may be, by who sends it.

use domain::id::UserId;
use domain::ports::QuotaStore;
use domain::principal::{Principal, Role};
use domain::quota::{Limits, QuotaRow, Subject};
use domain::turn::{TurnError, Turns};

use crate::desk::{chat, desk, kim, proofread};

fn limits(text_chars: Option<usize>) -> Limits {
    Limits { text_chars, ..Limits::default() }
}

/// How many characters a text of the caller may hold, by every way to ask.
async fn check(turns: &Turns, who: &Principal, expected: usize) {
    assert_eq!(turns.text_chars(who).await, expected);
    let (fitting, longer) = ("한".repeat(expected), "한".repeat(expected + 1));
    assert!(turns.check_length(who, &fitting).await.is_ok());
    let is_refused = |error: &TurnError| matches!(error, TurnError::TextTooLong { limit_chars } if *limit_chars == expected);
    assert!(turns.check_length(who, &longer).await.is_err_and(|error| is_refused(&error)));
    for request in [chat(&longer), proofread(&longer, &[])] {
        let refused = turns.begin(who, request).await;
        assert!(refused.is_err_and(|error| is_refused(&error)));
    }
}

#[tokio::test]
async fn the_own_limit_holds_below_that_of_the_service() {
    let mut desk = desk(vec![]);
    let lee = Principal::new(UserId::new("lee"), Role::User);
    check(&desk.turns, &kim(), 100).await;
    desk.turns.limits.quotas.default = limits(Some(20));
    let row =
        |text_chars| QuotaRow { subject: Subject::User(kim().user_id), limits: limits(text_chars) };
    desk.turns.save_quota(&row(Some(7))).await.unwrap();
    check(&desk.turns, &kim(), 7).await;
    check(&desk.turns, &lee, 20).await;
    // Nothing but the service's own limit stands above a row that names none, or a wider one.
    for wide in [None, Some(101)] {
        desk.turns.save_quota(&row(wide)).await.unwrap();
        check(&desk.turns, &kim(), 100).await;
    }
    assert!(desk.turns.remove_quota(&Subject::User(kim().user_id)).await.unwrap());
    check(&desk.turns, &kim(), 20).await;
    assert_eq!(desk.contents().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_turn_keeps_to_what_another_process_has_set_a_check_soon_after() {
    let desk = desk(vec![]);
    assert_eq!(desk.turns.text_chars(&kim()).await, 100);
    let row = QuotaRow { subject: Subject::Everybody, limits: limits(Some(3)) };
    desk.store.save_quota(&row).await.unwrap();
    let refused = desk.turns.begin(&kim(), chat("네 글자")).await;
    assert!(matches!(refused, Err(TurnError::TextTooLong { limit_chars: 3 })));
    assert_eq!(desk.turns.text_chars(&kim()).await, 100);
}

#[tokio::test]
async fn characters_are_counted_and_not_bytes() {
    let mut desk = desk(vec![]);
    desk.turns.limits.quotas.default = limits(Some(4));
    for (text, is_fine) in [
        ("한글😀!", true),
        ("한글😀!!", false),
        ("\u{1112}\u{1161}\u{11ab}!", true),
        ("\u{1112}\u{1161}\u{11ab}!!", false),
    ] {
        assert_eq!(desk.turns.check_length(&kim(), text).await.is_ok(), is_fine, "{text}");
    }
}
