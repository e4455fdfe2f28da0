//! What is known of the providers' prompt caches: which prefix was sent when, whether it is still
//! there, and what the input of the next turn on it will cost.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::Engine;
use crate::ledger::Nanodollars;
use crate::model::{ModelCard, ModelRequest, ProviderName, TokenUsage};
use crate::request::tokens_of;
use crate::time::Timestamp;

/// A prefix that was written or read stays for an hour.
pub const PREFIX_LIFE_MS: i64 = 60 * 60 * 1000;

/// Names a prefix among all that were ever sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PrefixDigest(u64);

impl PrefixDigest {
    /// Of the system blocks of a request; tools are constant.
    #[must_use]
    pub fn of(request: &ModelRequest) -> Self {
        let mut hasher = foldhash::quality::FixedState::default().build_hasher();
        for block in &request.system {
            block.as_str().hash(&mut hasher);
        }
        Self(hasher.finish())
    }
}

/// Whether the next request will find its prefix in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheState {
    /// It was used within the hour.
    Warm,
    /// It was not, and will be written.
    Cold,
    /// This process has not run long enough to know.
    Unknown,
    /// It is too short to be cached.
    TooShort,
}

impl CacheState {
    /// The name on the wire and in rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cold => "cold",
            Self::Unknown => "unknown",
            Self::TooShort => "too_short",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Warm, Self::Cold, Self::Unknown, Self::TooShort]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// What a turn will find and pay before it is sent; shown, never billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheForecast {
    /// Whether the prefix is there.
    pub state: CacheState,
    /// Its tokens: as last reported, else estimated.
    pub prefix_tokens: u64,
    /// Until when it stays without another turn; only where it is there.
    pub expires_at: Option<Timestamp>,
    /// What the whole input is expected to cost.
    pub input_cost: Nanodollars,
}

/// One prefix that a provider holds or has held.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPrefix {
    /// Of which engine.
    pub engine: Engine,
    /// Its tokens, as the provider reported them.
    pub tokens: u64,
    /// What the provider reported the last time it was written or read.
    pub last: TokenUsage,
    /// When that was.
    pub used_at: Timestamp,
    /// When an editor's turn last used it.
    pub asked_at: Timestamp,
}

type Key = (ProviderName, String, PrefixDigest);

/// Everything this process knows of prefixes.
#[derive(Debug)]
pub struct Prefixes {
    since: Timestamp,
    known: Mutex<HashMap<Key, KnownPrefix>>,
}

/// What a provider reported of one request.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// Who.
    pub provider: &'a ProviderName,
    /// Which model, by the id of its card.
    pub model: &'a str,
    /// Which prefix.
    pub digest: PrefixDigest,
    /// Of which engine.
    pub engine: Engine,
    /// What was reported.
    pub usage: TokenUsage,
    /// Whether an editor asked, and not the keeping warm.
    pub is_asked: bool,
    /// Whether earlier messages went along, whose cached tokens are reported in the same sum.
    pub has_history: bool,
    /// When.
    pub at: Timestamp,
}

impl Prefixes {
    /// Nothing is known at the start.
    #[must_use]
    pub fn new(since: Timestamp) -> Self {
        Self { since, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Key, KnownPrefix>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a prefix at that provider's model.
    #[must_use]
    pub fn known_as(
        &self,
        provider: &ProviderName,
        model: &str,
        digest: PrefixDigest,
    ) -> Option<KnownPrefix> {
        self.known().get(&(provider.clone(), model.to_owned(), digest)).cloned()
    }

    /// What the request will find at that provider's model now.
    #[must_use]
    pub fn forecast(
        &self,
        provider: &ProviderName,
        card: &ModelCard,
        digest: PrefixDigest,
        request: &ModelRequest,
        now: Timestamp,
    ) -> CacheForecast {
        let known = self.known_as(provider, &card.id, digest);
        let estimate = tokens_of(&request.system);
        let prefix_tokens = known.as_ref().map_or(estimate, |known| known.tokens);
        let expires_at = known.map(|known| known.used_at.plus_millis(PREFIX_LIFE_MS));
        let expires_at = expires_at.filter(|at| *at > now);
        let state = match expires_at {
            _ if prefix_tokens < card.cache_minimum_tokens => CacheState::TooShort,
            Some(_) => CacheState::Warm,
            None if self.since.plus_millis(PREFIX_LIFE_MS) > now => CacheState::Unknown,
            None => CacheState::Cold,
        };
        let history = request.history.iter().map(|message| &message.content);
        let rest = tokens_of(history.chain([&request.user]).chain(&request.shown));
        let input_cost = card.price_at(now).map_or(Nanodollars::default(), |price| {
            price.cost(match state {
                CacheState::Warm => TokenUsage {
                    cache_read_tokens: prefix_tokens,
                    input_tokens: rest,
                    ..TokenUsage::default()
                },
                CacheState::Cold | CacheState::Unknown => TokenUsage {
                    cache_write_1h_tokens: prefix_tokens,
                    input_tokens: rest,
                    ..TokenUsage::default()
                },
                CacheState::TooShort => {
                    TokenUsage { input_tokens: prefix_tokens + rest, ..TokenUsage::default() }
                }
            })
        });
        CacheForecast { state, prefix_tokens, expires_at, input_cost }
    }

    /// Remembers what a provider reported; a request that touched no cache changes nothing.
    pub fn observe(&self, observed: Observed<'_>) {
        let usage = observed.usage;
        let tokens = usage.cache_read_tokens + usage.cache_write_1h_tokens;
        if tokens == 0 {
            return;
        }
        let key = (observed.provider.clone(), observed.model.to_owned(), observed.digest);
        let mut known = self.known();
        // An entry nobody can read any more is never looked up again once its prompt has changed.
        let oldest = observed.at.plus_millis(-24 * PREFIX_LIFE_MS);
        known.retain(|_, prefix| prefix.used_at >= oldest);
        let before = known.get(&key);
        let exact = before.filter(|_| observed.has_history).map(|before| before.tokens);
        let asked_at = match (observed.is_asked, before) {
            (false, Some(before)) => before.asked_at,
            (true, _) | (false, None) => observed.at,
        };
        let (engine, used_at) = (observed.engine, observed.at);
        let tokens = exact.unwrap_or(tokens);
        known.insert(key, KnownPrefix { engine, tokens, last: usage, used_at, asked_at });
    }

    /// Prefixes that end within `margin_ms` and that an editor has used within `window_ms`: worth a
    /// small request that keeps them.
    #[must_use]
    pub fn due(&self, now: Timestamp, margin_ms: i64, window_ms: i64) -> Vec<DuePrefix> {
        let mut due: Vec<DuePrefix> = self
            .known()
            .iter()
            .filter(|(_, prefix)| {
                let ends_at = prefix.used_at.plus_millis(PREFIX_LIFE_MS);
                let is_ending = ends_at > now && ends_at.plus_millis(-margin_ms) <= now;
                is_ending && prefix.asked_at.plus_millis(window_ms) > now
            })
            .map(|((provider, model, digest), prefix)| DuePrefix {
                provider: provider.clone(),
                model: model.clone(),
                digest: *digest,
                engine: prefix.engine,
            })
            .collect();
        due.sort_by_key(|due| (due.engine.name(), due.model.clone()));
        due
    }
}

/// A prefix that will be gone soon.
#[derive(Debug, Clone, PartialEq)]
pub struct DuePrefix {
    /// Who holds it.
    pub provider: ProviderName,
    /// For which model.
    pub model: String,
    /// Which it is.
    pub digest: PrefixDigest,
    /// Of which engine.
    pub engine: Engine,
}

#[cfg(test)]
mod tests {
    use super::{CacheState, Observed, PREFIX_LIFE_MS, PrefixDigest, Prefixes};
    use crate::engine::Engine;
    use crate::ledger::{Nanodollars, Price};
    use crate::model::{Mode, ModelCard, ModelRequest, ProviderName, TokenUsage};
    use crate::text::ArticleText;
    use crate::time::Timestamp;

    fn card() -> ModelCard {
        let price = Price {
            input: 5,
            output: 25,
            cache_write_5m: 6,
            cache_write_1h: 10,
            cache_read: 1,
            web_search: 0,
        };
        ModelCard {
            id: "m".into(),
            context_tokens: 200_000,
            output_tokens: 64_000,
            cache_minimum_tokens: 30,
            takes_prefill: true,
            prices: vec![(Timestamp::from_millis(0), price)],
        }
    }

    fn request(system_chars: usize) -> ModelRequest {
        ModelRequest {
            mode: Mode::Proofread,
            system: vec![ArticleText::new("가".repeat(system_chars))],
            history: vec![],
            user: ArticleText::new("나".repeat(10)),
            shown: None,
            may_search: false,
            max_tokens: 10,
        }
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    fn observe(prefixes: &Prefixes, minutes: i64, tokens: u64, is_asked: bool, has_history: bool) {
        prefixes.observe(Observed {
            provider: &ProviderName::new("p"),
            model: "m",
            digest: PrefixDigest::of(&request(100)),
            engine: Engine::Basic,
            usage: TokenUsage { cache_read_tokens: tokens, ..TokenUsage::default() },
            is_asked,
            has_history,
            at: at(minutes),
        });
    }

    fn check(prefixes: &Prefixes, chars: usize, minutes: i64, expected: (CacheState, u64, u64)) {
        let request = request(chars);
        let digest = PrefixDigest::of(&request);
        let provider = ProviderName::new("p");
        let forecast = prefixes.forecast(&provider, &card(), digest, &request, at(minutes));
        let found = (forecast.state, forecast.prefix_tokens, forecast.input_cost.0);
        assert_eq!(found, expected, "{minutes} minutes");
        assert_eq!(forecast.expires_at.is_some(), forecast.state == CacheState::Warm);
        assert_eq!(forecast.input_cost, Nanodollars(expected.2));
    }

    #[test]
    fn a_prefix_is_warm_for_an_hour_after_its_last_use() {
        let prefixes = Prefixes::new(at(0));
        check(&prefixes, 10, 0, (CacheState::TooShort, 6, 6 * 5 + 6 * 5));
        check(&prefixes, 100, 0, (CacheState::Unknown, 60, 60 * 10 + 6 * 5));
        check(&prefixes, 100, 60, (CacheState::Cold, 60, 60 * 10 + 6 * 5));
        observe(&prefixes, 70, 50, true, false);
        check(&prefixes, 100, 129, (CacheState::Warm, 50, 50 + 6 * 5));
        check(&prefixes, 100, 130, (CacheState::Cold, 50, 50 * 10 + 6 * 5));
        check(&prefixes, 101, 129, (CacheState::Cold, 61, 61 * 10 + 6 * 5));
        // Tokens of earlier messages are in the same sum and are not the prefix's.
        observe(&prefixes, 131, 90, true, true);
        check(&prefixes, 100, 132, (CacheState::Warm, 50, 50 + 6 * 5));
        // A request that touched no cache tells nothing.
        observe(&prefixes, 500, 0, true, false);
        check(&prefixes, 100, 501, (CacheState::Cold, 50, 50 * 10 + 6 * 5));
    }

    #[test]
    fn a_prefix_in_use_is_due_shortly_before_its_end() {
        let prefixes = Prefixes::new(at(0));
        observe(&prefixes, 0, 50, true, false);
        let due = |minutes: i64| prefixes.due(at(minutes), 5 * 60_000, 2 * PREFIX_LIFE_MS).len();
        assert_eq!([due(54), due(55), due(59), due(60)], [0, 1, 1, 0]);
        observe(&prefixes, 56, 50, false, false);
        assert_eq!([due(59), due(111), due(116)], [0, 1, 0]);
        observe(&prefixes, 112, 50, false, false);
        // Two hours after the last editor's turn nobody pays for it any more.
        assert_eq!(due(168), 0);
    }
}
