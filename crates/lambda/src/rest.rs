//! Events of a REST API through the routes that `prf serve` has too.

use axum::Router;
use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::StreamExt;
use http::{Request, Response};
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt;

use crate::deadline::Times;
use crate::proxy;
use crate::runtime;
use crate::wiring::Home;

/// Answers events by the routes of one part until AWS ends the process.
///
/// # Errors
///
/// A Runtime API that cannot be reached.
pub(crate) async fn serve(home: &Home, part: api::Part) -> anyhow::Result<()> {
    let router = api::router_of(part, home.app.clone());
    let answer = async |event: Bytes, times| answer(home, router.clone(), &event, times).await;
    runtime::serve(&home.runtime_api, &home.deadline, answer).await?;
    Ok(())
}

/// An event that is no request is a fault of the gateway's, and is failed as such.
async fn answer(
    home: &Home,
    router: Router,
    event: &[u8],
    times: Times,
) -> anyhow::Result<Vec<u8>> {
    let request: Request<Body> = proxy::request(event)?.map(Body::from);
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = collected(body.into_data_stream(), times.end).await;
    // A turn that was begun runs to its end: the process may be frozen as soon as this is answered.
    home.app.hub.finish().await;
    Ok(proxy::answer(&Response::from_parts(parts, body)))
}

/// The body, or what came of it in time: events of a turn, which a client resumes after the last.
async fn collected(mut body: BodyDataStream, until: Instant) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Ok(Some(Ok(bytes))) = timeout_at(until, body.next()).await {
        whole.extend_from_slice(&bytes);
    }
    whole
}
