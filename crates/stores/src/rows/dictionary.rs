//! Rows of dictionaries.

use checker::RuleId;
use domain::dictionary::{DictionaryEntry, DictionaryRule};
use domain::id::{EntryId, UserId};
use domain::ports::StoreError;
use serde::{Deserialize, Serialize};

use super::time;

/// How often a dictionary was changed.
#[derive(Serialize, Deserialize, Default)]
pub(crate) struct VersionRow {
    pub(crate) version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum RuleRow {
    Replace {
        wrong: String,
        right: String,
    },
    Except {
        word: String,
    },
    IgnoreRule {
        rule: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryRow {
    #[serde(flatten)]
    rule: RuleRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    created_by: String,
    created_at: String,
}

impl From<&DictionaryEntry> for EntryRow {
    fn from(entry: &DictionaryEntry) -> Self {
        let rule = match entry.rule.clone() {
            DictionaryRule::Replace { wrong, right } => RuleRow::Replace { wrong, right },
            DictionaryRule::Except { word } => RuleRow::Except { word },
            DictionaryRule::IgnoreRule { rule, word } => {
                RuleRow::IgnoreRule { rule: rule.as_str().to_owned(), word }
            }
        };
        Self {
            rule,
            reason: entry.reason.clone(),
            created_by: entry.created_by.as_str().to_owned(),
            created_at: entry.created_at.rfc3339(),
        }
    }
}

impl EntryRow {
    pub(crate) fn entry(self, id: &str) -> Result<DictionaryEntry, StoreError> {
        let rule = match self.rule {
            RuleRow::Replace { wrong, right } => DictionaryRule::Replace { wrong, right },
            RuleRow::Except { word } => DictionaryRule::Except { word },
            RuleRow::IgnoreRule { rule, word } => {
                DictionaryRule::IgnoreRule { rule: RuleId::owned(rule), word }
            }
        };
        Ok(DictionaryEntry {
            id: EntryId::new(id),
            rule,
            reason: self.reason,
            created_by: UserId::new(self.created_by),
            created_at: time(&self.created_at)?,
        })
    }
}
