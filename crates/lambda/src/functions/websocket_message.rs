//! A client says something: what comes of it is posted to its socket, and a turn it begins runs to its
//! end within the invocation, whoever is still there. The schedule that erases old articles asks here
//! too: this function may delete them anyway, and has the time.

use api::gateway;
use bytes::Bytes;
use domain::id::ConnectionId;
use futures::future::join;
use http::StatusCode;

use crate::config::Config;
use crate::deadline::Times;
use crate::post::Posts;
use crate::socket::{SocketAnswer, SocketEvent};
use crate::sweep::{self, Sweep};
use crate::wiring::{Home, open_store, warm_store};
use crate::{aws, runtime};

/// Answers `sendMessage` and `$default`, which API Gateway invokes without waiting.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let aws = aws::load().await;
    let store = open_store(&aws, &config.table_prefix);
    let posts = Posts::new(&aws, config.socket_url.clone());
    let sweep = Sweep::new(&store, config.retention.clone());
    let home = Home::over(config, &aws, &store, true)?;
    join(warm_store(&store), home.warm_key()).await;
    let (home, posts, sweep) = (&home, &posts, &sweep);
    let answer = async |event: Bytes, times: Times| {
        if sweep::is_asked_by(&event) {
            sweep.run(times.cut).await?;
            return SocketAnswer::of(StatusCode::OK).json();
        }
        message(home, posts, &event, times).await
    };
    runtime::serve(&home.runtime_api, &home.deadline, answer).await?;
    Ok(())
}

async fn message(
    home: &Home,
    posts: &Posts,
    event: &[u8],
    times: Times,
) -> anyhow::Result<Vec<u8>> {
    let event = SocketEvent::read(event)?;
    let outlet = posts.outlet(&event.request_context);
    let id = ConnectionId::new(event.request_context.connection_id.as_str());
    let text = event.text()?;
    gateway::message(&home.app, &id, &text, &outlet, times.end).await;
    SocketAnswer::of(StatusCode::OK).json()
}
