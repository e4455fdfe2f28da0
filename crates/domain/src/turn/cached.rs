//! What a provider holds of an engine's prompt, as far as turns of this process have been told.

use super::Turns;
use crate::engine::Engine;
use crate::ports::StoreError;
use crate::prefix::{CacheState, KnownPrefix, PREFIX_LIFE_MS, PrefixDigest};
use crate::request::tokens_of;
use crate::time::Timestamp;

/// The size of what every request of an engine begins with, and whether it is cached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptCache {
    /// Characters of everything in the cached part: the service's own instruction, description,
    /// instruction and files.
    pub characters: usize,
    /// Three fifths of a token a character, as reservations count them.
    pub estimated_tokens: u64,
    /// As the provider reported it last; none where it has not.
    pub reported_tokens: Option<u64>,
    /// Below so many nothing is cached; none where no model is asked.
    pub minimum_tokens: Option<u64>,
    /// Whether the next turn will find it.
    pub state: CacheState,
    /// Until when it stays without another turn; only where it is there.
    pub warm_until: Option<Timestamp>,
    /// What the last request on it was told.
    pub last_use: Option<CacheUse>,
}

/// What a provider reported of its cache for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheUse {
    /// When.
    pub at: Timestamp,
    /// Tokens that were there.
    pub read_tokens: u64,
    /// Tokens that were not, and are now.
    pub written_tokens: u64,
}

impl Turns {
    /// What is known of the live prompt of an engine at the model that would be asked now.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn prompt_cache(&self, engine: Engine) -> Result<PromptCache, StoreError> {
        let now = self.clock.now();
        let request = self.renewal_request(engine, now).await?;
        let chars = request.system.iter().map(|block| block.as_str().chars().count());
        let digest = PrefixDigest::of(&request);
        let model = self.provider.as_ref().map(|provider| (provider.name(), provider.model()));
        let known = self.prefixes.as_ref().zip(model.as_ref());
        let known = known.and_then(|(all, (name, card))| all.known_as(name, &card.id, digest));
        let forecast = self.forecast(&request, digest, now);
        let last_use = known.as_ref().map(|known: &KnownPrefix| CacheUse {
            at: known.used_at,
            read_tokens: known.last.cache_read_tokens,
            written_tokens: known.last.cache_write_1h_tokens,
        });
        let ends_at = known.as_ref().map(|known| known.used_at.plus_millis(PREFIX_LIFE_MS));
        Ok(PromptCache {
            characters: chars.sum(),
            estimated_tokens: tokens_of(&request.system),
            reported_tokens: known.map(|known| known.tokens),
            minimum_tokens: model.map(|(_, card)| card.cache_minimum_tokens),
            state: forecast.map_or(CacheState::Unknown, |forecast| forecast.state),
            warm_until: ends_at.filter(|at| *at > now),
            last_use,
        })
    }
}
