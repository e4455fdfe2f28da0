//! Puts the service together for one function: store, identity, model, and the warming of what the
//! first event will need.

use std::sync::Arc;

use api::auth::jwt::JwtAuthenticator;
use api::auth::{Origins, SignIn};
use api::{App, Hub, Operations, SESSION_CHECK};
use aws_config::SdkConfig;
use domain::check::Checks;
use domain::meter::Meter;
use domain::ports::{
    AuditStore, ConnectionStore, ConversationStore, DictionaryStore, LedgerStore, PromptStore,
    QuotaStore, TurnStore,
};
use providers::KeySource;
use providers::setup::legs;
use providers::setup::model::KeyPlace;
use providers::setup::system::SystemClock;
use stores::DynamoStore;

use crate::config::Config;
use crate::deadline::Deadline;
use crate::figures::Figures;
use crate::keys::HttpJwks;
use crate::secrets::StoredKey;

/// A function with everything it needs.
pub(crate) struct Home {
    /// The service.
    pub(crate) app: Arc<App>,
    /// Host and port of Lambda's Runtime API.
    pub(crate) runtime_api: String,
    /// The time of the running invocation.
    pub(crate) deadline: Deadline,
    authenticator: Arc<JwtAuthenticator>,
    key: Option<Arc<StoredKey>>,
}

/// The tables of the environment; nothing is sent yet.
pub(crate) fn open_store(aws: &SdkConfig, prefix: &str) -> Arc<DynamoStore> {
    Arc::new(DynamoStore::open(aws, prefix))
}

/// Connects to the tables before the first event; a failure is logged and met again then.
pub(crate) async fn warm_store(store: &DynamoStore) {
    if let Err(error) = store.warm().await {
        let cause: &dyn std::error::Error = &error;
        tracing::warn!(event = "store.unavailable", code = error.code(), error = cause);
    }
}

impl Home {
    /// Puts everything together; nothing is sent yet. `has_turns` says whether the function asks the
    /// model.
    ///
    /// # Errors
    ///
    /// Settings of the model or quotas that cannot be used.
    pub(crate) fn over<S>(
        config: Config,
        aws: &SdkConfig,
        store: &Arc<S>,
        has_turns: bool,
    ) -> anyhow::Result<Self>
    where
        S: ConversationStore
            + TurnStore
            + PromptStore
            + LedgerStore
            + QuotaStore
            + DictionaryStore
            + ConnectionStore
            + AuditStore
            + 'static,
    {
        let mut settings = config.turns;
        if !has_turns {
            (settings.model.anthropic, settings.model.bedrock) = (None, None);
        }
        let place = settings.model.anthropic.as_ref().map(|access| &access.key);
        let key = match place {
            Some(KeyPlace::Stored(name)) => Some(Arc::new(StoredKey::new(aws, name))),
            Some(KeyPlace::Given(_)) | None => None,
        };
        let checks = Arc::new(Checks::when_needed());
        let source = key.clone().map(|key| key as Arc<dyn KeySource>);
        let meter: Arc<dyn Meter> = Arc::new(Figures::of(config.environment));
        let legs = legs::open(&settings, source, Arc::clone(&meter))?;
        let deadline = Deadline::default();
        let provider = legs.provider.map(|provider| deadline.within(provider));
        let turns = settings.turns(store, checks, provider, meter)?;
        let operations = Operations { retirement: legs.retirement, ..Operations::default() };
        let keys = Arc::new(HttpJwks::new(&config.jwks_url)?);
        let authenticator = JwtAuthenticator::new(config.jwt, keys, Arc::new(SystemClock));
        let authenticator = Arc::new(authenticator);
        let app = App {
            turns: Arc::new(turns),
            connections: store.clone(),
            authenticator: authenticator.clone(),
            sign_in: SignIn::Oidc(config.page),
            session_check: SESSION_CHECK,
            audit: store.clone(),
            origins: Origins { loopback_only: false, allowed: config.origins },
            hub: Hub::shared(),
            files: None,
            operations,
            version: env!("CARGO_PKG_VERSION"),
        };
        let (app, runtime_api) = (Arc::new(app), config.runtime_api);
        Ok(Self { app, runtime_api, deadline, authenticator, key })
    }

    /// Fetches the keys of tokens before the first token comes.
    pub(crate) async fn warm_identity(&self) {
        self.authenticator.warm().await;
    }

    /// Fetches the model's key before the first turn.
    pub(crate) async fn warm_key(&self) {
        if let Some(key) = &self.key {
            key.warm().await;
        }
    }
}
