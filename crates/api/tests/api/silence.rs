//! The log of whatever is asked, at its finest level, holds no article text and no token; and no line
//! that any test of this program logs holds a text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use domain::model::{FinishReason, ModelEvent};
use futures::{SinkExt, StreamExt};
use providers::scripted::Answer;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tracing_subscriber::EnvFilter;

use crate::bench::served;
use crate::leaks::Said;
use crate::matrix::invalid;
use crate::standing::Issuer;

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        if let Some(leak) = Said::default().leak(&line) {
            // A panic in here could be caught, and a test that asks for nothing of the log would pass.
            eprintln!("{leak}");
            std::process::abort();
        }
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Our own events and those of everything that reads requests.
const EVERYTHING: &str = "trace,tungstenite=info,tokio_tungstenite=info,hyper=info";

/// The log of all tests; every service of a test begins it, and each line is looked through as it comes.
pub(crate) fn watched() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::new(EVERYTHING))
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    })
}

const ARTICLE: &str = "정부는 비밀리에 몇일 뒤 대책을 내놓는다.";

#[tokio::test]
async fn no_text_and_no_token_is_logged() {
    // What other tests have logged so far must hold none of it either.
    let log = watched();
    let issuer = Issuer::open();
    let answer = vec![
        Ok(ModelEvent::Text("답변의 본문".into())),
        Ok(ModelEvent::Finished(FinishReason::EndTurn)),
    ];
    let service = issuer.service(Some(vec![Answer::Events(answer)]));
    let kim = issuer.token("kim", &[], 600);
    let check = json!({"text": ARTICLE}).to_string();
    service.ok(&kim, "POST", "/check", &check).await;
    service.refused(&kim, "POST", "/check", check.strip_suffix('}').unwrap()).await;
    let odd = json!({"engineType": "Basic", "messages": ARTICLE}).to_string();
    service.refused(&kim, "POST", "/conversations", &odd).await;
    let new = json!({"conversationId": ARTICLE, "engineType": "Basic", "title": ARTICLE,
        "messages": [{"role": "user", "content": ARTICLE}]});
    service.ok(&kim, "POST", "/conversations", &new.to_string()).await;
    let path = "/conversations?q=%EC%A0%95%EB%B6%80%EB%8A%94";
    service.ok(&kim, "GET", path, "").await;
    let broken = invalid(&issuer);
    for token in &broken {
        assert_eq!(service.refused(token, "GET", "/conversations", "").await.0, 401);
    }
    let address = served(&service).await;
    let (mut socket, _) = connect_async(format!("ws://{address}/ws?token={kim}")).await.unwrap();
    let longer = issuer.token("kim", &["admin"], 900);
    for frame in [
        json!({"action": "proofread", "text": ARTICLE, "engineType": "Basic"}),
        json!({"action": "refresh", "token": longer}),
        json!({"action": "refresh", "token": broken[0]}),
    ] {
        socket.send(Message::text(frame.to_string())).await.unwrap();
    }
    while let Some(Ok(message)) = socket.next().await {
        if message.is_close() {
            break;
        }
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("api.request") && text.contains("api.refused"), "{text}");
    let tokens = broken.iter().chain([&kim, &longer]).map(String::as_str);
    for secret in tokens.chain(["정부", "비밀", "답변의", "%EC%A0%95"]) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
