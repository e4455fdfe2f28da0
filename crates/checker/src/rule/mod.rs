//! Rules as data: what a file below `rules/` or a pack of a newspaper says of one fault.

mod file;
mod literal;
pub(crate) mod pack;
mod pattern;
pub(crate) mod ready;
mod record;
mod spread;
mod starts;
mod stems;
pub(crate) mod view;

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::settings::Profile;
use crate::{Category, RuleId, Severity, Span, Suggestion};

pub(crate) use file::RuleText;
pub(crate) use literal::{Judge, Literals};

/// Where in a word an entry may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Only at its start, opening marks aside.
    Start,
    /// Anywhere.
    Inside,
}

/// What may follow an entry in the same run of Hangul.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing, particles, or what turns a noun into a predicate.
    Noun,
    /// Anything.
    Any,
    /// Nothing.
    End,
}

/// One rule, ready to run.
#[derive(Debug)]
pub(crate) struct RuleData {
    pub(crate) id: RuleId,
    pub(crate) category: Category,
    pub(crate) severity: Severity,
    pub(crate) at: At,
    pub(crate) then: Then,
    /// House styles the rule belongs to; empty: all.
    pub(crate) profiles: Vec<Profile>,
    /// Whose pack the rule comes from; `None`: everybody's.
    pub(crate) scope: Option<String>,
    pub(crate) text: RuleText,
}

/// Every rule in the binary. The build has read the files, so that none can fail here; a test
/// counts them.
static BUILT_IN: LazyLock<Vec<Arc<RuleData>>> = LazyLock::new(|| {
    let texts: Vec<RuleText> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/rules.json")))
            .unwrap_or_default();
    texts.into_iter().filter_map(|text| RuleData::new(text, None)).map(Arc::new).collect()
});

/// Every rule in the binary.
pub(crate) fn built_in() -> &'static [Arc<RuleData>] {
    &BUILT_IN
}

/// Every rule in the binary by its id.
static BY_ID: LazyLock<FxHashMap<&str, &RuleData>> =
    LazyLock::new(|| built_in().iter().map(|rule| (rule.id.as_str(), rule.as_ref())).collect());

/// The rule of that id, for code that finds what data cannot say.
pub(crate) fn rule(id: &str) -> Option<&'static RuleData> {
    BY_ID.get(id).copied()
}

impl RuleData {
    /// The rule of a text that `file::fault` has nothing against.
    pub(crate) fn new(text: RuleText, scope: Option<String>) -> Option<Self> {
        Some(Self {
            id: RuleId::owned(text.id.clone()),
            category: Category::from_name(text.id.split('/').next()?)?,
            severity: Severity::from_name(&text.severity)?,
            at: if text.at == "inside" { At::Inside } else { At::Start },
            then: match text.then.as_str() {
                "any" => Then::Any,
                "end" => Then::End,
                _ => Then::Noun,
            },
            profiles: text.profiles.iter().filter_map(|name| Profile::from_name(name)).collect(),
            scope,
            text,
        })
    }

    /// The rule's suggestion for a place.
    pub(crate) fn suggestion(
        &self,
        text: &str,
        span: Span,
        replacements: Vec<String>,
    ) -> Option<Suggestion> {
        let original = span.of(text)?.to_owned();
        let right = replacements.first().map_or("", String::as_str);
        let message = self.message(&original, right);
        Some(Suggestion {
            span,
            safe: self.text.safe && replacements.len() == 1,
            original,
            replacements,
            category: self.category,
            rule: self.id.clone(),
            severity: self.severity,
            message,
            reference: Some(self.text.norm.clone()),
            confidence: match self.severity {
                Severity::Error => 0.97,
                Severity::Warning => 0.8,
                Severity::Hint => 0.5,
            },
        })
    }

    /// The message with both texts in their places.
    fn message(&self, wrong: &str, right: &str) -> String {
        let mut rest = self.text.message.as_str();
        let mut message = String::with_capacity(rest.len() + wrong.len() + right.len());
        while let Some((before, after)) = rest.split_once('{') {
            message.push_str(before);
            let places = [("wrong}", wrong), ("right}", right)];
            let place =
                places.iter().find_map(|(name, text)| Some((*text, after.strip_prefix(name)?)));
            let (text, tail) = place.unwrap_or(("{", after));
            message.push_str(text);
            rest = tail;
        }
        message.push_str(rest);
        message
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::built_in;
    use crate::Checker;

    #[test]
    fn every_rule_does_what_its_examples_say() {
        let checker = Checker::new();
        let failures: Vec<_> =
            checker.rules().flat_map(|rule| checker.try_examples(&rule)).collect();
        assert_eq!(failures, Vec::<String>::new());
    }

    #[test]
    fn a_message_holds_both_texts_as_they_are() {
        let mut quotes_the_text = false;
        for rule in built_in() {
            let template = &rule.text.message;
            let expected = template.replace("{right}", "며칠").replace("{wrong}", "{right} 몇{");
            assert_eq!(rule.message("{right} 몇{", "며칠"), expected);
            quotes_the_text |= template.contains("{wrong}");
        }
        assert!(quotes_the_text);
    }

    #[test]
    fn no_entry_says_two_things() {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let mut twice = Vec::new();
        let unconditional = built_in()
            .iter()
            .filter(|rule| rule.text.context.is_empty() && rule.profiles.is_empty());
        for rule in unconditional {
            for entry in &rule.text.entries {
                let Some(wrong) = entry.first() else { continue };
                if let Some(other) = seen.insert(wrong, rule.id.as_str()) {
                    twice.push(format!("{wrong}: {other} and {}", rule.id.as_str()));
                }
            }
        }
        assert_eq!(twice, Vec::<String>::new());
    }

    #[test]
    fn every_file_of_the_build_is_read() {
        let texts = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));
        let written = texts.matches("\"severity\":").count();
        assert_eq!(built_in().len(), written);
        assert!(written > 50);
    }
}
