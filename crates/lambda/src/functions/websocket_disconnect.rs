//! A client has gone: its socket is forgotten.

use api::gateway;
use bytes::Bytes;
use domain::id::ConnectionId;
use http::StatusCode;

use crate::config::Config;
use crate::socket::{SocketAnswer, SocketEvent};
use crate::wiring::{Home, open_store, warm_store};
use crate::{aws, runtime};

/// Answers `$disconnect`.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let aws = aws::load().await;
    let store = open_store(&aws, &config.table_prefix);
    let home = Home::over(config, &aws, &store, false)?;
    warm_store(&store).await;
    let home = &home;
    let answer = async |event: Bytes, _times| disconnect(home, &event).await;
    runtime::serve(&home.runtime_api, &home.deadline, answer).await?;
    Ok(())
}

async fn disconnect(home: &Home, event: &[u8]) -> anyhow::Result<Vec<u8>> {
    let event = SocketEvent::read(event)?;
    let id = ConnectionId::new(event.request_context.connection_id);
    gateway::disconnect(&home.app, &id).await?;
    SocketAnswer::of(StatusCode::OK).json()
}
