//! Usage as a file, for bookkeeping: ledger rows or totals of a period as CSV or JSON lines; the same
//! text from the API and from the command line.

use std::sync::Arc;

use domain::id::UserId;
use domain::ledger::{LedgerEntry, Nanodollars};
use domain::model::TokenUsage;
use domain::ports::{LedgerStore, StoreError};
use domain::time::Timestamp;
use domain::usage::UsageRow;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::{Value, json};

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180 with a header; a text that a spreadsheet would read as a formula begins with `'`.
    Csv,
    /// One JSON object a line.
    Json,
}

/// What an export holds a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportOf {
    /// A ledger row.
    Rows,
    /// The totals of a user, engine and day.
    Days,
    /// The totals of a user, engine and whole month.
    Months,
}

/// Why there is no such export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// A day is no day.
    #[error("from and to must be days like 2026-11-24, the first not after the last")]
    Period,
    /// The format is unknown.
    #[error("format must be csv or json")]
    Format,
    /// The totals are unknown.
    #[error("totals must be day or month")]
    Totals,
}

/// An export that has not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageExport {
    /// First day in Seoul, `2026-11-01`.
    from: String,
    /// Last day, included.
    to: String,
    format: ExportFormat,
    of: ExportOf,
}

/// Names of a ledger row's fields; amounts are exact dollars, prices those of one token or search.
const ROW_FIELDS: [&str; 25] = [
    "userId",
    "day",
    "engineType",
    "turnId",
    "at",
    "kind",
    "provider",
    "model",
    "outcome",
    "inputTokens",
    "outputTokens",
    "cacheWrite5mTokens",
    "cacheWrite1hTokens",
    "cacheReadTokens",
    "webSearches",
    "totalTokens",
    "cost",
    "isComplete",
    "attempts",
    "priceInput",
    "priceOutput",
    "priceCacheWrite5m",
    "priceCacheWrite1h",
    "priceCacheRead",
    "priceWebSearch",
];

/// Names of the fields of totals.
const TOTALS_FIELDS: [&str; 12] = [
    "userId",
    "period",
    "engineType",
    "inputTokens",
    "outputTokens",
    "cacheWrite5mTokens",
    "cacheWrite1hTokens",
    "cacheReadTokens",
    "webSearches",
    "totalTokens",
    "messageCount",
    "cost",
];

impl UsageExport {
    /// An export of the days in Seoul from one through another. Without a format it is CSV, without
    /// `totals` (`day` or `month`) it holds every row; totals of months are those of whole months.
    ///
    /// # Errors
    ///
    /// What cannot be read, or an end before its start.
    pub fn new(
        from: &str,
        to: &str,
        format: Option<&str>,
        totals: Option<&str>,
    ) -> Result<Self, ExportError> {
        if !is_day(from) || !is_day(to) || from > to {
            return Err(ExportError::Period);
        }
        let format = match format {
            None | Some("csv") => ExportFormat::Csv,
            Some("json") => ExportFormat::Json,
            Some(_) => return Err(ExportError::Format),
        };
        let of = match totals {
            None => ExportOf::Rows,
            Some("day") => ExportOf::Days,
            Some("month") => ExportOf::Months,
            Some(_) => return Err(ExportError::Totals),
        };
        Ok(Self { from: from.to_owned(), to: to.to_owned(), format, of })
    }

    /// A name for the file.
    #[must_use]
    pub fn file_name(&self) -> String {
        let ending = match self.format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "jsonl",
        };
        format!("usage_{}_{}.{ending}", self.from, self.to)
    }

    /// The media type.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        match self.format {
            ExportFormat::Csv => "text/csv; charset=utf-8; header=present",
            ExportFormat::Json => "application/x-ndjson",
        }
    }

    /// The text, one piece a user, by user id; within one by period, engine and turn. Only one
    /// user's rows are held at a time.
    ///
    /// # Errors
    ///
    /// A store that fails before anything is written; later it is the last item of the stream.
    pub async fn stream(
        self,
        ledger: Arc<dyn LedgerStore>,
    ) -> Result<BoxStream<'static, Result<String, StoreError>>, StoreError> {
        let users = ledger.users().await?;
        let header = stream::iter([Ok(self.header())]);
        let pieces = stream::iter(users).then(move |user| {
            let (ledger, export) = (Arc::clone(&ledger), self.clone());
            async move { export.piece(&*ledger, &user).await }
        });
        Ok(header.chain(pieces).boxed())
    }

    fn header(&self) -> String {
        match self.format {
            ExportFormat::Csv => {
                let names = self.fields().iter().map(|name| Value::from(*name));
                csv_line(&names.collect::<Vec<_>>())
            }
            ExportFormat::Json => String::new(),
        }
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.of {
            ExportOf::Rows => &ROW_FIELDS,
            ExportOf::Days | ExportOf::Months => &TOTALS_FIELDS,
        }
    }

    async fn piece(&self, ledger: &dyn LedgerStore, user: &UserId) -> Result<String, StoreError> {
        let (from, to) = (self.from.as_str(), self.to.as_str());
        match self.of {
            ExportOf::Rows => {
                let rows = ledger.entries(user, from, to).await?;
                Ok(rows.iter().map(|row| self.line(&row_values(row))).collect())
            }
            ExportOf::Days => {
                let days = ledger.days(user, from, to).await?;
                Ok(days.iter().map(|day| self.line(&totals_values(day))).collect())
            }
            ExportOf::Months => {
                let mut months = ledger.months(user).await?;
                months.sort_by(|a, b| (&a.period, a.engine).cmp(&(&b.period, b.engine)));
                // A month sorts before its days: `2026-11` < `2026-11-01`.
                let is_wanted = |month: &&UsageRow| {
                    let month = month.period.as_str();
                    (from.starts_with(month) || from < month) && month < to
                };
                let wanted = months.iter().filter(is_wanted);
                Ok(wanted.map(|month| self.line(&totals_values(month))).collect())
            }
        }
    }

    fn line(&self, values: &[Value]) -> String {
        match self.format {
            ExportFormat::Csv => csv_line(values),
            ExportFormat::Json => {
                let pairs = self.fields().iter().zip(values);
                let pairs = pairs.map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(","))
            }
        }
    }
}

pub(crate) fn is_day(text: &str) -> bool {
    let start = Timestamp::parse(&format!("{text}T00:00:00+09:00"));
    start.is_some_and(|start| start.seoul_day() == text)
}

fn row_values(entry: &LedgerEntry) -> [Value; ROW_FIELDS.len()] {
    let audit = entry.audit.as_ref();
    let price = audit.and_then(domain::ledger::Audit::price);
    let priced = |of: fn(&domain::ledger::Price) -> u64| {
        price.map(|price| Nanodollars(of(&price)).to_string()).into()
    };
    let [input, output, write_5m, write_1h, read, searches, total] = usage_values(entry.usage);
    [
        json!(entry.user_id.as_str()),
        json!(entry.at.seoul_day()),
        json!(entry.engine.name()),
        json!(entry.turn_id.as_str()),
        json!(entry.at.rfc3339()),
        audit.map(|audit| audit.kind.name()).into(),
        entry.provider.as_ref().map(|provider| provider.as_str()).into(),
        entry.model.clone().into(),
        json!(entry.outcome.name()),
        input,
        output,
        write_5m,
        write_1h,
        read,
        searches,
        total,
        json!(entry.cost.to_string()),
        audit.map(domain::ledger::Audit::is_complete).into(),
        audit.map(|audit| audit.attempts.len()).into(),
        priced(|price| price.input),
        priced(|price| price.output),
        priced(|price| price.cache_write_5m),
        priced(|price| price.cache_write_1h),
        priced(|price| price.cache_read),
        priced(|price| price.web_search),
    ]
}

fn totals_values(row: &UsageRow) -> [Value; TOTALS_FIELDS.len()] {
    let [input, output, write_5m, write_1h, read, searches, total] = usage_values(row.totals.usage);
    [
        json!(row.user_id.as_str()),
        json!(row.period),
        json!(row.engine.name()),
        input,
        output,
        write_5m,
        write_1h,
        read,
        searches,
        total,
        json!(row.totals.message_count),
        json!(row.totals.cost.to_string()),
    ]
}

fn usage_values(usage: TokenUsage) -> [Value; 7] {
    [
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
        usage.cache_read_tokens,
        usage.web_searches,
        usage.total_tokens(),
    ]
    .map(Value::from)
}

fn csv_line(values: &[Value]) -> String {
    let fields = values.iter().map(|value| match value {
        Value::Null => String::new(),
        Value::String(text) => csv_text(text),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    });
    fields.collect::<Vec<_>>().join(",") + "\r\n"
}

/// A text as a field: harmless to spreadsheets, and in quotes where it must be.
fn csv_text(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ExportError, UsageExport, csv_text};

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        for (text, expected) in [
            ("kim", "kim"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1),2", "\"'@SUM(A1),2\""),
            ("-1", "'-1"),
            ("＝1", "'＝1"),
            ("\tx", "'\tx"),
            ("김 😀", "김 😀"),
        ] {
            assert_eq!(csv_text(text), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let check = |from, to, format, totals, expected| {
            assert_eq!(UsageExport::new(from, to, format, totals).err(), expected, "{from} {to}");
        };
        check("2026-11-01", "2026-11-30", None, None, None);
        check("2028-02-29", "2028-02-29", Some("json"), Some("month"), None);
        for (from, to) in [
            ("2026-11-31", "2026-12-01"),
            ("2026-2-01", "2026-12-01"),
            ("2026-11", "2026-12"),
            ("", ""),
            ("2026-11-02", "2026-11-01"),
            ("2027-02-29", "2027-03-01"),
        ] {
            check(from, to, None, None, Some(ExportError::Period));
        }
        check("2026-11-01", "2026-11-30", Some("xml"), None, Some(ExportError::Format));
        check("2026-11-01", "2026-11-30", None, Some("year"), Some(ExportError::Totals));
    }
}
