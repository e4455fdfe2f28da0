//! A hundred and a thousand turns at once against one quota: never more than it allows, no row lost,
//! and what was refused leaves nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::ports::TurnStore;
use domain::turn::Outcome;
use providers::drill::{Drill, Script, Step};
use providers::{Models, drill};
use serde_json::{Value, json};

use crate::client::{Asked, get};
use crate::kept;
use crate::kills::SystemClock;
use crate::running::Server;

/// One request by one of them, heard to its end.
async fn turn(address: String, number: usize) -> Asked {
    let (key, conversation) = (format!("k{number}"), format!("c{number}"));
    let text = format!("물음 {number}");
    let frame = json!({"action": "sendMessage", "message": text, "engineType": "Basic",
        "conversationId": conversation, "idempotencyKey": key});
    let mut asked = Asked { key, conversation, text, frame, ..Asked::default() };
    asked.ask(&address, &mut None).await.unwrap();
    asked
}

/// Looks at the quota again and again until all turns have ended; gives how often.
async fn watch(address: String, limit: u64, is_over: Arc<AtomicBool>) -> usize {
    let mut looks = 0;
    while !is_over.load(Ordering::Relaxed) {
        let month = get(&address, "/usage/local/Basic").await;
        let quota = &month["data"]["quota"];
        let number = |name: &str| quota[name].as_u64().unwrap();
        let (used, held) = (number("usedTokens"), number("reservedTokens"));
        assert!(used + held <= limit, "{used} used and {held} held of {limit}");
        looks += 1;
    }
    looks
}

/// `turns` at once where the month has room for about a third of them.
async fn at_once(turns: usize, limit: u64) {
    // Ends no turn before many have begun.
    let step =
        Step {
            answer: "금리는 동결됐습니다.".into(), first_byte_ms: 300, ..Step::default()
        };
    let clock = Arc::new(SystemClock);
    let drill = Drill::new(Script::always(step), Models::built_in().unwrap(), clock);
    let upstream = format!("http://{}", drill::start(drill.clone()).await.unwrap());
    let data = tempfile::tempdir().unwrap();
    let quotas = data.path().join("quotas.toml");
    std::fs::write(&quotas, format!("[role.admin]\nmonth_tokens = {limit}\n")).unwrap();
    let server = Server::start(
        data.path(),
        &[
            ("ANTHROPIC_API_KEY", "k"),
            ("ANTHROPIC_BASE_URL", &upstream),
            ("ANTHROPIC_MAX_TOKENS", "200"),
            ("PRF_QUOTAS", quotas.to_str().unwrap()),
            ("PRF_LOG", "error"),
        ],
    );
    let address = server.address.clone();
    let is_over = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(address.clone(), limit, is_over.clone()));
    let running: Vec<_> =
        (0..turns).map(|number| tokio::spawn(turn(address.clone(), number))).collect();
    let mut asked = Vec::new();
    for one in running {
        asked.push(one.await.unwrap());
    }
    is_over.store(true, Ordering::Relaxed);
    let looks = watching.await.unwrap();
    let (refused, granted): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|one| one.refused.is_some());
    check(&server, data.path(), &granted, &refused, &drill, limit).await;
    println!("{turns} turns at once: {} granted, quota looked at {looks} times", granted.len());
    let log = server.kill();
    assert_eq!(log, "");
}

async fn check(
    server: &Server,
    data: &std::path::Path,
    granted: &[Asked],
    refused: &[Asked],
    drill: &Drill,
    limit: u64,
) {
    assert!(!granted.is_empty() && !refused.is_empty());
    let store = kept::store(data);
    let seen = drill.requests();
    let mut turns = Vec::new();
    for one in granted {
        let asked = std::slice::from_ref(one);
        turns.extend(kept::check_conversation(&store, &one.conversation, asked, &seen).await);
    }
    assert!(turns.iter().all(|turn| turn.outcome == Some(Outcome::Completed)));
    for one in refused {
        assert_eq!(one.refused.as_ref().unwrap()["code"], "quota_reached");
        assert_eq!(kept::messages(&store, &one.conversation).await, []);
    }
    assert_eq!(store.open_turns().await.unwrap(), []);
    let (rows, held) = kept::ledger(&store).await;
    assert_eq!((rows.len(), held), (granted.len(), domain::ledger::Spend::default()));
    kept::check_rows(&rows, &turns, drill);
    // Exactly what the simulator has reported, and no token beyond the limit.
    assert_eq!(kept::sum(&rows), kept::sent(drill));
    assert!(kept::sum(&rows).0.total_tokens() <= limit);
    kept::reports_say(&server.address, data, rows.len()).await;
    let listed = get(&server.address, "/usage/local/all").await;
    let months: Vec<&Value> = listed["data"]["Basic"].as_array().unwrap().iter().collect();
    assert_eq!(months.len(), 1);
    let ids: BTreeSet<_> = turns.iter().map(|turn| turn.id.as_str()).collect();
    assert_eq!(ids.len(), rows.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_turns_at_once_stay_within_one_quota() {
    at_once(100, 12_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_turns_at_once_stay_within_one_quota() {
    at_once(1_000, 120_000).await;
}
