//! `kill -9` at random moments under load: what was acknowledged is there, in order and once, and
//! the ledger has one row a turn.

use std::collections::HashSet;
use std::net::TcpStream;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::running::{Server, ended, prf};

const KILLS: u64 = 100;
const CONVERSATIONS: usize = 4;
/// A turn takes about a tenth of a second, and a kill comes within three of them.
const LONGEST_MS: u64 = 300;

/// What one client was told of one conversation.
#[derive(Default)]
struct Told {
    /// Turn and question of every turn that was acknowledged, in that order.
    begun: Vec<(String, String)>,
    /// Turns whose end was seen, with everything that was streamed.
    ended: Vec<(String, String)>,
}

fn answer() -> String {
    (0..12).map(|number| format!("{number}번째 문장입니다. ")).collect()
}

fn open(address: &str) -> Option<WebSocket<TcpStream>> {
    let stream = TcpStream::connect(address).ok()?;
    client(format!("ws://{address}/ws"), stream).ok().map(|(socket, _)| socket)
}

fn hear(socket: &mut WebSocket<TcpStream>) -> Option<Value> {
    let message = socket.read().ok()?;
    serde_json::from_str(message.to_text().ok()?).ok()
}

/// Asks one question after another until the server is gone.
fn ask_on(address: &str, conversation: usize, round: u64, told: &mut Told) -> Option<()> {
    let mut socket = open(address)?;
    for number in 0.. {
        let question = format!("질문 {round}-{number}");
        let frame = json!({"action": "sendMessage", "message": question, "engineType": "Basic",
            "conversationId": format!("c{conversation}"),
            "idempotencyKey": format!("{conversation}-{round}-{number}")});
        socket.send(Message::text(frame.to_string())).ok()?;
        let mut streamed = String::new();
        loop {
            let frame = hear(&mut socket)?;
            let turn = frame["turnId"].as_str().unwrap_or_default().to_owned();
            match frame["type"].as_str()? {
                "turn_started" => told.begun.push((turn, question.clone())),
                "ai_chunk" => streamed.push_str(frame["chunk"].as_str()?),
                "chat_end" => {
                    told.ended.push((turn, streamed));
                    break;
                }
                "error" => unreachable_error(&frame),
                _ => {}
            }
        }
    }
    Some(())
}

/// Nothing but a kill may end a turn here.
fn unreachable_error(frame: &Value) {
    assert_eq!(frame, &Value::Null, "an error under load");
}

/// The moments of the kills, the same in every run (SplitMix64).
fn moment(seed: u64) -> Duration {
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Duration::from_millis((mixed ^ (mixed >> 31)) % LONGEST_MS)
}

fn read(server: &Server, path: &str) -> Value {
    let answer = server.ask("GET", path, "", "");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Every question that was acknowledged is there once and in its order; answers follow their
/// questions, whole where their end was seen, and never anything but what the model said.
fn check_conversation(messages: &[Value], told: &Told, whole: &str) {
    let text = |message: &Value| message["content"].as_str().unwrap().to_owned();
    let asked: Vec<String> =
        messages.iter().filter(|one| one["role"] == "user").map(&text).collect();
    let unique: HashSet<&String> = asked.iter().collect();
    assert_eq!(unique.len(), asked.len(), "a question stands twice");
    let acknowledged: HashSet<&String> = told.begun.iter().map(|(_, question)| question).collect();
    let kept: Vec<&String> = asked.iter().filter(|one| acknowledged.contains(one)).collect();
    let expected: Vec<&String> = told.begun.iter().map(|(_, question)| question).collect();
    assert_eq!(kept, expected);
    for pair in messages.windows(2) {
        assert!(pair[0]["role"] == "user" || pair[1]["role"] == "user", "two answers in a row");
    }
    for (place, message) in
        messages.iter().enumerate().filter(|(_, one)| one["role"] == "assistant")
    {
        let id = message["id"].as_str().unwrap();
        let question = messages[place - 1]["id"].as_str().unwrap();
        assert_eq!(id.strip_suffix("-a"), question.strip_suffix("-q"), "an answer elsewhere");
        assert!(whole.starts_with(&text(message)), "{message}");
    }
    for (turn, streamed) in &told.ended {
        assert_eq!(streamed, whole, "streamed in turn {turn}");
        let id = format!("{turn}-a");
        let saved = messages.iter().find(|one| one["id"] == json!(id)).unwrap();
        assert_eq!(&text(saved), whole);
    }
}

fn run(arguments: &[&str], data: &Path) -> (i32, String, String) {
    let output: Output = prf(arguments).args(["--data", data.to_str().unwrap()]).output().unwrap();
    ended(&output)
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let whole = answer();
    let script = json!({"default": {"answer": whole, "delay_ms": 1}});
    let model = Server::drill(directory.path(), &script);
    let upstream = format!("http://{}", model.address);
    let environment = [
        ("ANTHROPIC_API_KEY", "k"),
        ("ANTHROPIC_BASE_URL", upstream.as_str()),
        ("PRF_LOG", "error"),
        ("PRF_MONTH_TOKENS", "1000000000"),
    ];
    let mut told: Vec<Told> = (0..CONVERSATIONS).map(|_| Told::default()).collect();
    for round in 0..KILLS {
        let server = Server::start(&data, &environment);
        let address = server.address.clone();
        std::thread::scope(|scope| {
            for (conversation, told) in told.iter_mut().enumerate() {
                let address = &address;
                scope.spawn(move || ask_on(address, conversation, round, told));
            }
            std::thread::sleep(moment(round));
            server.kill();
        });
    }
    let server = Server::start(&data, &environment);
    for (conversation, told) in told.iter_mut().enumerate() {
        let path = format!("/conversations/c{conversation}");
        let messages = read(&server, &path)["messages"].as_array().unwrap().clone();
        check_conversation(&messages, told, &whole);
        // No turn is left open: the conversation takes the next one.
        let body = json!({"action": "sendMessage", "message": "끝", "engineType": "Basic",
            "conversationId": format!("c{conversation}")});
        let begun = server.ask("POST", "/turns", "", &body.to_string());
        assert!(begun.starts_with("HTTP/1.1 202"), "{begun}");
    }
    let begun: Vec<&String> =
        told.iter().flat_map(|told| told.begun.iter().map(|(turn, _)| turn)).collect();
    let finished: usize = told.iter().map(|told| told.ended.len()).sum();
    assert!(begun.len() > 100 && finished > 10, "{} begun, {finished} ended", begun.len());
    server.kill();
    drop(Server::start(&data, &environment));
    let period = ["export", "usage", "--from", "2020-01-01", "--to", "2099-12-31"];
    let (code, rows, log) = run(&[&period[..], &["--format", "json"]].concat(), &data);
    assert_eq!(code, 0, "{log}");
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let ids: HashSet<&str> = rows.iter().map(|row| row["turnId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "two rows of one turn");
    assert!(begun.iter().all(|turn| ids.contains(turn.as_str())), "a turn without a row");
    assert_eq!(run(&["ledger", "verify"], &data).0, 0);
    println!("{KILLS} kills, {} turns begun, {finished} ended", begun.len());
}
