//! `GET /rules`: what the checker knows, rule by rule.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use checker::{Category, Rule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::address::InQuery;
use crate::auth::Caller;
use crate::error::{ApiError, ErrorBody};

/// Rules of a page where nobody says how many.
const PAGE_DEFAULT: usize = 50;
/// Rules of a page at most.
const PAGE_LIMIT: usize = 200;
/// Words of a rule in a list of rules; a rule that is asked for alone shows all.
const WORDS_SHOWN: usize = 10;

/// Which rules are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RulesQuery {
    /// Only the rule of this id, with all its words.
    id: Option<String>,
    /// Part of the id, the message, the norm or a word.
    q: Option<String>,
    /// One of the fourteen categories.
    category: Option<String>,
    /// 1 to 200, 50 when left out.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleWire {
    id: String,
    category: &'static str,
    /// `error`, `warning` or `hint`.
    severity: &'static str,
    /// The norm it rests on.
    norm: String,
    /// One sentence; `{wrong}` and `{right}` stand for the texts.
    message: String,
    /// House styles it belongs to; left out where it belongs to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_only: Option<Vec<String>>,
    /// Faulty text and the text after the fix.
    examples: Vec<RuleExample>,
    /// Text it leaves alone.
    keep: Vec<String>,
    /// How many entries, stems and patterns it has; 0 of a rule that is found by code.
    entries: usize,
    /// What it finds, then what it writes, best first: the first 10 in a list. Of patterns the
    /// pattern alone.
    words: Vec<Vec<String>>,
    /// Whether it is found by code.
    code: bool,
}

/// Faulty text and the text after the fix.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleExample {
    wrong: String,
    right: String,
}

/// A page of rules, by category and id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesPage {
    rules: Vec<RuleWire>,
    /// How many there are on all pages.
    total: usize,
    /// `cursor` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl RuleWire {
    fn new(rule: &Rule<'_>, words_shown: usize) -> Self {
        let entries = rule.entries().iter().cloned();
        let stems = rule.stems().iter().map(|stem| stem.to_vec());
        let patterns = rule.patterns().iter().map(|pattern| vec![pattern.clone()]);
        let example = |[wrong, right]: &[String; 2]| RuleExample {
            wrong: wrong.clone(),
            right: right.clone(),
        };
        Self {
            id: rule.id().as_str().to_owned(),
            category: rule.category().name(),
            severity: rule.severity().name(),
            norm: rule.norm().to_owned(),
            message: rule.message().to_owned(),
            profile_only: (!rule.profiles().is_empty()).then(|| rule.profiles().to_vec()),
            examples: rule.wrong().iter().map(example).collect(),
            keep: rule.keep().to_vec(),
            entries: rule.entries().len() + rule.stems().len() + rule.patterns().len(),
            words: entries.chain(stems).chain(patterns).take(words_shown).collect(),
            code: rule.is_code(),
        }
    }
}

/// Lists rules by category and id; built-in ones and those of everybody's packs.
#[utoipa::path(get, path = "/rules", params(RulesQuery),
    responses((status = 200, body = RulesPage), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(crate) async fn list_rules(
    State(app): State<Arc<App>>,
    _caller: Caller,
    InQuery(query): InQuery<RulesQuery>,
) -> Result<Json<RulesPage>, ApiError> {
    let bad_value = || ApiError::bad_request("bad_value");
    let checker = app.turns.checks.checker();
    if let Some(id) = &query.id {
        let found = checker.rule(id).filter(|rule| rule.scope().is_none());
        let rule = found.ok_or_else(ApiError::not_found)?;
        let rules = vec![RuleWire::new(&rule, usize::MAX)];
        return Ok(Json(RulesPage { rules, total: 1, next: None }));
    }
    let named = query.category.filter(|name| !name.is_empty());
    let category =
        named.map(|name| Category::from_name(&name).ok_or_else(bad_value)).transpose()?;
    let mut found = checker.find_rules(category, query.q.as_deref().unwrap_or_default());
    found.retain(|rule| rule.scope().is_none());
    let total = found.len();
    if let Some(cursor) = query.cursor {
        let last = checker.rule(&cursor).ok_or_else(bad_value)?;
        let last = (last.category(), last.id().clone());
        found.retain(|rule| (rule.category(), rule.id()) > (last.0, &last.1));
    }
    let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_LIMIT);
    let page = found.get(..limit.min(found.len())).unwrap_or_default();
    let next = page.last().filter(|_| page.len() < found.len());
    Ok(Json(RulesPage {
        rules: page.iter().map(|rule| RuleWire::new(rule, WORDS_SHOWN)).collect(),
        total,
        next: next.map(|rule| rule.id().as_str().to_owned()),
    }))
}
