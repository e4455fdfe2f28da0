//! Style packs: rules, a dictionary or an ignore list of a newspaper, a desk or a person, read from
//! text when the program runs. A pack that cannot be read is refused with its line and the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::file::{self, RuleText};
use super::{RuleData, pattern, stems};
use crate::{Rule, RuleId};

/// A pack of rules and words to leave alone.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    pub(crate) rules: Vec<Arc<RuleData>>,
    /// Whose words and rules are left alone; `None`: everybody's.
    pub(crate) scope: Option<String>,
    pub(crate) ignored_words: BTreeSet<String>,
    pub(crate) ignored_rules: BTreeSet<RuleId>,
    /// Words that only these rules leave alone.
    pub(crate) ignored_on: BTreeMap<RuleId, BTreeSet<String>>,
}

/// Why a pack is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct PackError {
    /// The pack, as the caller names it.
    pub file: String,
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackText {
    /// `desk:economy`, `user:kim` or `article:…`.
    scope: Option<String>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    ignore_rules: Vec<String>,
    #[serde(default)]
    rule: Vec<Spanned<RuleText>>,
}

/// Every scope begins so.
const SCOPES: [&str; 3] = ["desk:", "user:", "article:"];

impl Pack {
    /// Reads a pack in TOML: `scope`, `ignore`, `ignore_rules` and `[[rule]]` as in the built-in
    /// rule files.
    ///
    /// # Errors
    ///
    /// The first line that cannot be read, or the rule that may not stand.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, PackError> {
        let refuse = |at: usize, reason: String| PackError {
            file: file.to_owned(),
            line: text.get(..at).unwrap_or_default().matches('\n').count() + 1,
            reason,
        };
        let read: PackText = toml::from_str(text).map_err(|error| {
            refuse(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let scope = read.scope;
        if let Some(scope) = &scope
            && !SCOPES.iter().any(|start| scope.starts_with(start))
        {
            let reason = "scope begins with none of desk:, user:, article:";
            return Err(refuse(text.find("scope").unwrap_or_default(), reason.into()));
        }
        let mut rules = Vec::with_capacity(read.rule.len());
        let mut ids = BTreeSet::new();
        for rule in read.rule {
            let at = rule.span().start;
            let rule = rule.into_inner();
            let why =
                fault(&rule).or_else(|| (!ids.insert(rule.id.clone())).then_some("stands twice"));
            if let Some(why) = why {
                return Err(refuse(at, format!("rule {}: {why}", rule.id)));
            }
            rules.extend(RuleData::new(rule, scope.clone()).map(Arc::new));
        }
        let ignored_rules = read.ignore_rules.into_iter().map(RuleId::owned).collect();
        let ignored_words = read.ignore.into_iter().collect();
        Ok(Self { rules, scope, ignored_words, ignored_rules, ..Self::default() })
    }

    /// Reads a house dictionary in CSV with a header line: `wrong,right,except,reason` or
    /// `쓰지 말 것,쓸 것,예외,이유`. `right` and `except` may hold several texts with `|` between them;
    /// a sentence with an exception in it is left alone.
    ///
    /// # Errors
    ///
    /// The first line that cannot be read.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, PackError> {
        let refuse = |line: u64, reason: &str| PackError {
            file: file.to_owned(),
            line: usize::try_from(line).unwrap_or(usize::MAX),
            reason: reason.to_owned(),
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|_| refuse(1, "cannot be read as CSV"))?.clone();
        let names: Vec<_> =
            header.iter().map(|name| name.trim().trim_start_matches('\u{feff}')).collect();
        let is_known = names.len() >= 2
            && ["wrong", "쓰지 말 것"].contains(&names[0])
            && ["right", "쓸 것"].contains(&names[1]);
        if !is_known {
            return Err(refuse(1, "the first line is not wrong,right,except,reason"));
        }
        let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".csv");
        let mut rules = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                refuse(error.position().map_or(1, csv::Position::line), "cannot be read as CSV")
            })?;
            let line = record.position().map_or(1, csv::Position::line);
            let field = |at: usize| record.get(at).unwrap_or_default().trim();
            let (wrong, right) = (field(0), field(1));
            if wrong.is_empty() {
                return Err(refuse(line, "the text not to write is empty"));
            }
            let parts = |text: &str| -> Vec<String> {
                let parts = text.split('|').map(str::trim).filter(|part| !part.is_empty());
                parts.map(str::to_owned).collect()
            };
            let rights = parts(right);
            if rights.iter().any(|right| right == wrong) {
                return Err(refuse(line, "both texts are the same"));
            }
            let reason = if field(3).is_empty() {
                "사내 표기는 ‘{right}’입니다."
            } else {
                field(3)
            };
            let entry: Vec<_> = [wrong.to_owned()].into_iter().chain(rights).collect();
            let rule = RuleText::dictionary(
                format!("house-style/{name}-{line}"),
                entry,
                parts(field(2)),
                reason,
            );
            rules.extend(RuleData::new(rule, None).map(Arc::new));
        }
        Ok(Self { rules, ..Self::default() })
    }

    /// The pack's rules.
    pub fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        self.rules.iter().map(|rule| Rule(rule))
    }

    /// Whose pack it is; `None`: everybody's.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// How many rules the pack holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether the pack holds no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl RuleText {
    /// The rule of one line of a house dictionary.
    pub(crate) fn dictionary(
        id: String,
        entry: Vec<String>,
        unless: Vec<String>,
        reason: &str,
    ) -> Self {
        Self {
            id,
            severity: "warning".into(),
            norm: "사내 표기".into(),
            message: reason.into(),
            code: false,
            at: "start".into(),
            then: "noun".into(),
            safe: false,
            entries: vec![entry],
            stems: Vec::new(),
            patterns: Vec::new(),
            context: Vec::new(),
            unless,
            profiles: Vec::new(),
            wrong: Vec::new(),
            keep: Vec::new(),
        }
    }
}

/// Why a rule of a pack is refused, its patterns and stems read too.
pub(crate) fn fault(rule: &RuleText) -> Option<&'static str> {
    file::fault(rule)
        .or_else(|| rule.code.then_some("a pack holds no code"))
        .or_else(|| rule.patterns.iter().find_map(|text| pattern::spread(text).err()))
        .or_else(|| {
            let is_read = |[wrong, right]: &[String; 2]| stems::pairs(wrong, right).is_some();
            (!rule.stems.iter().all(is_read)).then_some("a stem cannot be read")
        })
}

#[cfg(test)]
mod tests {
    use super::Pack;
    use crate::rule::built_in;
    use crate::{Checker, Settings};

    const RULE: &str = r#"scope = "desk:economy"
ignore = ["몇일"]

[[rule]]
id = "house-style/people"
severity = "warning"
norm = "사내 표기"
message = "‘{right}’로 씁니다."
entries = [["국민들", "국민"]]
wrong = [["국민들이 본다.", "국민이 본다."]]
keep = ["국민이 본다."]
"#;

    fn found(packs: Vec<Pack>, scope: Option<&str>, text: &str) -> Vec<(String, Vec<String>)> {
        let scopes = scope.map(str::to_owned).into_iter().collect();
        let settings = Settings { scopes, ..Settings::default() };
        let all = Checker::with_packs(packs).check(text, &settings);
        all.into_iter().map(|one| (one.original, one.replacements)).collect()
    }

    #[test]
    fn a_pack_applies_in_its_scope() {
        let pack = || vec![Pack::from_toml("economy.toml", RULE).unwrap()];
        let wrong = vec![("국민들".to_owned(), vec!["국민".to_owned()])];
        assert_eq!(found(pack(), Some("desk:economy"), "국민들이 몇일 봤다"), wrong);
        let wrong = vec![("몇일".to_owned(), vec!["며칠".to_owned()])];
        assert_eq!(found(pack(), None, "국민들이 몇일 봤다"), wrong);
    }

    #[test]
    fn a_dictionary_names_exceptions_and_reasons() {
        let text = "쓰지 말 것,쓸 것,예외,이유\n자살,극단적 선택,자살예방,보도준칙\n";
        let pack = || vec![Pack::from_csv("packs/words.csv", text).unwrap()];
        let wrong = vec![("자살".to_owned(), vec!["극단적 선택".to_owned()])];
        assert_eq!(found(pack(), None, "😀 자살 사건"), wrong);
        assert_eq!(found(pack(), None, "자살예방 자살 상담"), []);
    }

    #[test]
    fn a_bad_pack_is_refused_with_its_line() {
        let said = |text: &str| Pack::from_toml("a.toml", text).unwrap_err().to_string();
        let no_keep = RULE.replace("keep = [\"국민이 본다.\"]", "keep = []");
        assert_eq!(
            said(&no_keep),
            "a.toml:4: rule house-style/people: needs wrong and keep examples"
        );
        let bad_pattern =
            RULE.replace("entries = [[\"국민들\", \"국민\"]]", "patterns = [\"가{나 => 다\"]");
        assert_eq!(said(&bad_pattern), "a.toml:4: rule house-style/people: a brace is not closed");
        assert!(said("rule = 3").starts_with("a.toml:1: invalid type"));
        assert!(said(&RULE.replace("norm", "nrom")).contains("a.toml:"));
        assert_eq!(
            said("scope = \"all\""),
            "a.toml:1: scope begins with none of desk:, user:, article:"
        );
        let said = |text: &str| Pack::from_csv("a.csv", text).unwrap_err().to_string();
        assert_eq!(said("가,나\n"), "a.csv:1: the first line is not wrong,right,except,reason");
        assert_eq!(said("wrong,right\n가,나\n,다\n"), "a.csv:3: the text not to write is empty");
        assert_eq!(said("wrong,right\n가,가\n"), "a.csv:2: both texts are the same");
    }

    #[test]
    fn every_built_in_rule_can_be_read() {
        let refused: Vec<_> = built_in()
            .iter()
            .filter_map(|rule| super::fault(&rule.text).map(|why| (rule.id.as_str(), why)))
            .filter(|(_, why)| *why != "a pack holds no code")
            .collect();
        assert_eq!(refused, []);
    }
}
