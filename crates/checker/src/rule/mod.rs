//! Rules as data: what a file below `rules/` says of one fault.

mod literal;

use crate::{Category, RuleId, Severity, Span, Suggestion};

pub(crate) use literal::Literals;

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

/// One rule.
#[derive(Debug)]
pub(crate) struct RuleData {
    pub(crate) id: RuleId,
    pub(crate) category: Category,
    pub(crate) severity: Severity,
    pub(crate) norm: &'static str,
    pub(crate) message: &'static str,
    pub(crate) at: At,
    pub(crate) then: Then,
    pub(crate) safe: bool,
    /// What is wrong and what to write instead, best first; empty where code finds it.
    pub(crate) entries: &'static [(&'static str, &'static [&'static str])],
    /// One of these must stand in the same sentence.
    pub(crate) context: &'static [&'static str],
    /// None of these may stand in the same sentence.
    pub(crate) unless: &'static [&'static str],
    /// Faulty text and the text after taking every suggestion; read by the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are run by the tests"))]
    pub(crate) wrong: &'static [(&'static str, &'static str)],
    /// Text the rule must leave alone; read by the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are run by the tests"))]
    pub(crate) keep: &'static [&'static str],
}

/// Every rule.
pub(crate) static RULES: &[RuleData] = &include!(concat!(env!("OUT_DIR"), "/rules.rs"));

impl RuleData {
    /// The rule's suggestion for a place.
    pub(crate) fn suggestion(
        &self,
        text: &str,
        span: Span,
        replacements: Vec<String>,
    ) -> Option<Suggestion> {
        let original = span.of(text)?.to_owned();
        let right = replacements.first().map_or("", String::as_str);
        let message = self.message.replace("{wrong}", &original).replace("{right}", right);
        Some(Suggestion {
            span,
            safe: self.safe && replacements.len() == 1,
            original,
            replacements,
            category: self.category,
            rule: self.id.clone(),
            severity: self.severity,
            message,
            reference: Some(self.norm.to_owned()),
            confidence: match self.severity {
                Severity::Error => 0.97,
                Severity::Warning => 0.8,
                Severity::Hint => 0.5,
            },
        })
    }
}

/// The rule of that id, for code that finds what data cannot say.
pub(crate) fn rule(id: &str) -> Option<&'static RuleData> {
    RULES.iter().find(|rule| rule.id.as_str() == id)
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::{Checker, Settings, Suggestion};

    fn found_by(id: &str, text: &str) -> Vec<Suggestion> {
        let settings = Settings { hints: true, ..Settings::default() };
        let mut all = Checker::new().check(text, &settings);
        all.retain(|suggestion| suggestion.rule.as_str() == id);
        all
    }

    fn applied(text: &str, suggestions: &[Suggestion]) -> String {
        let mut text = text.to_owned();
        for suggestion in suggestions.iter().rev() {
            let first = suggestion.replacements.first().map_or("", String::as_str);
            text.replace_range(suggestion.span.start..suggestion.span.end, first);
        }
        text
    }

    #[test]
    fn every_rule_does_what_its_examples_say() {
        let mut failures = Vec::new();
        for rule in RULES {
            let id = rule.id.as_str();
            for (wrong, right) in rule.wrong {
                let found = found_by(id, wrong);
                if found.is_empty() || applied(wrong, &found) != *right {
                    failures.push(format!("{id}: {wrong} -> {}", applied(wrong, &found)));
                }
                let again = found_by(id, right);
                if !again.is_empty() {
                    failures.push(format!("{id}: not at rest: {right}"));
                }
            }
            for keep in rule.keep {
                for found in found_by(id, keep) {
                    failures.push(format!("{id}: false alarm on {}: {keep}", found.original));
                }
            }
        }
        assert_eq!(failures, Vec::<String>::new());
    }

    #[test]
    fn no_entry_says_two_things() {
        let mut all: Vec<_> = RULES
            .iter()
            .filter(|rule| rule.context.is_empty())
            .flat_map(|rule| rule.entries.iter().map(|entry| entry.0))
            .collect();
        all.sort_unstable();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert_eq!(twice, Vec::<&[&str]>::new());
    }
}
