//! Models as a TOML file writes them, and the table's entries made of them.

use domain::ledger::Price;
use domain::model::ModelCard;
use domain::time::Timestamp;
use serde::Deserialize;

use super::{ModelEntry, ModelsError, Thinking};

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
    #[serde(default)]
    bedrock_cache_1h: bool,
    api_version: String,
    context_tokens: u64,
    output_tokens: u64,
    cache_minimum_tokens: u64,
    web_search: Option<String>,
    takes_temperature: bool,
    takes_prefill: bool,
    takes_forced_tools: bool,
    thinking: WrittenThinking,
    retires: Option<String>,
    successor: Option<String>,
    price: Vec<PriceRow>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum WrittenThinking {
    Never,
    Asked,
    ByDefault,
    Always,
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

/// The entries of a file, each valid by itself.
pub(super) fn entries(text: &str) -> Result<Vec<ModelEntry>, ModelsError> {
    let file: File = toml::from_str(text).map_err(|error| ModelsError::Format(Box::new(error)))?;
    file.model.into_iter().map(entry).collect()
}

fn entry(row: Row) -> Result<ModelEntry, ModelsError> {
    let mut prices = Vec::new();
    for price in &row.price {
        prices.push((day(&row.id, &price.from)?, price_of(&row.id, price)?));
    }
    if prices.is_empty() || !prices.is_sorted_by(|(before, _), (after, _)| before < after) {
        return Err(ModelsError::PriceOrder { model: row.id });
    }
    if row.output_tokens == 0 || row.output_tokens > row.context_tokens {
        return Err(ModelsError::Limits { model: row.id });
    }
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
        bedrock_cache_1h: row.bedrock_cache_1h,
        api_version: row.api_version,
        web_search: row.web_search,
        takes_temperature: row.takes_temperature,
        takes_forced_tools: row.takes_forced_tools,
        thinking: match row.thinking {
            WrittenThinking::Never => Thinking::Never,
            WrittenThinking::Asked => Thinking::Asked,
            WrittenThinking::ByDefault => Thinking::ByDefault,
            WrittenThinking::Always => Thinking::Always,
        },
        retires,
        successor: row.successor,
    })
}

fn price_of(model: &str, row: &PriceRow) -> Result<Price, ModelsError> {
    // A dollar per million tokens is a thousand nanodollars per token.
    let token = |text: &str| match amount(model, text)? {
        micro if micro % 1_000 == 0 => Ok(micro / 1_000),
        _ => Err(ModelsError::Price { model: model.to_owned(), value: text.to_owned() }),
    };
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
