//! Events of a REST API through the routes that `prf serve` has too.

use axum::Router;
use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{Request, Response};
use lambda_runtime::Error;
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt;

use crate::deadline::{Deadline, Times};
use crate::proxy::{self, ProxyResponse};
use crate::runtime;
use crate::wiring::Home;

/// Answers events by the routes of one part until AWS ends the process.
///
/// # Errors
///
/// A Runtime API that cannot be reached.
pub(crate) async fn serve(home: &Home, part: api::Part) -> anyhow::Result<()> {
    let router = api::router_of(part, home.app.clone());
    let deadline: &Deadline = &home.deadline;
    let router = &router;
    runtime::serve(deadline, |event, times| async move {
        answer(home, router.clone(), event.get(), times).await
    })
    .await
}

/// An event that is no request is a fault of the gateway's, and is failed as such.
async fn answer(
    home: &Home,
    router: Router,
    event: &str,
    times: Times,
) -> Result<ProxyResponse, Error> {
    let request: Request<Body> = proxy::request(event.as_bytes())?.map(Body::from);
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = collected(body.into_data_stream(), times.end).await;
    // A turn that was begun runs to its end: the process may be frozen as soon as this is answered.
    home.app.hub.finish().await;
    Ok(proxy::response(Response::from_parts(parts, body)))
}

/// The body, or what came of it in time: events of a turn, which a client resumes after the last.
async fn collected(mut body: BodyDataStream, until: Instant) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Ok(Some(Ok(bytes))) = timeout_at(until, body.next()).await {
        whole.extend_from_slice(&bytes);
    }
    whole
}
