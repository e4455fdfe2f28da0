//! Dictionary entries on the wire.

use checker::RuleId;
use domain::dictionary::{DictionaryEntry, DictionaryRule, DictionaryScope, EntryPage, NewEntry};
use domain::id::{EntryId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_options::desk_name;
use crate::error::ApiError;
use crate::sentences::sentence;

/// Whose dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScopeWire {
    /// The caller's own.
    Me,
    /// That of the desk that is named.
    Desk,
    /// Everybody's.
    All,
}

impl ScopeWire {
    /// The dictionary; `bad_value` where no desk is named that needs a name.
    pub(crate) fn read(
        self,
        user: &UserId,
        desk: Option<String>,
    ) -> Result<DictionaryScope, ApiError> {
        Ok(match self {
            Self::Me => DictionaryScope::Me(user.clone()),
            Self::Desk => DictionaryScope::Desk(desk_name(desk)?.ok_or_else(bad_value)?),
            Self::All => DictionaryScope::All,
        })
    }
}

fn bad_value() -> ApiError {
    ApiError::bad_request("bad_value")
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KindWire {
    /// `wrong` is flagged, and `right` is to be written.
    Replace,
    /// `wrong` is never flagged.
    Except,
    /// The rule of `ruleId` is silent on `wrong`, or everywhere where that is empty.
    IgnoreRule,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryWire {
    /// For `DELETE /dictionary/{id}`.
    id: String,
    scope: ScopeWire,
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<String>,
    kind: KindWire,
    /// The word; empty where a rule is silent everywhere.
    wrong: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<String>,
    created_by: String,
    created_at: String,
}

impl EntryWire {
    pub(crate) fn new(scope: &DictionaryScope, entry: DictionaryEntry) -> Self {
        let (name, desk) = match scope {
            DictionaryScope::Me(_) => (ScopeWire::Me, None),
            DictionaryScope::Desk(desk) => (ScopeWire::Desk, Some(desk.clone())),
            DictionaryScope::All => (ScopeWire::All, None),
        };
        let DictionaryEntry { id, rule, reason, created_by, created_at } = entry;
        let (kind, wrong, right, rule_id) = match rule {
            DictionaryRule::Replace { wrong, right } => {
                (KindWire::Replace, wrong, Some(right), None)
            }
            DictionaryRule::Except { word } => (KindWire::Except, word, None, None),
            DictionaryRule::IgnoreRule { rule, word } => {
                let rule = rule.as_str().to_owned();
                (KindWire::IgnoreRule, word.unwrap_or_default(), None, Some(rule))
            }
        };
        Self {
            id: entry_id(scope, &id),
            scope: name,
            desk,
            kind,
            wrong,
            right,
            reason,
            rule_id,
            created_by: created_by.as_str().to_owned(),
            created_at: created_at.rfc3339(),
        }
    }
}

/// Ids on the wire say whose dictionary it is: `me:…`, `desk:<desk>:…`, `all:…`.
fn entry_id(scope: &DictionaryScope, id: &EntryId) -> String {
    match scope {
        DictionaryScope::Me(_) => format!("me:{id}"),
        DictionaryScope::Desk(desk) => format!("desk:{desk}:{id}"),
        DictionaryScope::All => format!("all:{id}"),
    }
}

/// The dictionary and the entry of an id on the wire.
pub(crate) fn read_entry_id(user: &UserId, given: &str) -> Option<(DictionaryScope, EntryId)> {
    let (scope, id) = given.rsplit_once(':')?;
    let scope = match (scope, scope.strip_prefix("desk:")) {
        ("me", _) => DictionaryScope::Me(user.clone()),
        ("all", _) => DictionaryScope::All,
        (_, desk) => DictionaryScope::Desk(desk?.to_owned()),
    };
    Some((scope, EntryId::new(id)))
}

/// An entry to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewEntryWire {
    pub(crate) scope: ScopeWire,
    /// Which desk, where the scope is `desk`.
    pub(crate) desk: Option<String>,
    kind: KindWire,
    /// The word; may be empty where a rule is silent everywhere.
    #[serde(default)]
    wrong: String,
    /// What is to be written instead; only of `replace`.
    right: Option<String>,
    reason: Option<String>,
    /// Only of `ignore-rule`.
    rule_id: Option<String>,
}

impl NewEntryWire {
    pub(crate) fn entry(self) -> NewEntry {
        let Self { wrong, right, rule_id, reason, .. } = self;
        let rule = match self.kind {
            KindWire::Replace => {
                DictionaryRule::Replace { wrong, right: right.unwrap_or_default() }
            }
            KindWire::Except => DictionaryRule::Except { word: wrong },
            KindWire::IgnoreRule => DictionaryRule::IgnoreRule {
                rule: RuleId::owned(rule_id.unwrap_or_default()),
                word: Some(wrong),
            },
        };
        NewEntry { rule, reason }
    }
}

/// Entries that concern the caller: one's own, the desk's, everybody's; the newest of each first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DictionaryPage {
    entries: Vec<EntryWire>,
    /// How many there are on all pages.
    total: usize,
    /// `cursor` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl DictionaryPage {
    /// The page that begins after so many entries.
    pub(crate) fn new(page: EntryPage, skipped: usize) -> Self {
        let EntryPage { entries, total } = page;
        let end = skipped + entries.len();
        let next = (end < total && !entries.is_empty()).then(|| end.to_string());
        let entries = entries.into_iter().map(|(scope, entry)| EntryWire::new(&scope, entry));
        Self { entries: entries.collect(), total, next }
    }
}

/// What became of the lines of a CSV file; what it says twice or the dictionary holds is an error of
/// its line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportAnswer {
    /// How many entries were added.
    added: usize,
    /// Lines that were passed over.
    errors: Vec<LineFault>,
}

/// Why a line of a file was passed over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineFault {
    /// From 1, the header among them.
    line: u64,
    code: &'static str,
    message: &'static str,
}

impl LineFault {
    /// The fault of that code.
    pub(crate) fn new(line: u64, code: &'static str) -> Self {
        Self { line, code, message: sentence(code, false) }
    }
}

impl ImportAnswer {
    /// Faults by line.
    pub(crate) fn new(added: usize, mut errors: Vec<LineFault>) -> Self {
        errors.sort_by_key(|fault| fault.line);
        Self { added, errors }
    }
}
