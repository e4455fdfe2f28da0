//! What one invocation has to know of another: stops, resumed and repeated turns, many at once, a
//! process that dies, and the end of the time that AWS gives.

use std::time::{Duration, Instant};

use domain::turn::Outcome;
use futures::future::join_all;
use providers::drill::{Script, Step};
use serde_json::{Value, json};

use crate::desk::{ANSWER, Desk, done, event, kinds, last, question, slow, text};

/// A chat of some seconds that has shown its first words; gives the turn's id.
async fn begun(desk: &Desk) -> (tokio::sync::oneshot::Receiver<crate::emulator::Outcome>, Value) {
    let running = Desk::say_to(&desk.message, "s1", &question(&json!({"idempotencyKey": "k"})));
    let frames = desk.stand.frames_until("s1", "ai_chunk").await;
    let turn = frames[0]["turnId"].clone();
    (running, turn)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_reaches_the_turn_of_another_process() {
    let long = ANSWER.repeat(20);
    let step = Step { answer: long.clone(), delay_ms: 300, ..Step::default() };
    let desk = Desk::open(Script::always(step)).await;
    let (running, turn) = begun(&desk).await;
    let other = desk.another().await;
    done(Desk::say_to(&other, "s1", &json!({"action": "stop", "turnId": turn}))).await;
    let frames = desk.stand.frames_until("s1", "turn_stopped").await;
    done(running).await;
    let shown = text(&frames);
    assert!(long.starts_with(&shown) && shown.len() < long.len());
    assert_eq!(desk.saved().await[1].1, shown);
    let ledger = desk.ledger().await;
    assert_eq!((ledger.len(), ledger[0].outcome), (1, Outcome::Stopped));
    // It is over: there is nothing to stop, and the conversation takes the next turn.
    let again = json!({"action": "stop", "turnId": turn});
    done(Desk::say_to(&other, "s1", &again)).await;
    assert_eq!(last(&desk.stand.frames("s1"), "error")["code"], "not_found");
    desk.stand.drill.play(slow(0));
    desk.say("s1", &question(&json!({}))).await;
    assert_eq!(desk.saved().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_socket_resumes_on_another_and_misses_nothing() {
    let desk = Desk::open(slow(300)).await;
    let (running, turn) = begun(&desk).await;
    // The first socket is gone; the second comes while the turn still runs, and knows two frames.
    desk.stand.refuse("s1", axum::http::StatusCode::GONE, usize::MAX);
    let token = desk.stand.token("kim", &[]);
    assert_eq!(desk.connect("s2", &token).await["statusCode"], 200);
    let other = desk.another().await;
    let resume = json!({"action": "resume", "turnId": turn, "afterSeq": 1});
    done(Desk::say_to(&other, "s2", &resume)).await;
    done(running).await;
    let frames = desk.stand.frames("s2");
    assert_eq!((text(&frames).as_str(), frames[0]["seq"].as_u64()), (ANSWER, Some(2)));
    assert_eq!(last(&frames, "chat_end")["message"], ANSWER);
    let sequence: Vec<u64> = frames.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert!(sequence.is_sorted());
    // Whoever repeats the message is attached to the turn, and another person finds none.
    let repeated = question(&json!({"idempotencyKey": "k"}));
    let before = desk.stand.frames("s2").len();
    done(Desk::say_to(&other, "s2", &repeated)).await;
    assert_eq!(text(&desk.stand.frames("s2")[before..]), ANSWER);
    let stranger = desk.stand.token("lee", &[]);
    assert_eq!(desk.connect("s3", &stranger).await["statusCode"], 200);
    done(Desk::say_to(&other, "s3", &resume)).await;
    assert_eq!(desk.stand.frames("s3")[0]["code"], "not_found");
    assert_eq!(desk.stand.drill.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_at_once_in_one_conversation_run_one_and_lose_nothing() {
    let desk = Desk::open(slow(100)).await;
    let others = join_all((0..7).map(|_| desk.another())).await;
    let all: Vec<_> = others.iter().chain([&desk.message]).collect();
    let say = |process: &&crate::emulator::Process| {
        done(Desk::say_to(process, "s1", &question(&json!({}))))
    };
    join_all(all.iter().map(say)).await;
    let frames = desk.stand.frames("s1");
    let of = |kind: &str| frames.iter().filter(|frame| frame["type"] == kind).collect::<Vec<_>>();
    assert_eq!((of("chat_end").len(), of("error").len()), (1, 7), "{:?}", kinds(&frames));
    let turn = &of("chat_end")[0]["turnId"];
    for refused in of("error") {
        assert_eq!((&refused["code"], &refused["status"]), (&json!("turn_running"), &json!(409)));
        assert_eq!(&refused["runningTurnId"], turn);
    }
    assert_eq!(text(&frames), ANSWER);
    assert_eq!((desk.saved().await.len(), desk.ledger().await.len()), (2, 1));
    assert_eq!(desk.stand.drill.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_near_the_end_of_its_time_is_cut_kept_and_goes_on() {
    let desk = Desk::open(slow(1_500)).await;
    // Of twenty seconds the last four are left for saving.
    let frame = question(&json!({})).to_string().into();
    let limit = Duration::from_secs(20);
    let begun = Instant::now();
    done(desk.message.invoke(event("s1", "sendMessage", &frame), limit)).await;
    assert!(begun.elapsed() < limit, "{:?}", begun.elapsed());
    let frames = desk.stand.frames("s1");
    let end = last(&frames, "chat_end");
    assert_eq!(
        (&end["outcome"], &last(&frames, "notice")["code"]),
        (&json!("interrupted"), &json!("time_up"))
    );
    let shown = text(&frames);
    assert!(!shown.is_empty() && shown.len() < ANSWER.len());
    assert_eq!(desk.saved().await[1].1, shown);
    desk.stand.drill.play(slow(0));
    desk.say("s1", &json!({"action": "continue", "turnId": end["turnId"]})).await;
    let rest = desk.stand.frames("s1").split_off(frames.len());
    assert_eq!(format!("{shown}{}", text(&rest)), ANSWER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_process_was_killed_is_closed_by_whoever_meets_it() {
    let desk = Desk::with(slow(300), &[("PRF_TURN_LEASE_SECONDS", "4")]).await;
    let (running, turn) = begun(&desk).await;
    // The journal is a second behind at most.
    let frames = desk.stand.frames_until("s1", "ai_chunk").await;
    let second = Instant::now();
    while second.elapsed() < Duration::from_millis(1_500) {
        tokio::task::yield_now().await;
    }
    desk.message.kill();
    drop((running, frames));
    desk.stand.drill.play(slow(0));
    let other = desk.another().await;
    // Resumed at once it is followed until it must be dead, and then ended with what was kept.
    let resume = json!({"action": "resume", "turnId": turn, "afterSeq": 0});
    let before = desk.stand.frames("s1").len();
    done(Desk::say_to(&other, "s1", &resume)).await;
    let frames = desk.stand.frames("s1").split_off(before);
    assert_eq!(last(&frames, "chat_end")["outcome"], "interrupted");
    let shown = text(&frames);
    assert!(!shown.is_empty() && ANSWER.starts_with(&shown), "{shown}");
    assert_eq!(desk.saved().await[1].1, shown);
    let ledger = desk.ledger().await;
    assert_eq!((ledger.len(), ledger[0].outcome), (1, Outcome::Interrupted));
    // The conversation takes the next message.
    done(Desk::say_to(&other, "s1", &question(&json!({})))).await;
    assert_eq!(desk.saved().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_turn_does_not_lock_its_conversation() {
    let desk = Desk::with(slow(300), &[("PRF_TURN_LEASE_SECONDS", "1")]).await;
    let (running, _) = begun(&desk).await;
    desk.message.kill();
    drop(running);
    desk.stand.drill.play(slow(0));
    let other = desk.another().await;
    let met = Instant::now();
    loop {
        done(Desk::say_to(&other, "s1", &question(&json!({})))).await;
        let frames = desk.stand.frames("s1");
        if frames.iter().any(|frame| frame["type"] == "chat_end") {
            break;
        }
        assert_eq!(last(&frames, "error")["code"], "turn_running");
        assert!(met.elapsed() < Duration::from_secs(10));
    }
    let outcomes: Vec<_> = desk.ledger().await.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.contains(&Outcome::Completed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_begun_over_rest_ends_before_it_is_answered_and_is_read_afterwards() {
    let desk = Desk::open(slow(10)).await;
    let function = desk.stand.function("handlers.api.conversation.handler").await;
    let kim = desk.stand.token("kim", &[]);
    let begin = question(&json!({})).to_string();
    let begun = crate::stand::read(
        &function.answer(crate::stand::v1("POST", "/turns", &kim, &begin)).await,
    );
    assert_eq!(begun.0, 202);
    assert_eq!(desk.saved().await[1].1, ANSWER);
    let turn = begun.1["turnId"].as_str().unwrap();
    let path = format!("/turns/{turn}/events");
    let events = function.answer(crate::stand::v2("GET", &path, &kim, "")).await;
    let events = events["body"].as_str().unwrap();
    let frames: Vec<Value> = events
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|json| serde_json::from_str(json).unwrap())
        .collect();
    assert_eq!(text(&frames), ANSWER);
    assert_eq!(last(&frames, "chat_end")["turnId"], *turn);
}
