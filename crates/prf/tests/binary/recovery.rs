//! A server killed in mid-answer keeps what came and closes the turn at the next start.

use std::net::TcpStream;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::running::Server;

fn hear(socket: &mut WebSocket<TcpStream>) -> Value {
    serde_json::from_str(socket.read().unwrap().to_text().unwrap()).unwrap()
}

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_kill_in_mid_answer_loses_no_text_that_was_kept() {
    // More than the journal holds back before it writes.
    let whole = "금리는 ".repeat(20_000);
    let directory = tempfile::tempdir().unwrap();
    let model = Server::drill(directory.path(), &json!({"default": {"answer": whole}}));
    let upstream = format!("http://{}", model.address);
    let environment = [
        ("ANTHROPIC_API_KEY", "k"),
        ("ANTHROPIC_BASE_URL", upstream.as_str()),
        ("ANTHROPIC_MAX_TOKENS", "64000"),
    ];
    let server = Server::start(directory.path(), &environment);
    let stream = TcpStream::connect(&server.address).unwrap();
    let (mut socket, _) = client(format!("ws://{}/ws", server.address), stream).unwrap();
    let frame = json!({"action": "sendMessage", "message": "왜?", "engineType": "Basic",
        "conversationId": "c"});
    socket.send(Message::text(frame.to_string())).unwrap();
    let mut received = 0;
    while received < 60_000 {
        let frame = hear(&mut socket);
        assert_ne!(frame["type"], "chat_end", "ended before the kill");
        received += frame["chunk"].as_str().map_or(0, str::len);
    }
    server.kill();
    let again = Server::start(directory.path(), &environment);
    let read = body(&again.ask("GET", "/conversations/c", "", ""));
    let messages = read["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    let (answer, metadata) = (&messages[1]["content"], &messages[1]["metadata"]);
    assert_eq!(metadata["outcome"], "interrupted");
    let kept = answer.as_str().unwrap();
    assert!(kept.len() > 30_000 && whole.starts_with(kept), "{}", kept.len());
    let usage = body(&again.ask("GET", "/usage/local/Basic", "", ""));
    let reported = body(&model.ask("GET", "/_drill/requests", "", ""));
    let (prompt, usage) = (&reported[0]["prompt_tokens"], &usage["data"]);
    assert_eq!((&usage["inputTokens"], usage["messageCount"].as_u64()), (prompt, Some(1)));
}
