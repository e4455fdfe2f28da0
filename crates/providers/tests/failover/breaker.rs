//! Legs that are left out, tried by one turn and asked again.

use std::sync::Arc;
use std::time::Duration;

use domain::model::{ModelEvent, ProviderError, ProviderName};
use domain::ports::Provider;
use futures::StreamExt;
use providers::Standing;
use providers::scripted::Answer;

use crate::{chat, check, end, failover, live, many, run, scripted, standing, text, whole};

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_leave_a_leg_out_and_one_turn_tries_it() {
    let (send, probe) = live();
    let mut answers = many(|| ProviderError::Failed { status: 500 }, 5);
    answers.extend([probe, whole("둘")]);
    let first = scripted("a", answers);
    let second = scripted("b", (0..9).map(|_| whole("나")).collect());
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "a", "a", "a", "b"], "나", "EndTurn").await;
    // The fifth failure in a row ends the asking at once.
    check(&legs, chat(), &["a", "b"], "나", "EndTurn").await;
    check(&legs, chat(), &["b"], "나", "EndTurn").await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let trying = tokio::spawn({
        let legs = legs.clone();
        async move { run(&legs, chat()).await }
    });
    while standing(&legs)[0] != Standing::Tried {
        tokio::task::yield_now().await;
    }
    let others = futures::future::join_all((0..3).map(|_| run(&legs, chat()))).await;
    assert!(others.iter().all(|(asked, ..)| asked == &["b"]), "{others:?}");
    send.send(text("하나")).unwrap();
    while standing(&legs)[0] != Standing::Asked {
        tokio::task::yield_now().await;
    }
    check(&legs, chat(), &["a"], "둘", "EndTurn").await;
    send.send(end()).unwrap();
    assert_eq!(trying.await.unwrap().1, "하나");
    assert_eq!(first.requests().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_or_goes_away_leaves_the_leg_to_the_next() {
    let (_send, silent) = live();
    let mut answers = vec![Answer::Refused(ProviderError::Unauthorised), silent];
    answers.extend(many(|| ProviderError::Overloaded, 1));
    let first = scripted("a", answers);
    let legs = failover(&[&first]);
    check(&legs, chat(), &["a"], "", "provider_unauthorised").await;
    check(&legs, chat(), &[], "", "provider_unauthorised").await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let mut probe = legs.stream(Arc::new(chat()));
    assert!(matches!(probe.next().await, Some(Ok(ModelEvent::Attempt { .. }))));
    assert_eq!(standing(&legs), [Standing::Tried]);
    drop(probe);
    // A failed probe leaves it out anew, without another attempt.
    check(&legs, chat(), &["a"], "", "provider_overloaded").await;
    let left_out = Standing::LeftOut { reason: "provider_overloaded", for_ms: 30_000 };
    assert_eq!(standing(&legs), [left_out]);
}

#[tokio::test(start_paused = true)]
async fn a_leg_that_is_off_is_not_asked() {
    let (first, second) = (scripted("a", vec![]), scripted("b", vec![whole("나"), whole("다")]));
    let legs = failover(&[&first, &second]);
    legs.turn_off(&ProviderName::new("a"), "no_credentials");
    check(&legs, chat(), &["b"], "나", "EndTurn").await;
    assert_eq!(standing(&legs)[0], Standing::Off { reason: "no_credentials" });
    tokio::time::advance(Duration::from_secs(3600)).await;
    check(&legs, chat(), &["b"], "다", "EndTurn").await;
}
