//! An answer comes in while nobody asks for it, whichever HTTP the connection speaks: it is heard only now
//! and then, and must not come later for that.

#![cfg(feature = "drill")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, Version};
use bytes::Bytes;
use domain::model::{Mode, ModelEvent, ModelRequest};
use domain::ports::Provider;
use domain::text::{ArticleText, Secret};
use futures::{FutureExt, StreamExt};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::{Anthropic, AnthropicConfig};
use crate::Models;

const PIECES: usize = 60;

/// Answers with pieces of text one after another and then nothing more; says when all are sent.
fn answer(sent: mpsc::UnboundedSender<()>) -> Response<Body> {
    let pieces = futures::stream::unfold(0, move |count| {
        let sent = sent.clone();
        async move {
            sleep(Duration::from_millis(2)).await;
            if count == PIECES {
                let _ = sent.send(());
                std::future::pending::<()>().await;
            }
            let piece = Bytes::from_static(
                b"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":\
                  {\"type\":\"text_delta\",\"text\":\"x\"}}\n\n",
            );
            Some((Ok::<_, Infallible>(piece), count + 1))
        }
    });
    Response::new(Body::from_stream(pieces))
}

async fn serve(version: Version) -> (SocketAddr, mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, sent) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let stream = listener.accept().await.unwrap().0;
        stream.set_nodelay(true).unwrap();
        let service = service_fn(move |_: Request<hyper::body::Incoming>| {
            std::future::ready(Ok::<_, Infallible>(answer(sender.clone())))
        });
        let stream = TokioIo::new(stream);
        let _ = match version {
            Version::HTTP_2 => {
                let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                http.serve_connection(stream, service).await
            }
            _ => hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await,
        };
    });
    (address, sent)
}

fn client(version: Version, address: SocketAddr) -> Anthropic {
    let builder = reqwest::Client::builder();
    let builder = match version {
        Version::HTTP_2 => builder.http2_prior_knowledge(),
        _ => builder.http1_only(),
    };
    let config = AnthropicConfig {
        base_url: format!("http://{address}"),
        key: Arc::new(Secret::new("k")),
        model: Models::built_in().unwrap().find("claude-opus-4-5-20251101").unwrap().clone(),
        temperature: 0.7,
        web_search: None,
        prompt_caching: true,
    };
    Anthropic::over(builder.build().unwrap(), config, Arc::default()).unwrap()
}

async fn check(version: Version) {
    let (address, mut sent) = serve(version).await;
    let request = ModelRequest {
        mode: Mode::Chat,
        system: Vec::new(),
        history: Vec::new(),
        user: ArticleText::new("질문"),
        shown: None,
        may_search: false,
        max_tokens: 100,
    };
    let mut events = client(version, address).stream(Arc::new(request));
    let mut heard = 0;
    let mut hear = |event| match event {
        Some(Ok(ModelEvent::Text(text))) => heard += text.len(),
        other => panic!("{other:?}"),
    };
    hear(events.next().await);
    sent.recv().await.unwrap();
    // The last of it may still be on its way.
    sleep(Duration::from_millis(300)).await;
    while let Some(event) = events.next().now_or_never() {
        hear(event);
    }
    assert_eq!(heard, PIECES, "{version:?}");
}

#[tokio::test]
async fn over_http_1() {
    check(Version::HTTP_11).await;
}

#[tokio::test]
async fn over_http_2() {
    check(Version::HTTP_2).await;
}
