//! The operator's quotas, in a file or in a setting: reads them, refuses what cannot be meant, and
//! prints them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::id::UserId;
use domain::ledger::Nanodollars;
use domain::principal::Role;
use domain::quota::{Limits, Plan, Quotas};
use serde::Deserialize;
use toml::Spanned;

use super::reader::{self, SettingError};

/// The names of both places.
const PLACES: [&str; 2] = ["PRF_QUOTAS", "PRF_QUOTAS_TOML"];

/// Where the quotas stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuotaPlace {
    /// In a file.
    File(PathBuf),
    /// In the setting `PRF_QUOTAS_TOML` itself, for homes without files of the operator's.
    Here(String),
}

/// What each user may use in one month, as it is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuotaSettings {
    /// Tokens of one user, unless the quotas say otherwise; none means no limit.
    pub month_tokens: Option<u64>,
    /// The operator's quotas.
    pub place: Option<QuotaPlace>,
}

/// Why the quotas cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// The file cannot be read.
    #[error("could not read {} (PRF_QUOTAS)", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Something is wrong in them.
    #[error("{place}")]
    In {
        /// The file or the setting.
        place: String,
        /// What.
        #[source]
        source: Box<QuotaError>,
    },
    /// It is not TOML of this form; the reader names line and column.
    #[error("the quotas cannot be read")]
    Format(#[source] Box<toml::de::Error>),
    /// A section of no role.
    #[error("line {line}: unknown role {name:?}: use user, desk or admin")]
    Role {
        /// Where.
        line: usize,
        /// The role as written.
        name: String,
    },
    /// A plan nobody knows.
    #[error("line {line}: unknown plan {name:?}: use free, basic or premium")]
    Plan {
        /// Where.
        line: usize,
        /// The plan as written.
        name: String,
    },
    /// An amount that is none.
    #[error(
        "line {line}: month_dollars is {value:?}, but must be an amount like \"150\" or \"12.50\""
    )]
    Dollars {
        /// Where.
        line: usize,
        /// The amount as written.
        value: String,
    },
    /// Two settings that contradict each other.
    #[error("line {line}: {one} and {other} cannot stand together")]
    Both {
        /// Where the second stands.
        line: usize,
        /// The first.
        one: &'static str,
        /// The second.
        other: &'static str,
    },
    /// A section without any limit.
    #[error(
        "line {line}: [{name}] sets no limit: use plan, month_tokens, month_dollars, \
         turns_per_minute, concurrent_turns, text_chars or unlimited"
    )]
    Empty {
        /// Where it begins.
        line: usize,
        /// Its name.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: Option<Spanned<Section>>,
    #[serde(default)]
    role: BTreeMap<Spanned<String>, Section>,
    #[serde(default)]
    user: BTreeMap<Spanned<String>, Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    plan: Option<Spanned<String>>,
    month_tokens: Option<Spanned<u64>>,
    month_dollars: Option<Spanned<String>>,
    turns_per_minute: Option<Spanned<u32>>,
    concurrent_turns: Option<Spanned<u32>>,
    text_chars: Option<Spanned<usize>>,
    unlimited: Option<Spanned<bool>>,
}

impl QuotaSettings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A number that is none, or quotas in both places.
    pub fn read(reader: &mut reader::Reader) -> Result<Self, SettingError> {
        let month_tokens = match reader.number("PRF_MONTH_TOKENS", "0")? {
            0 => None,
            limit => Some(limit),
        };
        let file = reader.optional("PRF_QUOTAS").map(PathBuf::from);
        let here = reader.optional("PRF_QUOTAS_TOML");
        if let Some(text) = &here {
            reader.show_last_as(&format!("({} lines)", text.lines().count()));
        }
        let place = match (file, here) {
            (Some(_), Some(_)) => return Err(SettingError::Exclusive(PLACES)),
            (Some(path), None) => Some(QuotaPlace::File(path)),
            (None, here) => here.map(QuotaPlace::Here),
        };
        Ok(Self { month_tokens, place })
    }

    /// The quotas in force: the operator's, under which `PRF_MONTH_TOKENS` limits the tokens of
    /// whoever is named nowhere.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or quotas that cannot be meant, with their line.
    pub fn load(&self) -> Result<Quotas, QuotaError> {
        let (place, text) = match &self.place {
            None => return Ok(only_default(self.month_tokens)),
            Some(QuotaPlace::Here(text)) => ("PRF_QUOTAS_TOML".to_owned(), text.clone()),
            Some(QuotaPlace::File(path)) => {
                let read = std::fs::read_to_string(path);
                let text =
                    read.map_err(|source| QuotaError::Unreadable { path: path.clone(), source })?;
                (path.display().to_string(), text)
            }
        };
        let quotas = parse(&text, self.month_tokens);
        quotas.map_err(|source| QuotaError::In { place, source: Box::new(source) })
    }
}

fn only_default(tokens: Option<u64>) -> Quotas {
    Quotas { default: Limits { tokens, ..Limits::default() }, ..Quotas::default() }
}

fn parse(text: &str, month_tokens: Option<u64>) -> Result<Quotas, QuotaError> {
    let file: File = toml::from_str(text).map_err(|error| QuotaError::Format(Box::new(error)))?;
    let reader = Reader { text };
    let mut quotas = only_default(month_tokens);
    if let Some(section) = &file.default {
        let line = reader.line(section);
        let section = section.get_ref();
        reader.refuse_both(section, month_tokens)?;
        quotas.default = reader.limits("default", line, section, quotas.default)?;
    }
    for (name, section) in &file.role {
        let (line, key) = (reader.line(name), name.get_ref());
        let role =
            Role::from_name(key).ok_or_else(|| QuotaError::Role { line, name: key.clone() })?;
        let limits = reader.limits(&format!("role.{key}"), line, section, quotas.default)?;
        quotas.roles.insert(role, limits);
    }
    for (name, section) in &file.user {
        let (line, key) = (reader.line(name), name.get_ref());
        let limits = reader.limits(&format!("user.{key:?}"), line, section, quotas.default)?;
        quotas.users.insert(UserId::new(key.as_str()), limits);
    }
    Ok(quotas)
}

impl Section {
    fn has_limit(&self) -> bool {
        self.plan.is_some()
            || self.month_tokens.is_some()
            || self.month_dollars.is_some()
            || self.turns_per_minute.is_some()
            || self.concurrent_turns.is_some()
            || self.text_chars.is_some()
    }
}

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    /// The line where something stands, from 1.
    fn line<T>(&self, at: &Spanned<T>) -> usize {
        let before = self.text.as_bytes().get(..at.span().start).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn both<T>(&self, at: &Spanned<T>, one: &'static str, other: &'static str) -> QuotaError {
        QuotaError::Both { line: self.line(at), one, other }
    }

    /// The default's tokens are named in one place only.
    fn refuse_both(&self, section: &Section, month_tokens: Option<u64>) -> Result<(), QuotaError> {
        const VARIABLE: &str = "PRF_MONTH_TOKENS";
        if month_tokens.is_none() {
            return Ok(());
        }
        if let Some(tokens) = &section.month_tokens {
            return Err(self.both(tokens, VARIABLE, "month_tokens"));
        }
        if let Some(plan) = &section.plan {
            return Err(self.both(plan, VARIABLE, "plan"));
        }
        match section.unlimited.as_ref().filter(|unlimited| *unlimited.get_ref()) {
            Some(unlimited) => Err(self.both(unlimited, VARIABLE, "unlimited")),
            None => Ok(()),
        }
    }

    /// A section's limits; what it does not name is as in the default.
    fn limits(
        &self,
        name: &str,
        line: usize,
        section: &Section,
        default: Limits,
    ) -> Result<Limits, QuotaError> {
        if let Some(unlimited) = section.unlimited.as_ref().filter(|unlimited| *unlimited.get_ref())
        {
            let refused = self.both(unlimited, "a limit", "unlimited");
            return if section.has_limit() { Err(refused) } else { Ok(Limits::default()) };
        }
        if !section.has_limit() {
            return Err(QuotaError::Empty { line, name: name.to_owned() });
        }
        let Section { plan, month_tokens, month_dollars, .. } = section;
        let planned = plan.as_ref().map(|plan| self.plan(plan)).transpose()?;
        if let Some(tokens) = month_tokens.as_ref().filter(|_| planned.is_some()) {
            return Err(self.both(tokens, "plan", "month_tokens"));
        }
        let tokens = planned.or(month_tokens.as_ref().map(|tokens| *tokens.get_ref()));
        let cost = month_dollars.as_ref().map(|amount| self.dollars(amount)).transpose()?;
        let turns = |set: &Option<Spanned<u32>>| set.as_ref().map(|turns| *turns.get_ref());
        let (a_minute, at_once) =
            (turns(&section.turns_per_minute), turns(&section.concurrent_turns));
        let text_chars = section.text_chars.as_ref().map(|chars| *chars.get_ref());
        Ok(Limits {
            tokens: tokens.or(default.tokens),
            cost: cost.or(default.cost),
            turns_per_minute: a_minute.or(default.turns_per_minute),
            concurrent_turns: at_once.or(default.concurrent_turns),
            text_chars: text_chars.or(default.text_chars),
        })
    }

    fn plan(&self, plan: &Spanned<String>) -> Result<u64, QuotaError> {
        let name = plan.get_ref();
        let found = Plan::from_name(name).map(Plan::month_tokens);
        found.ok_or_else(|| QuotaError::Plan { line: self.line(plan), name: name.clone() })
    }

    fn dollars(&self, amount: &Spanned<String>) -> Result<Nanodollars, QuotaError> {
        let value = amount.get_ref();
        let read = Nanodollars::from_dollars(value);
        read.ok_or_else(|| QuotaError::Dollars { line: self.line(amount), value: value.clone() })
    }
}

/// The quotas as `prf config` prints them, one line each.
#[must_use]
pub fn lines(quotas: &Quotas) -> String {
    let default = std::iter::once(("default".to_owned(), quotas.default));
    let roles = quotas.roles.iter().map(|(role, of)| (format!("role.{}", role.name()), *of));
    let users = quotas.users.iter().map(|(user, of)| (format!("user.{:?}", user.as_str()), *of));
    let all = default.chain(roles).chain(users);
    all.map(|(name, limits)| format!("quota {name}  {}\n", shown(limits))).collect()
}

fn shown(limits: Limits) -> String {
    let tokens = limits.tokens.map(|tokens| format!("{tokens} tokens"));
    let cost = limits.cost.map(|cost| format!("${cost}"));
    let month: Vec<String> = tokens.into_iter().chain(cost).collect();
    let month = if month.is_empty() { "no limit".into() } else { month.join(" and ") };
    let a_minute = limits.turns_per_minute.map(|turns| format!(", {turns} turns a minute"));
    let at_once = limits.concurrent_turns.map(|turns| format!(", {turns} turns at once"));
    let a_text = limits.text_chars.map(|chars| format!(", {chars} characters a text"));
    let rest: String = a_minute.into_iter().chain(at_once).chain(a_text).collect();
    format!("{month} a month{rest}")
}

#[cfg(test)]
mod tests;
