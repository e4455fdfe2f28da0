//! Prompts and their files over REST.

use api::Part;
use futures::future::join;

use crate::config::Config;
use crate::wiring::{Home, open_store, warm_store};
use crate::{aws, rest};

/// Answers `/prompts`, `/dictionary` and `/rules`.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let aws = aws::load().await;
    let store = open_store(&aws, &config.table_prefix);
    let home = Home::over(config, &aws, &store, false)?;
    join(warm_store(&store), home.warm_identity()).await;
    rest::serve(&home, Part::Prompts).await
}
