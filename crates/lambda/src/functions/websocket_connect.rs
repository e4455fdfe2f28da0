//! A client comes: its token is verified and its socket remembered.

use api::gateway;
use bytes::Bytes;
use domain::id::ConnectionId;
use futures::future::join;

use crate::config::Config;
use crate::socket::{SocketAnswer, SocketEvent};
use crate::wiring::{Home, open_store, warm_store};
use crate::{aws, runtime};

/// Answers `$connect`.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let aws = aws::load().await;
    let store = open_store(&aws, &config.table_prefix);
    let home = Home::over(config, &aws, &store, false)?;
    join(warm_store(&store), home.warm_identity()).await;
    let home = &home;
    let answer = async |event: Bytes, _times| connect(home, &event).await;
    runtime::serve(&home.runtime_api, &home.deadline, answer).await?;
    Ok(())
}

async fn connect(home: &Home, event: &[u8]) -> anyhow::Result<Vec<u8>> {
    let event = SocketEvent::read(event)?;
    let (headers, query) = (event.headers(), event.query());
    let id = ConnectionId::new(event.request_context.connection_id);
    let admitted = gateway::connect(&home.app, id, &headers, &query).await;
    let answer = match admitted {
        Ok(()) => SocketAnswer::admitted(&headers),
        Err(status) => SocketAnswer::of(status),
    };
    answer.json()
}
