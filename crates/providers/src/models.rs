//! The table of models: built in, or the operator's own in its place.

use domain::ledger::Price;
use domain::model::ModelCard;
use domain::time::Timestamp;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("models.toml");

/// Why a table of models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// It is not TOML of this form.
    #[error("the table of models cannot be read")]
    Format(#[source] Box<toml::de::Error>),
    /// A price is no amount with at most six decimals.
    #[error("model {model}: price {value:?} is no amount of dollars")]
    Price {
        /// Which model.
        model: String,
        /// The price as written.
        value: String,
    },
    /// A day is no day.
    #[error("model {model}: {value:?} is no day like 2026-11-24")]
    Day {
        /// Which model.
        model: String,
        /// The day as written.
        value: String,
    },
    /// The table does not hold the model.
    #[error("the table of models does not hold {0}")]
    Unknown(String),
}

/// One model with everything a provider needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelEntry {
    /// What the turn needs.
    pub card: ModelCard,
    /// Its id on Amazon Bedrock.
    pub bedrock_id: Option<String>,
    /// Value of the `anthropic-version` header.
    pub api_version: String,
    /// Type of the web search tool; none where the model has none.
    pub web_search: Option<String>,
    /// Whether `temperature` may be sent.
    pub takes_temperature: bool,
    /// From this day on the model may be gone.
    pub retires: Option<Timestamp>,
    /// What takes its place.
    pub successor: Option<String>,
}

/// The table.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    entries: Vec<ModelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    bedrock_id: Option<String>,
    api_version: String,
    context_tokens: u64,
    output_tokens: u64,
    cache_minimum_tokens: u64,
    web_search: Option<String>,
    takes_temperature: bool,
    takes_prefill: bool,
    retires: Option<String>,
    successor: Option<String>,
    price: Vec<PriceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    from: String,
    input: String,
    output: String,
    cache_write_5m: String,
    cache_write_1h: String,
    cache_read: String,
    web_search: String,
}

impl Models {
    /// The built-in table.
    ///
    /// # Errors
    ///
    /// Never, as a test of this crate proves.
    pub fn built_in() -> Result<Self, ModelsError> {
        Self::parse(BUILT_IN)
    }

    /// The operator's table.
    ///
    /// # Errors
    ///
    /// Anything but TOML of the built-in table's form, with days and amounts that can be read.
    pub fn parse(text: &str) -> Result<Self, ModelsError> {
        let file: File =
            toml::from_str(text).map_err(|error| ModelsError::Format(Box::new(error)))?;
        let entries = file.model.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// The model of that id.
    ///
    /// # Errors
    ///
    /// An id the table does not hold: without its prices nothing can be billed.
    pub fn find(&self, id: &str) -> Result<&ModelEntry, ModelsError> {
        let found = self.entries.iter().find(|entry| entry.card.id == id);
        found.ok_or_else(|| ModelsError::Unknown(id.to_owned()))
    }

    /// Every model in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = &ModelEntry> {
        self.entries.iter()
    }
}

fn entry(row: Row) -> Result<ModelEntry, ModelsError> {
    let mut prices = Vec::new();
    for price in &row.price {
        prices.push((day(&row.id, &price.from)?, price_of(&row.id, price)?));
    }
    prices.sort_by_key(|(from, _)| *from);
    let retires = row.retires.as_deref().map(|text| day(&row.id, text)).transpose()?;
    Ok(ModelEntry {
        card: ModelCard {
            id: row.id,
            context_tokens: row.context_tokens,
            output_tokens: row.output_tokens,
            cache_minimum_tokens: row.cache_minimum_tokens,
            takes_prefill: row.takes_prefill,
            prices,
        },
        bedrock_id: row.bedrock_id,
        api_version: row.api_version,
        web_search: row.web_search,
        takes_temperature: row.takes_temperature,
        retires,
        successor: row.successor,
    })
}

fn price_of(model: &str, row: &PriceRow) -> Result<Price, ModelsError> {
    // A dollar per million tokens is a thousand nanodollars per token.
    let token = |text: &str| amount(model, text).map(|micro| micro / 1_000);
    Ok(Price {
        input: token(&row.input)?,
        output: token(&row.output)?,
        cache_write_5m: token(&row.cache_write_5m)?,
        cache_write_1h: token(&row.cache_write_1h)?,
        cache_read: token(&row.cache_read)?,
        // A dollar per thousand searches is a million nanodollars per search.
        web_search: amount(model, &row.web_search)?,
    })
}

/// Millionths of a dollar, exactly.
fn amount(model: &str, text: &str) -> Result<u64, ModelsError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_amount =
        !whole.is_empty() && fraction.len() <= 6 && is_number(whole) && is_number(fraction);
    let micro = format!("{whole}{fraction:0<6}").parse().ok().filter(|_| is_amount);
    micro.ok_or_else(|| ModelsError::Price { model: model.to_owned(), value: text.to_owned() })
}

fn day(model: &str, text: &str) -> Result<Timestamp, ModelsError> {
    let at = Timestamp::parse(&format!("{text}T00:00:00+09:00"));
    at.ok_or_else(|| ModelsError::Day { model: model.to_owned(), value: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Models};
    use domain::ledger::Price;
    use domain::time::Timestamp;

    #[test]
    fn the_built_in_table_holds_the_documented_model() {
        let models = Models::built_in().unwrap();
        let entry = models.find("claude-opus-4-5-20251101").unwrap();
        let at = Timestamp::parse("2026-11-24T00:00:00Z").unwrap();
        let price = Price {
            input: 5_000,
            output: 25_000,
            cache_write_5m: 6_250,
            cache_write_1h: 10_000,
            cache_read: 500,
            web_search: 10_000_000,
        };
        assert_eq!(entry.card.price_at(at), Some(price));
        assert_eq!((entry.card.context_tokens, entry.card.output_tokens), (200_000, 64_000));
        assert_eq!(entry.web_search.as_deref(), Some("web_search_20250305"));
    }

    fn refused(from: &str, to: &str) -> String {
        Models::parse(&BUILT_IN.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn a_table_that_cannot_be_used_says_why() {
        assert_eq!(
            refused("\"6.25\"", "\"6,25\""),
            "model claude-opus-4-5-20251101: price \"6,25\" is no amount of dollars"
        );
        assert_eq!(
            refused("\"2025-11-24\"", "\"2025-13-24\""),
            "model claude-opus-4-5-20251101: \"2025-13-24\" is no day like 2026-11-24"
        );
        assert_eq!(refused("output_tokens", "ouput_tokens"), "the table of models cannot be read");
        let unknown = Models::built_in().unwrap().find("gpt").unwrap_err().to_string();
        assert_eq!(unknown, "the table of models does not hold gpt");
    }
}
