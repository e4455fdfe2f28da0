//! A client has gone: its socket is forgotten.

use api::gateway;
use domain::id::ConnectionId;
use http::StatusCode;
use lambda_runtime::Error;

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
    runtime::serve(
        &home.deadline,
        |event, _times| async move { disconnect(home, event.get()).await },
    )
    .await
}

async fn disconnect(home: &Home, event: &str) -> Result<SocketAnswer, Error> {
    let event = SocketEvent::read(event)?;
    let id = ConnectionId::new(event.request_context.connection_id);
    gateway::disconnect(&home.app, &id).await?;
    Ok(SocketAnswer::of(StatusCode::OK))
}
