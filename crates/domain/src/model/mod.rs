//! What a language model is asked and what it answers, alike for every provider.

mod count;
mod error;
mod leg;
mod retirement;

use std::fmt;

use checker::{Category, Severity};
use futures::stream::BoxStream;

use crate::ledger::Price;
use crate::text::ArticleText;
use crate::time::Timestamp;

pub use count::TokenCount;
pub use error::{ProviderError, Remedy};
pub use leg::{LegState, Standing};
pub use retirement::{Retirement, RetirementWarning};

/// Name of a provider, as in `anthropic_api`, `bedrock` or `scripted`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProviderName(String);

impl ProviderName {
    /// Wraps the name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name on the wire and in rows.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the turn needs to know of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelCard {
    /// The model's id at its provider.
    pub id: String,
    /// Tokens a request may hold.
    pub context_tokens: u64,
    /// Tokens an answer may hold.
    pub output_tokens: u64,
    /// A shorter prefix is never cached.
    pub cache_minimum_tokens: u64,
    /// Whether a request may end with the beginning of the answer.
    pub takes_prefill: bool,
    /// Prices by the instant from which they hold, ascending.
    pub prices: Vec<(Timestamp, Price)>,
}

impl ModelCard {
    /// The price at that instant; before the first entry the first holds.
    #[must_use]
    pub fn price_at(&self, at: Timestamp) -> Option<Price> {
        let later = self.prices.partition_point(|(from, _)| *from <= at);
        self.prices.get(later.saturating_sub(1)).map(|(_, price)| *price)
    }
}

/// What the model is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Findings only, one small JSON object after another; no web search.
    Proofread,
    /// An answer in prose; web search with citations where the provider has it.
    Chat,
}

/// One earlier message of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryMessage {
    /// Who wrote it.
    pub speaker: crate::conversation::Speaker,
    /// What was written.
    pub content: ArticleText,
    /// The answer as its provider sent it, for that provider to read again.
    pub verbatim: Option<Verbatim>,
}

/// Blocks of an answer in a provider's own form, kept so that it can read its searches and
/// citations again in the next turn; to the domain they are opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim {
    /// Who wrote them and alone can read them.
    pub provider: ProviderName,
    /// The blocks.
    pub blocks: ArticleText,
}

/// A request in the order in which providers send and cache it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// What the model is to do.
    pub mode: Mode,
    /// System blocks in their fixed order; the cache breakpoint (1 h) stands after the last.
    /// The same for both modes of one engine and prompt version, byte for byte.
    pub system: Vec<ArticleText>,
    /// Earlier messages; the cache breakpoint (5 min) stands after the last.
    pub history: Vec<HistoryMessage>,
    /// The last user message.
    pub user: ArticleText,
    /// The beginning of the answer, where it was cut and is to be continued; the events of the
    /// answer begin after it.
    pub shown: Option<ArticleText>,
    /// Whether the web may be searched; only in [`Mode::Chat`], and only where the provider can.
    pub may_search: bool,
    /// Tokens the answer may hold.
    pub max_tokens: u64,
}

/// What the provider reported; zeros where it reported nothing. The output of a response that was cut
/// or stopped before its last report is what had come of it, by [`TokenCount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenUsage {
    /// Input neither read from nor written to the cache.
    pub input_tokens: u64,
    /// Output.
    pub output_tokens: u64,
    /// Input written to the cache for five minutes.
    pub cache_write_5m_tokens: u64,
    /// Input written to the cache for one hour.
    pub cache_write_1h_tokens: u64,
    /// Input read from the cache.
    pub cache_read_tokens: u64,
    /// Web searches.
    pub web_searches: u64,
}

impl TokenUsage {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cache_write_5m_tokens: self.cache_write_5m_tokens + other.cache_write_5m_tokens,
            cache_write_1h_tokens: self.cache_write_1h_tokens + other.cache_write_1h_tokens,
            cache_read_tokens: self.cache_read_tokens + other.cache_read_tokens,
            web_searches: self.web_searches + other.web_searches,
        }
    }

    /// Everything that went in: plain, written to the cache and read from it.
    #[must_use]
    pub fn all_input_tokens(self) -> u64 {
        self.input_tokens
            + self.cache_write_5m_tokens
            + self.cache_write_1h_tokens
            + self.cache_read_tokens
    }

    /// Input and output together.
    #[must_use]
    pub fn total_tokens(self) -> u64 {
        self.all_input_tokens() + self.output_tokens
    }
}

/// A web page an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Address.
    pub url: String,
    /// Title.
    pub title: String,
    /// What was quoted from it.
    pub quote: Option<String>,
    /// When it was last changed, in the words of whoever searched, as in `April 30, 2025`.
    pub changed: Option<String>,
}

/// A finding as the model states it, before it is anchored in the text. `Debug` prints nothing of it.
#[derive(Clone, PartialEq)]
pub struct ModelFinding {
    /// What stands in the article, word for word.
    pub original: String,
    /// Some characters before it, where the original alone is not unique.
    pub before: Option<String>,
    /// Some characters after it.
    pub after: Option<String>,
    /// What to write instead; empty where only a person can decide.
    pub replacements: Vec<String>,
    /// Kind of fault.
    pub category: Category,
    /// How grave.
    pub severity: Severity,
    /// One Korean sentence that says why.
    pub message: String,
    /// The norm or source it names.
    pub reference: Option<String>,
    /// From 0 to 1.
    pub confidence: Option<f32>,
}

impl fmt::Debug for ModelFinding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("ModelFinding");
        shown.field("category", &self.category).field("severity", &self.severity);
        shown.finish_non_exhaustive()
    }
}

/// One event of an answer as it streams in.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// A request goes out to that model. Usage counts from zero again: what was reported before
    /// belongs to the attempt before. Always the first event of the failover; a single provider
    /// does not say it.
    Attempt {
        /// To whom.
        provider: ProviderName,
        /// To which model, with its prices.
        card: ModelCard,
    },
    /// The provider has begun; what it calls the model.
    Started {
        /// The model's name.
        model: String,
    },
    /// A piece of prose.
    Text(String),
    /// A finding, as soon as it is complete.
    Finding(ModelFinding),
    /// Something stood where a finding belongs and could not be read.
    UnreadableFinding,
    /// A web page was used.
    Source(Source),
    /// The usage so far: each report replaces the one before.
    Usage(TokenUsage),
    /// The web could not be searched; the answer goes on without.
    SearchUnavailable,
    /// The whole answer in the provider's own form; only where the next turn needs it.
    Verbatim(Verbatim),
    /// The provider works on something that is not shown, such as a search or half a finding; how
    /// much it has written of it.
    Working(TokenCount),
    /// Nothing yet, but the provider is alive.
    Heartbeat,
    /// The answer is complete, for that reason; the last event.
    Finished(FinishReason),
}

/// Why a provider ended an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// It has said everything.
    EndTurn,
    /// The token limit cut it.
    MaxTokens,
    /// The model declined.
    Refusal,
    /// The request and answer together passed the context window.
    ContextOverflow,
}

/// The answer as it comes in; ends after `Finished` or an error. Dropping it cancels upstream.
pub type ModelStream = BoxStream<'static, Result<ModelEvent, ProviderError>>;

#[cfg(test)]
mod tests {
    use super::{ModelCard, Price};
    use crate::time::Timestamp;

    fn price(input: u64) -> Price {
        Price {
            input,
            output: 0,
            cache_write_5m: 0,
            cache_write_1h: 0,
            cache_read: 0,
            web_search: 0,
        }
    }

    #[test]
    fn the_price_is_that_of_the_day() {
        let card = ModelCard {
            id: "m".into(),
            context_tokens: 1,
            output_tokens: 1,
            cache_minimum_tokens: 1,
            takes_prefill: false,
            prices: vec![
                (Timestamp::from_millis(100), price(1)),
                (Timestamp::from_millis(200), price(2)),
            ],
        };
        let at = |millis| card.price_at(Timestamp::from_millis(millis)).map(|price| price.input);
        assert_eq!([at(0), at(100), at(199), at(200)], [Some(1), Some(1), Some(1), Some(2)]);
    }
}
