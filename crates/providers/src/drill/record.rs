//! What the simulator saw and said: each request with what was reported of it, and the sums.

use std::collections::BTreeMap;
use std::time::Instant;

use domain::ledger::Nanodollars;
use domain::model::{TokenCount, TokenUsage};
use domain::time::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::cache::Breakpoint;
use super::request::Provider;
use super::tape::State;
use crate::models::Models;

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Its number, from 1.
    pub number: u64,
    /// Who was asked.
    pub provider: Provider,
    /// The model, by Anthropic's id where it is known.
    pub model: String,
    /// How it ended.
    pub state: State,
    /// Why it was refused.
    pub refusal: Option<String>,
    /// Bytes of its body.
    pub body_bytes: usize,
    /// Tokens of its prompt.
    pub prompt_tokens: u64,
    /// Its breakpoints, with a digest of what stands before each.
    pub breakpoints: Vec<Breakpoint>,
    /// What was reported on the wire so far.
    #[serde(serialize_with = "usage")]
    pub usage: TokenUsage,
    /// Tokens that were generated and sent, reported or not.
    pub output_tokens: u64,
    /// The text that was sent.
    pub text: String,
    /// When each piece of the text was given to the connection.
    #[serde(skip)]
    pub text_sent_at: Vec<Instant>,
    /// When its answer was over, or its client was found to have gone away.
    #[serde(skip)]
    pub ended_at: Option<Instant>,
    #[serde(skip)]
    pub(crate) at: Timestamp,
    /// Of its text and queries so far.
    #[serde(skip)]
    pub(crate) generated: TokenCount,
}

/// What one model of one provider would bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// Who was asked.
    pub provider: Provider,
    /// The model.
    pub model: String,
    /// Requests with at least one report.
    pub requests: u64,
    /// The sum of their last reports; of an answer without its last, the tokens that were sent.
    #[serde(serialize_with = "usage")]
    pub usage: TokenUsage,
    /// At the prices of the table, in nanodollars.
    #[serde(serialize_with = "nanodollars")]
    pub cost_nanodollars: Nanodollars,
}

impl Seen {
    /// An event of its answer is on the wire.
    pub(crate) fn sent(&mut self, event: &Value, now: Instant) {
        match event["type"].as_str() {
            Some("message_start") => self.report(&event["message"]["usage"]),
            Some("message_delta") => {
                self.report(&event["usage"]);
                self.output_tokens = self.usage.output_tokens;
            }
            Some("content_block_delta") => {
                let delta = &event["delta"];
                let text = delta["text"].as_str().unwrap_or_default();
                let query = delta["partial_json"].as_str().unwrap_or_default();
                self.text.push_str(text);
                self.text_sent_at.extend((!text.is_empty()).then_some(now));
                self.generated = self.generated.plus(text).plus(query);
                self.output_tokens = self.generated.tokens();
            }
            _ => {}
        }
    }

    /// A provider bills what it has sent, whether it came to say so or not.
    fn billed(&self) -> TokenUsage {
        let output_tokens = self.usage.output_tokens.max(self.output_tokens);
        TokenUsage { output_tokens, ..self.usage }
    }

    fn report(&mut self, reported: &Value) {
        let usage = &mut self.usage;
        let replace = |field: &mut u64, value: &Value| *field = value.as_u64().unwrap_or(*field);
        replace(&mut usage.input_tokens, &reported["input_tokens"]);
        replace(&mut usage.output_tokens, &reported["output_tokens"]);
        replace(&mut usage.cache_read_tokens, &reported["cache_read_input_tokens"]);
        let written = &reported["cache_creation"];
        replace(&mut usage.cache_write_5m_tokens, &written["ephemeral_5m_input_tokens"]);
        replace(&mut usage.cache_write_1h_tokens, &written["ephemeral_1h_input_tokens"]);
        replace(&mut usage.web_searches, &reported["server_tool_use"]["web_search_requests"]);
    }
}

/// Sums by provider and model; a model without a price costs nothing here.
pub(crate) fn sums(seen: &[Seen], models: &Models) -> Vec<Sum> {
    let mut sums: BTreeMap<(Provider, &str), Sum> = BTreeMap::new();
    for one in seen.iter().filter(|one| one.usage != TokenUsage::default()) {
        let sum = sums.entry((one.provider, &one.model)).or_insert_with(|| Sum {
            provider: one.provider,
            model: one.model.clone(),
            requests: 0,
            usage: TokenUsage::default(),
            cost_nanodollars: Nanodollars(0),
        });
        let price = models.find(&one.model).ok().and_then(|entry| entry.card.price_at(one.at));
        sum.requests += 1;
        let billed = one.billed();
        sum.usage = sum.usage.plus(billed);
        sum.cost_nanodollars.0 += price.map_or(0, |price| price.cost(billed).0);
    }
    sums.into_values().collect()
}

#[derive(Serialize)]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
    cache_write_5m_tokens: u64,
    cache_write_1h_tokens: u64,
    cache_read_tokens: u64,
    web_searches: u64,
}

fn usage<S: Serializer>(usage: &TokenUsage, to: S) -> Result<S::Ok, S::Error> {
    Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_write_5m_tokens: usage.cache_write_5m_tokens,
        cache_write_1h_tokens: usage.cache_write_1h_tokens,
        cache_read_tokens: usage.cache_read_tokens,
        web_searches: usage.web_searches,
    }
    .serialize(to)
}

fn nanodollars<S: Serializer>(amount: &Nanodollars, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(amount.0)
}
