//! Old totals of months and days, in the four ways they were keyed.

use domain::engine::Engine;
use domain::id::UserId;
use domain::time::Timestamp;
use serde_json::{Map, Value};

use super::field::{Fields, Refusal, engine, refused};

/// How a table of totals is keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// `userId`, `yearMonth` = `2026-11#Basic`; or `2026-11` beside `engineType`.
    Months,
    /// `PK` = `user#<id>`, `SK` = `engine#Basic#2026-11`.
    EngineMonths,
    /// `userId`, `usageDate#engineType` = `2026-11-23#Basic`.
    Days,
    /// `userId`, `dateEngine` = `2026-11-23#Basic`.
    DateEngines,
}

impl Layout {
    /// The sort key's name.
    #[must_use]
    pub fn sort_key(self) -> &'static str {
        match self {
            Self::Months => "yearMonth",
            Self::EngineMonths => "SK",
            Self::Days => "usageDate#engineType",
            Self::DateEngines => "dateEngine",
        }
    }
}

/// What one item counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldTotals {
    /// Of which kind of table.
    pub layout: Layout,
    /// The sort key as it was spelled.
    pub sort: String,
    /// Whose.
    pub user_id: UserId,
    /// Of which engine.
    pub engine: Engine,
    /// `2026-11` or `2026-11-23`.
    pub period: String,
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// Messages.
    pub messages: u64,
}

/// The layout an item's keys show, when they are those of totals.
pub(super) fn layout(item: &Map<String, Value>) -> Option<Layout> {
    let all = [Layout::EngineMonths, Layout::Months, Layout::Days, Layout::DateEngines];
    all.into_iter().find(|layout| item.contains_key(layout.sort_key()))
}

pub(super) fn totals(fields: &Fields<'_>, layout: Layout) -> Result<OldTotals, Refusal> {
    let name = layout.sort_key();
    let sort = fields.needed(name)?;
    let (user, period, engine_name) = match layout {
        Layout::EngineMonths => {
            let user = fields.needed("PK")?.strip_prefix("user#").filter(|user| !user.is_empty());
            let user = user.ok_or(refused("PK", "user#<id>"))?;
            let parts = sort.strip_prefix("engine#").and_then(|rest| rest.split_once('#'));
            let (engine_name, month) = parts.ok_or(refused("SK", "engine#<engine>#<month>"))?;
            (user, month, engine_name)
        }
        Layout::Months | Layout::Days | Layout::DateEngines => {
            let (period, engine_name) = match sort.split_once('#') {
                Some(parts) => parts,
                None => (sort, fields.needed("engineType")?),
            };
            (fields.needed("userId")?, period, engine_name)
        }
    };
    let is_month = matches!(layout, Layout::Months | Layout::EngineMonths);
    let is_period = if is_month { is_month_name(period) } else { is_day_name(period) };
    if !is_period {
        let expected = if is_month { "a month and an engine" } else { "a day and an engine" };
        return Err(refused(name, expected));
    }
    let (input_tokens, output_tokens) =
        (fields.count("inputTokens")?, fields.count("outputTokens")?);
    // Without its parts a sum cannot be split, and parts that contradict it cannot be trusted.
    let total = fields.value("totalTokens").map(|_| fields.count("totalTokens")).transpose()?;
    if total.is_some_and(|total| Some(total) != input_tokens.checked_add(output_tokens)) {
        return Err(refused("totalTokens", "the sum of inputTokens and outputTokens"));
    }
    Ok(OldTotals {
        layout,
        sort: sort.to_owned(),
        user_id: UserId::new(user),
        engine: engine(name, engine_name)?,
        period: period.to_owned(),
        input_tokens,
        output_tokens,
        messages: fields.count("messageCount")?,
    })
}

/// The first moment of a day or month in Seoul.
pub(super) fn start_of(period: &str) -> Option<Timestamp> {
    let day = if period.len() == 7 { format!("{period}-01") } else { period.to_owned() };
    Timestamp::parse(&format!("{day}T00:00:00+09:00"))
}

fn is_day_name(period: &str) -> bool {
    start_of(period).is_some_and(|start| start.seoul_day() == period)
}

fn is_month_name(period: &str) -> bool {
    start_of(period).is_some_and(|start| start.seoul_month() == period)
}
