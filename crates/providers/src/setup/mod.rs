//! What both homes of the service set up alike: the settings of the model and of what a turn may
//! take, the providers behind one another, the machine's clock, and the use cases over a store.

pub mod legs;
pub mod model;
mod profiles;
pub mod quotas;
pub mod reader;
pub mod system;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use checker::Profile;
use domain::check::Checks;
use domain::dictionary::Dictionaries;
use domain::meter::Meter;
use domain::ports::{
    Clock, ConversationStore, DictionaryStore, LedgerStore, PromptStore, Provider, QuotaStore,
    TurnStore,
};
use domain::prefix::Prefixes;
use domain::turn::{TurnLimits, Turns};

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
    /// The house styles of desks.
    pub desk_profiles: BTreeMap<String, Profile>,
    /// The model, and who is asked for it.
    pub model: ModelSettings,
    /// A turn that is open for so long has died with its process; none where one process runs all.
    pub lease_ms: Option<i64>,
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
            desk_profiles: profiles::read(reader)?,
            model: ModelSettings::read(reader, has_secrets)?,
            lease_ms: None,
        })
    }

    /// The use cases over a store and those who are asked.
    ///
    /// # Errors
    ///
    /// Quotas that cannot be used.
    pub fn turns<S>(
        &self,
        store: &Arc<S>,
        checks: Arc<Checks>,
        provider: Option<Arc<dyn Provider>>,
        meter: Arc<dyn Meter>,
    ) -> Result<Turns, QuotaError>
    where
        S: ConversationStore
            + TurnStore
            + PromptStore
            + LedgerStore
            + QuotaStore
            + DictionaryStore
            + 'static,
    {
        let model = &self.model;
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let dictionaries = Dictionaries::new(store.clone(), checks.clone(), clock, ids)
            .with_profiles(self.desk_profiles.clone());
        Ok(Turns {
            conversations: store.clone(),
            turns: store.clone(),
            prompts: store.clone(),
            ledger: store.clone(),
            quotas: store.clone(),
            known_quotas: Arc::default(),
            provider,
            prefixes: (model.is_configured() && model.prompt_caching)
                .then(|| Arc::new(Prefixes::new(SystemClock.now()))),
            checks,
            dictionaries: Arc::new(dictionaries),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            meter,
            unsaved: Arc::default(),
            beats: Arc::default(),
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
