//! What both homes of the service set up alike: the settings of the model and of what a turn may
//! take, the providers behind one another, the machine's clock, and the use cases over a store.

pub mod legs;
pub mod model;
pub mod quotas;
pub mod reader;
pub mod system;

use std::path::PathBuf;
use std::sync::Arc;

use domain::check::Checks;
use domain::ports::{Clock, ConversationStore, LedgerStore, PromptStore, TurnStore};
use domain::prefix::Prefixes;
use domain::turn::{TurnLimits, Turns};

use crate::anthropic::KeySource;
use legs::LegsError;
use model::ModelSettings;
use quotas::{QuotaError, QuotaSettings};
use reader::{Reader, SettingError};
use system::{RandomIds, SystemClock};

/// Everything a turn depends on.
#[derive(Debug)]
pub struct TurnSettings {
    /// Operator's table of models, over the built-in one.
    pub models: Option<PathBuf>,
    /// Characters of one article or message.
    pub max_text_chars: usize,
    /// What each user may use in one month.
    pub quotas: QuotaSettings,
    /// The model, and who is asked for it.
    pub model: ModelSettings,
    /// A turn that is open for so long has died with its process; none where one process runs all.
    pub lease_ms: Option<i64>,
}

/// Why the use cases cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum TurnsError {
    /// Not with these providers.
    #[error("could not set up the model's providers")]
    Legs(#[from] LegsError),
    /// Not with these quotas.
    #[error("could not set up the quotas")]
    Quotas(#[from] QuotaError),
}

impl TurnSettings {
    /// Reads the settings; the key's name in a secret store is read where `has_secrets`.
    ///
    /// # Errors
    ///
    /// A value of the wrong kind, or two that exclude each other.
    pub fn read(reader: &mut Reader, has_secrets: bool) -> Result<Self, SettingError> {
        Ok(Self {
            models: reader.optional("PRF_MODELS").map(PathBuf::from),
            max_text_chars: reader.number("PRF_MAX_TEXT_CHARS", "200000")?,
            quotas: QuotaSettings::read(reader)?,
            model: ModelSettings::read(reader, has_secrets)?,
            lease_ms: None,
        })
    }

    /// The use cases over a store, inside a runtime; `key` gives Anthropic's key where it is a stored
    /// one.
    ///
    /// # Errors
    ///
    /// A table of models, a model or quotas that cannot be used.
    pub fn turns<S>(
        &self,
        store: &Arc<S>,
        checks: Arc<Checks>,
        key: Option<Arc<dyn KeySource>>,
    ) -> Result<Turns, TurnsError>
    where
        S: ConversationStore + TurnStore + PromptStore + LedgerStore + 'static,
    {
        let model = &self.model;
        Ok(Turns {
            conversations: store.clone(),
            turns: store.clone(),
            prompts: store.clone(),
            ledger: store.clone(),
            provider: legs::provider(self, key)?,
            prefixes: (model.is_configured() && model.prompt_caching)
                .then(|| Arc::new(Prefixes::new(SystemClock.now()))),
            checks,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            limits: TurnLimits {
                max_text_chars: self.max_text_chars,
                max_answer_tokens: model.max_tokens,
                max_web_searches: model.web_search.as_ref().map_or(0, |one| one.max_uses.into()),
                quotas: self.quotas.load()?,
                lease_ms: self.lease_ms,
            },
        })
    }
}
