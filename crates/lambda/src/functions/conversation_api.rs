//! Conversations, checks and turns over REST.

use api::Part;
use futures::future::join3;

use crate::config::Config;
use crate::wiring::{Home, open_store, warm_store};
use crate::{aws, rest};

/// Answers what needs articles, checks or the model, and what a page asks first.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let aws = aws::load().await;
    let store = open_store(&aws, &config.table_prefix);
    let home = Home::over(config, &aws, &store, true)?;
    join3(warm_store(&store), home.warm_identity(), home.warm_key()).await;
    rest::serve(&home, Part::Conversations).await
}
