//! Many turns at once: against one quota nothing is overspent or lost, and in one conversation all
//! stand in one order.

use std::collections::HashSet;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, client};

use crate::running::{Server, ended, prf};

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn serve(directory: &Path, step: &Value, month_tokens: u64) -> (Server, Server) {
    let model = Server::drill(directory, &json!({"default": step}));
    let upstream = format!("http://{}", model.address);
    let limit = month_tokens.to_string();
    let environment = [
        ("ANTHROPIC_API_KEY", "k"),
        ("ANTHROPIC_BASE_URL", upstream.as_str()),
        ("ANTHROPIC_MAX_TOKENS", "100"),
        ("ENABLE_NATIVE_WEB_SEARCH", "false"),
        ("PRF_LOG", "error"),
        ("PRF_MONTH_TOKENS", limit.as_str()),
    ];
    (Server::start(&directory.join("data"), &environment), model)
}

/// Begins that many turns from twenty threads, each in a conversation of its own; gives those that
/// were granted.
fn begin_all(server: &Server, count: usize) -> Vec<(String, usize)> {
    let granted = Mutex::new(Vec::new());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let body = json!({"action": "sendMessage", "message": format!("질문 {number}"),
                        "engineType": "Basic", "conversationId": format!("c{number}")});
                    let answer = server.ask("POST", "/turns", "", &body.to_string());
                    if answer.starts_with("HTTP/1.1 202") {
                        let turn = self::body(&answer)["turnId"].as_str().unwrap().to_owned();
                        granted.lock().unwrap().push((turn, number));
                    } else {
                        assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
                        assert_eq!(self::body(&answer)["code"], "quota_reached");
                    }
                }
            });
        }
    });
    granted.into_inner().unwrap()
}

fn check_quota(count: usize, limit: u64) {
    let directory = tempfile::tempdir().unwrap();
    let step = json!({"answer": "동결했습니다. 다음 회의는 한 달 뒤입니다.", "delay_ms": 5});
    let (server, model) = serve(directory.path(), &step, limit);
    let granted = begin_all(&server, count);
    for (turn, _) in &granted {
        // The stream ends with the turn.
        let events = server.ask("GET", &format!("/turns/{turn}/events"), "", "");
        assert!(events.contains("\"chat_end\""), "{events}");
    }
    assert!(!granted.is_empty() && granted.len() < count, "{} granted", granted.len());
    for number in 0..count {
        let is_granted = granted.iter().any(|(_, one)| *one == number);
        let read = server.ask("GET", &format!("/conversations/c{number}"), "", "");
        let messages = self::body(&read)["messages"].as_array().map(Vec::len);
        assert_eq!(messages, is_granted.then_some(2), "conversation {number}");
    }
    let usage = body(&server.ask("GET", "/usage/local/Basic", "", ""))["data"].clone();
    let spent = usage["totalTokens"].as_u64().unwrap();
    assert!(spent <= limit, "{spent} of {limit}");
    assert_eq!(usage["messageCount"].as_u64(), Some(granted.len() as u64));
    let sums = body(&model.ask("GET", "/_drill/sums", "", ""));
    let reported: u64 = ["input_tokens", "output_tokens"]
        .iter()
        .map(|name| sums[0]["usage"][name].as_u64().unwrap())
        .sum();
    assert_eq!((spent, sums[0]["requests"].as_u64()), (reported, Some(granted.len() as u64)));
    server.kill();
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    let run = |arguments: &[&str]| ended(&prf(arguments).args(["--data", data]).output().unwrap());
    let period = ["export", "usage", "--from", "2020-01-01", "--to", "2099-12-31"];
    let (_, rows, _) = run(&[&period[..], &["--format", "json"]].concat());
    let turns: HashSet<String> = rows
        .lines()
        .map(|row| serde_json::from_str::<Value>(row).unwrap()["turnId"].as_str().unwrap().into())
        .collect();
    assert_eq!(turns, granted.into_iter().map(|(turn, _)| turn).collect());
    assert_eq!(run(&["ledger", "verify"]).0, 0);
}

#[test]
fn a_hundred_turns_at_once_keep_a_quota() {
    check_quota(100, 12_000);
}

#[test]
fn a_thousand_turns_at_once_keep_a_quota() {
    check_quota(1_000, 120_000);
}

#[test]
fn sixteen_senders_in_one_conversation_stand_in_one_order() {
    let directory = tempfile::tempdir().unwrap();
    let (server, _model) = serve(directory.path(), &json!({"answer": "네."}), 1_000_000);
    let ended = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..16 {
            let (address, ended) = (&server.address, &ended);
            scope.spawn(move || {
                let stream = TcpStream::connect(address).unwrap();
                let (mut socket, _) = client(format!("ws://{address}/ws"), stream).unwrap();
                let frame = json!({"action": "sendMessage", "message": format!("질문 {number}"),
                    "engineType": "Basic", "conversationId": "c"});
                'again: loop {
                    socket.send(Message::text(frame.to_string())).unwrap();
                    loop {
                        let heard = socket.read().unwrap();
                        let heard: Value = serde_json::from_str(heard.to_text().unwrap()).unwrap();
                        if heard["type"] == "error" {
                            assert_eq!(heard["status"], 409, "{heard}");
                            continue 'again;
                        }
                        if heard["type"] == "chat_end" {
                            ended.lock().unwrap().push(number);
                            return;
                        }
                    }
                }
            });
        }
    });
    let read = body(&server.ask("GET", "/conversations/c", "", ""));
    let messages = read["messages"].as_array().unwrap();
    assert_eq!((ended.into_inner().unwrap().len(), messages.len()), (16, 32));
    let mut asked = HashSet::new();
    for pair in messages.chunks(2) {
        assert_eq!((&pair[0]["role"], &pair[1]["role"]), (&json!("user"), &json!("assistant")));
        let question = pair[0]["id"].as_str().unwrap();
        assert_eq!(question.strip_suffix("-q"), pair[1]["id"].as_str().unwrap().strip_suffix("-a"));
        assert_eq!(pair[1]["content"], "네.");
        asked.insert(pair[0]["content"].as_str().unwrap().to_owned());
    }
    assert_eq!(asked.len(), 16);
}
