//! A hundred kills at random moments under load: what was acknowledged is there, whole, once and in
//! order, and the ledger is exact.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::ports::{Clock, TurnStore};
use domain::time::Timestamp;
use providers::Models;
use providers::drill::{self, Drill, Script, Step};
use serde_json::json;

use crate::client::{Asked, Socket};
use crate::kept;
use crate::running::{Server, prf};

/// Kills while turns run, and kills while the server starts and recovers.
const KILLS: u64 = 100;
const STARTS_KILLED: u64 = 25;
/// Each with a conversation of its own; every third goes over REST.
const WORKERS: u64 = 6;
/// A conversation ends after so many kills, so that its history stays short.
const KILLS_A_CONVERSATION: u64 = 10;
/// Steps of the script; more requests than that would share an answer.
const STEPS: u64 = 4_000;
/// After so many kills little of the month is left.
const KILLS_BEFORE_THE_LIMIT: u64 = 80;
/// What is left then: some turns.
const LEFT_TOKENS: u64 = 60_000;

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap())
    }
}

/// A simulator whose every answer is its own: short ones slowly, word by word, and long ones in
/// pieces that fill the journal's batches.
pub(crate) async fn model(steps: u64) -> (Drill, String) {
    let step = |number: u64| {
        let is_long = number.is_multiple_of(3);
        let words = if is_long { 1_500 } else { 12 };
        let finding = json!({"original": "내놓는다", "replacement": "발표한다",
            "category": "sentence", "message": format!("까닭 {number}")});
        Step {
            answer: format!("답 {number}. {}", "금리는 ".repeat(words)),
            findings: vec![finding],
            delta_chars: if is_long { 700 } else { 0 },
            delay_ms: 3,
            ..Step::default()
        }
    };
    let script = Script { anthropic: (1..=steps).map(step).collect(), ..Script::default() };
    let drill = Drill::new(script, Models::built_in().unwrap(), Arc::new(SystemClock));
    let address = drill::start(drill.clone()).await.unwrap();
    (drill, format!("http://{address}"))
}

pub(crate) fn environment<'a>(upstream: &'a str, limit: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("ANTHROPIC_API_KEY", "k"),
        ("ANTHROPIC_BASE_URL", upstream),
        ("ANTHROPIC_MAX_TOKENS", "8000"),
        ("PRF_MONTH_TOKENS", limit),
        ("PRF_LOG", "warn"),
    ]
}

/// Numbers that look random and are the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// One editor: what was asked so far.
struct Worker {
    number: u64,
    asked: Vec<Asked>,
}

impl Worker {
    /// Repeats what was left without an end, then asks one thing after the other until the server
    /// is gone or refuses.
    async fn work(mut self, address: String, kill: u64) -> Self {
        let mut socket = None;
        if !self.number.is_multiple_of(3) {
            socket = Socket::open(&address).await;
            if socket.is_none() {
                return self;
            }
        }
        if let Some(last) = self.asked.last_mut().filter(|last| last.end.is_none())
            && last.refused.is_none()
            && last.ask(&address, &mut socket).await.is_none()
        {
            return self;
        }
        loop {
            self.next_question(kill);
            let Some(asked) = self.asked.last_mut() else { return self };
            let heard = asked.ask(&address, &mut socket).await;
            if heard.is_none() || asked.refused.is_some() {
                return self;
            }
        }
    }

    fn next_question(&mut self, kill: u64) {
        let key = format!("{}-{}", self.number, self.asked.len());
        let conversation = format!("c{}-{}", self.number, kill / KILLS_A_CONVERSATION);
        let engine = if self.number.is_multiple_of(2) { "Basic" } else { "Pro" };
        let is_chat = !self.asked.len().is_multiple_of(3);
        let text = match is_chat {
            true => format!("왜 {key}? 😀"),
            false => format!("정부은 몇일 뒤 대책을 내놓는다. {key}"),
        };
        let mut frame = json!({"action": if is_chat { "sendMessage" } else { "proofread" },
            "engineType": engine, "conversationId": conversation, "idempotencyKey": key});
        frame[if is_chat { "message" } else { "text" }] = text.clone().into();
        self.asked.push(Asked { key, conversation, text, frame, ..Asked::default() });
    }
}

/// A server that is killed before it can say that it listens.
fn kill_while_it_starts(data: &Path, environment: &[(&str, &str)], after: Duration) {
    let data = data.to_str().unwrap();
    let mut command = prf(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    command.envs(environment.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child: Child = command.spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

struct Bench {
    data: tempfile::TempDir,
    drill: Drill,
    upstream: String,
    chance: Chance,
    workers: Vec<Worker>,
    limit: u64,
    /// How long the slowest start took.
    start: Duration,
}

impl Bench {
    fn start(&mut self) -> Server {
        let limit = self.limit.to_string();
        let began = Instant::now();
        let server = Server::start(self.data.path(), &environment(&self.upstream, &limit));
        self.start = self.start.max(began.elapsed());
        server
    }

    /// One server's life under load, to its kill.
    async fn live(&mut self, kill: u64) {
        if kill.is_multiple_of(KILLS / STARTS_KILLED) {
            let start_ms = u64::try_from(self.start.as_millis()).unwrap() + 1;
            let after = Duration::from_millis(self.chance.below(start_ms));
            let limit = self.limit.to_string();
            let environment = environment(&self.upstream, &limit);
            kill_while_it_starts(self.data.path(), &environment, after);
        }
        let server = self.start();
        let workers = std::mem::take(&mut self.workers).into_iter();
        let running: Vec<_> =
            workers.map(|worker| tokio::spawn(worker.work(server.address.clone(), kill))).collect();
        // The random moment of the kill: anything from before the first word to several turns.
        tokio::time::sleep(Duration::from_micros(self.chance.below(250_000))).await;
        let log = server.kill();
        assert!(!log.contains("ERROR"), "{log}");
        for worker in running {
            self.workers.push(worker.await.unwrap());
        }
    }

    /// Everything the clients know against everything that is kept.
    /// Gives how many turns ended in which way.
    async fn check(&self, address: &str) -> BTreeMap<&'static str, usize> {
        let (store, seen) = (kept::store(self.data.path()), self.drill.requests());
        let mut turns = Vec::new();
        for worker in &self.workers {
            for asked in worker.asked.chunk_by(|a, b| a.conversation == b.conversation) {
                let conversation = &asked[0].conversation;
                turns.extend(kept::check_conversation(&store, conversation, asked, &seen).await);
                if asked.iter().any(|one| one.turn.is_some()) {
                    kept::check_list(address, &store, conversation).await;
                }
            }
        }
        assert_eq!(store.open_turns().await.unwrap(), []);
        let (rows, held) = kept::ledger(&store).await;
        assert_eq!(held, domain::ledger::Spend::default());
        assert!(kept::sum(&rows).0.total_tokens() <= self.limit);
        kept::check_rows(&rows, &turns, &self.drill);
        kept::reports_say(address, self.data.path(), rows.len()).await;
        let mut outcomes = BTreeMap::new();
        for row in &rows {
            *outcomes.entry(row.outcome.name()).or_default() += 1;
        }
        outcomes
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_kills_lose_nothing_and_double_nothing() {
    let (drill, upstream) = model(STEPS).await;
    let data = tempfile::tempdir().unwrap();
    let workers = (0..WORKERS).map(|number| Worker { number, asked: Vec::new() }).collect();
    let (limit, start) = (1_000_000_000, Duration::ZERO);
    let mut bench = Bench { data, drill, upstream, chance: Chance(4), workers, limit, start };
    let began = Instant::now();
    for kill in 1..=KILLS {
        if kill == KILLS_BEFORE_THE_LIMIT {
            let (rows, _) = kept::ledger(&kept::store(bench.data.path())).await;
            bench.limit = kept::sum(&rows).0.total_tokens() + LEFT_TOKENS;
        }
        bench.live(kill).await;
    }
    // What was cut last is asked for once more, and only that.
    let server = bench.start();
    for worker in &mut bench.workers {
        let mut socket = Socket::open(&server.address).await;
        if let Some(last) = worker.asked.last_mut().filter(|last| last.end.is_none())
            && last.refused.is_none()
        {
            last.ask(&server.address, &mut socket).await.unwrap();
        }
    }
    let outcomes = bench.check(&server.address).await;
    let ends: Vec<_> = outcomes.keys().copied().collect();
    assert_eq!(ends, ["completed", "failed", "interrupted"], "{outcomes:?}");
    let asked = bench.workers.iter().flat_map(|worker| &worker.asked);
    let refused: Vec<_> = asked.filter_map(|asked| asked.refused.as_ref()).collect();
    assert!(refused.iter().all(|why| why["code"] == "quota_reached"), "{refused:?}");
    assert!(!refused.is_empty(), "the limit was never reached");
    assert!(bench.drill.requests().len() < usize::try_from(STEPS).unwrap());
    println!(
        "{} kills, turns {outcomes:?}, {} refused, slowest start {} ms, {} s",
        KILLS + STARTS_KILLED,
        refused.len(),
        bench.start.as_millis(),
        began.elapsed().as_secs()
    );
}
