//! The table of models: the built-in one, and the operator's over it.

mod row;

use std::collections::HashSet;

use domain::model::{ModelCard, Retirement};
use domain::time::Timestamp;

pub use domain::model::RetirementWarning;

const BUILT_IN: &str = include_str!("models.toml");

/// Why a table of models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// It is not TOML of this form.
    #[error("the table of models cannot be read")]
    Format(#[source] Box<toml::de::Error>),
    /// A price is no amount, or finer than a nanodollar.
    #[error("model {model}: price {value:?} is no amount of dollars")]
    Price {
        /// Which model.
        model: String,
        /// The price as written.
        value: String,
    },
    /// A model has no price, or its prices do not ascend by day.
    #[error("model {model}: it needs prices, oldest first, each from a later day")]
    PriceOrder {
        /// Which model.
        model: String,
    },
    /// An answer cannot be longer than the context, nor empty.
    #[error("model {model}: output_tokens must lie between 1 and context_tokens")]
    Limits {
        /// Which model.
        model: String,
    },
    /// A day is no day.
    #[error("model {model}: {value:?} is no day like 2026-11-24")]
    Day {
        /// Which model.
        model: String,
        /// The day as written.
        value: String,
    },
    /// One file names a model twice.
    #[error("model {model} stands twice in the table")]
    Twice {
        /// Which model.
        model: String,
    },
    /// A successor is not in the table.
    #[error("model {model}: its successor {successor} is not in the table")]
    NoSuccessor {
        /// Which model.
        model: String,
        /// What it names.
        successor: String,
    },
    /// Successors lead back to where they began.
    #[error("model {model}: its successors lead back to it")]
    Circle {
        /// Which model.
        model: String,
    },
    /// The model has no id on Amazon Bedrock.
    #[error("model {model} has no bedrock_id")]
    NotOnBedrock {
        /// Which model.
        model: String,
    },
    /// The table does not hold the model.
    #[error("the table of models does not hold {0}")]
    Unknown(String),
}

/// Whether a model thinks before it answers; what it thinks counts as output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thinking {
    /// It cannot.
    Never,
    /// Only when asked, and this service does not ask.
    Asked,
    /// Unless told not to, and this service tells it.
    ByDefault,
    /// It cannot be told not to: `ANTHROPIC_MAX_TOKENS` must leave room for it.
    Always,
}

/// One model with everything a provider needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelEntry {
    /// What the turn needs.
    pub card: ModelCard,
    /// Its id on Amazon Bedrock; none where it is not asked there.
    pub bedrock_id: Option<String>,
    /// Whether Bedrock keeps its cache for an hour; five minutes otherwise.
    pub bedrock_cache_1h: bool,
    /// Value of the `anthropic-version` header.
    pub api_version: String,
    /// Type of the web search tool; none where the model has none.
    pub web_search: Option<String>,
    /// Whether `temperature` may be sent.
    pub takes_temperature: bool,
    /// Whether a tool may be forced.
    pub takes_forced_tools: bool,
    /// Whether it thinks before it answers.
    pub thinking: Thinking,
    /// From this day on the model may be gone.
    pub retires: Option<Timestamp>,
    /// What takes its place.
    pub successor: Option<String>,
}

impl ModelEntry {
    /// When it may be gone; none where no day is known.
    #[must_use]
    pub fn retirement(&self) -> Option<Retirement> {
        let (model, successor) = (self.card.id.clone(), self.successor.clone());
        Some(Retirement { model, from: self.retires?, successor })
    }

    /// Days until the model may be gone, rounded up; none where no day is known.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> Option<i64> {
        self.retirement().map(|retirement| retirement.days_left(now))
    }

    /// What the operator should hear, from 60 days before the model may be gone.
    #[must_use]
    pub fn retirement_warning(&self, now: Timestamp) -> Option<RetirementWarning> {
        self.retirement()?.warning(now)
    }
}

/// The table.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    entries: Vec<ModelEntry>,
}

impl Models {
    /// The built-in table.
    ///
    /// # Errors
    ///
    /// Never, as a test of this crate proves.
    pub fn built_in() -> Result<Self, ModelsError> {
        Self { entries: Vec::new() }.overridden_by(BUILT_IN)
    }

    /// This table with the operator's over it: a model of the same id is replaced whole, every
    /// other one is added at the end.
    ///
    /// # Errors
    ///
    /// Anything but TOML of the built-in table's form, with days and amounts that can be read,
    /// prices that ascend, and successors that exist and lead to an end.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, ModelsError> {
        let mut seen = HashSet::new();
        for entry in row::entries(text)? {
            if !seen.insert(entry.card.id.clone()) {
                return Err(ModelsError::Twice { model: entry.card.id });
            }
            match self.entries.iter_mut().find(|known| known.card.id == entry.card.id) {
                Some(known) => *known = entry,
                None => self.entries.push(entry),
            }
        }
        self.check_successors()?;
        Ok(self)
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

    /// The model of that id, then its successors in the order in which they take over.
    ///
    /// # Errors
    ///
    /// An id the table does not hold.
    pub fn line(&self, id: &str) -> Result<Vec<&ModelEntry>, ModelsError> {
        let mut line = vec![self.find(id)?];
        while let Some(next) = line.last().and_then(|entry| entry.successor.as_deref()) {
            line.push(self.find(next)?);
        }
        Ok(line)
    }

    /// Every model in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = &ModelEntry> {
        self.entries.iter()
    }

    fn check_successors(&self) -> Result<(), ModelsError> {
        for entry in &self.entries {
            let mut at = entry;
            for _ in 0..self.entries.len() {
                let Some(successor) = &at.successor else { break };
                at = self.find(successor).map_err(|_| ModelsError::NoSuccessor {
                    model: at.card.id.clone(),
                    successor: successor.clone(),
                })?;
            }
            if at.successor.is_some() {
                return Err(ModelsError::Circle { model: entry.card.id.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Models, RetirementWarning};
    use domain::ledger::Price;
    use domain::time::Timestamp;

    const DEFAULT: &str = "claude-opus-4-5-20251101";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn line(id: &str) -> Vec<String> {
        let models = Models::built_in().unwrap();
        models.line(id).unwrap().iter().map(|entry| entry.card.id.clone()).collect()
    }

    #[test]
    fn the_built_in_table_holds_the_documented_model() {
        let models = Models::built_in().unwrap();
        let entry = models.find(DEFAULT).unwrap();
        let price = Price {
            input: 5_000,
            output: 25_000,
            cache_write_5m: 6_250,
            cache_write_1h: 10_000,
            cache_read: 500,
            web_search: 10_000_000,
        };
        assert_eq!(entry.card.price_at(at("2026-11-24T00:00:00Z")), Some(price));
        assert_eq!((entry.card.context_tokens, entry.card.output_tokens), (200_000, 64_000));
        assert_eq!(entry.web_search.as_deref(), Some("web_search_20250305"));
        let opus = ["claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-opus-5"];
        assert_eq!(line(DEFAULT)[1..], opus);
        assert_eq!(
            line("claude-sonnet-4-5-20250929")[1..],
            ["claude-sonnet-4-6", "claude-sonnet-5"]
        );
    }

    #[test]
    fn a_warning_starts_sixty_days_before_a_model_may_be_gone() {
        let models = Models::built_in().unwrap();
        let entry = models.find(DEFAULT).unwrap();
        let days = |text: &str| entry.retirement_warning(at(text)).map(|one| one.days_left);
        assert_eq!(days("2026-09-24T23:59:59.999+09:00"), None);
        assert_eq!(days("2026-09-25T00:00:00+09:00"), Some(60));
        assert_eq!(days("2026-11-23T08:00:00+09:00"), Some(1));
        assert_eq!(days("2026-11-24T00:00:00+09:00"), Some(0));
        assert_eq!(days("2026-12-01T12:00:00+09:00"), Some(-7));
        let warning = RetirementWarning {
            model: DEFAULT.into(),
            day: "2026-11-24".into(),
            days_left: 1,
            successor: Some("claude-opus-4-6".into()),
        };
        assert_eq!(entry.retirement_warning(at("2026-11-23T08:00:00+09:00")), Some(warning));
        let haiku = models.find("claude-haiku-4-5-20251001").unwrap();
        assert_eq!(haiku.retirement_warning(at("2030-01-01T00:00:00Z")), None);
    }

    /// One model that holds only what every model must.
    fn model(id: &str, more: &str) -> String {
        format!(
            r#"
            [[model]]
            id = "{id}"
            api_version = "v"
            context_tokens = 10
            output_tokens = 5
            cache_minimum_tokens = 1
            takes_temperature = true
            takes_prefill = true
            takes_forced_tools = true
            thinking = "never"
            {more}
            [[model.price]]
            from = "2026-01-01"
            input = "1"
            output = "2"
            cache_write_5m = "1.25"
            cache_write_1h = "2"
            cache_read = "0.1"
            web_search = "10"
            "#
        )
    }

    #[test]
    fn the_operators_table_replaces_by_id_and_adds_the_rest() {
        let built_in = Models::built_in().unwrap();
        let count = built_in.iter().count();
        let own = model(DEFAULT, "") + &model("house-model", &format!("successor = \"{DEFAULT}\""));
        let models = built_in.overridden_by(&own).unwrap();
        assert_eq!(models.iter().count(), count + 1);
        assert_eq!(models.iter().next().unwrap().card.context_tokens, 10);
        assert_eq!(models.find(DEFAULT).unwrap().successor, None);
        assert_eq!(models.line("house-model").unwrap().len(), 2);
    }

    fn refused(own: &str) -> String {
        Models::built_in().unwrap().overridden_by(own).unwrap_err().to_string()
    }

    #[test]
    fn a_table_that_cannot_be_used_says_why() {
        let built_in = |from: &str, to: &str| refused(&BUILT_IN.replacen(from, to, 1));
        assert_eq!(
            built_in("\"6.25\"", "\"6,25\""),
            "model claude-opus-4-5-20251101: price \"6,25\" is no amount of dollars"
        );
        assert_eq!(
            built_in("\"6.25\"", "\"6.2500001\""),
            "model claude-opus-4-5-20251101: price \"6.2500001\" is no amount of dollars"
        );
        assert_eq!(
            built_in("\"6.25\"", "\"6.250001\""),
            "model claude-opus-4-5-20251101: price \"6.250001\" is no amount of dollars"
        );
        assert_eq!(
            built_in("from = \"2025-11-24\"", "from = \"2025-13-24\""),
            "model claude-opus-4-5-20251101: \"2025-13-24\" is no day like 2026-11-24"
        );
        assert_eq!(built_in("output_tokens", "ouput_tokens"), "the table of models cannot be read");
        assert_eq!(built_in("= \"asked\"", "= \"often\""), "the table of models cannot be read");
        assert_eq!(
            refused(&(model("m", "") + &model("m", ""))),
            "model m stands twice in the table"
        );
        assert_eq!(
            refused(&model("m", "successor = \"n\"")),
            "model m: its successor n is not in the table"
        );
        let circle = model("m", "successor = \"n\"") + &model("n", "successor = \"m\"");
        assert_eq!(refused(&circle), "model m: its successors lead back to it");
        let later = r#"
            [[model.price]]
            from = "2026-01-01"
            input = "1"
            output = "2"
            cache_write_5m = "1.25"
            cache_write_1h = "2"
            cache_read = "0.1"
            web_search = "10"
        "#;
        let order = "model m: it needs prices, oldest first, each from a later day";
        assert_eq!(refused(&(model("m", "") + later)), order);
        assert_eq!(
            refused(&model("m", "").replace("output_tokens = 5", "output_tokens = 11")),
            "model m: output_tokens must lie between 1 and context_tokens"
        );
        let unknown = Models::built_in().unwrap().find("gpt").unwrap_err().to_string();
        assert_eq!(unknown, "the table of models does not hold gpt");
    }
}
