//! Rules as a reader sees them: what each says, and whether its own examples hold.

use super::RuleData;
use crate::{Category, Checker, RuleId, Settings, Severity, Suggestion};

/// One rule of a checker.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'c>(pub(crate) &'c RuleData);

impl<'c> Rule<'c> {
    /// Names the fault; never changes.
    #[must_use]
    pub fn id(&self) -> &'c RuleId {
        &self.0.id
    }

    /// Kind of fault.
    #[must_use]
    pub fn category(&self) -> Category {
        self.0.category
    }

    /// How grave and how sure its findings are.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.0.severity
    }

    /// The norm it rests on.
    #[must_use]
    pub fn norm(&self) -> &'c str {
        &self.0.text.norm
    }

    /// One Korean sentence; `{wrong}` and `{right}` stand for the texts.
    #[must_use]
    pub fn message(&self) -> &'c str {
        &self.0.text.message
    }

    /// Whether it is found by code.
    #[must_use]
    pub fn is_code(&self) -> bool {
        self.0.text.code
    }

    /// Texts it finds and what it writes instead, best first.
    #[must_use]
    pub fn entries(&self) -> &'c [Vec<String>] {
        &self.0.text.entries
    }

    /// Its patterns, as they are written.
    #[must_use]
    pub fn patterns(&self) -> &'c [String] {
        &self.0.text.patterns
    }

    /// Wrong stems of verbs and adjectives, and the right ones.
    #[must_use]
    pub fn stems(&self) -> &'c [[String; 2]] {
        &self.0.text.stems
    }

    /// Every text that it finds or writes: of entries and stems as they are, of patterns as written.
    pub fn words(&self) -> impl Iterator<Item = &'c str> {
        let entries = self.entries().iter().flatten();
        let stems = self.stems().iter().flatten();
        entries.chain(stems).chain(self.patterns()).map(String::as_str)
    }

    /// Names of the house styles it belongs to; none: all.
    #[must_use]
    pub fn profiles(&self) -> &'c [String] {
        &self.0.text.profiles
    }

    /// Whose pack it comes from; `None`: everybody's.
    #[must_use]
    pub fn scope(&self) -> Option<&'c str> {
        self.0.scope.as_deref()
    }

    /// Faulty text and the text after every fix.
    #[must_use]
    pub fn wrong(&self) -> &'c [[String; 2]] {
        &self.0.text.wrong
    }

    /// Text it must leave alone.
    #[must_use]
    pub fn keep(&self) -> &'c [String] {
        &self.0.text.keep
    }
}

impl Rule<'_> {
    /// Whether its id, message, norm or one of its words holds a text, letter case aside.
    fn holds(&self, wanted: &str) -> bool {
        let holds = |text: &str| text.to_lowercase().contains(wanted);
        holds(self.id().as_str())
            || holds(self.message())
            || holds(self.norm())
            || self.words().any(holds)
    }
}

impl Checker {
    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<Rule<'_>> {
        self.rules().find(|rule| rule.id().as_str() == id)
    }

    /// Rules of a category, or of all, that hold a text in id, message, norm or words, letter case
    /// aside; by category and id.
    #[must_use]
    pub fn find_rules(&self, category: Option<Category>, text: &str) -> Vec<Rule<'_>> {
        let wanted = text.trim().to_lowercase();
        let is_wanted = |rule: &Rule<'_>| {
            category.is_none_or(|category| rule.category() == category)
                && (wanted.is_empty() || rule.holds(&wanted))
        };
        let mut found: Vec<Rule<'_>> = self.rules().filter(is_wanted).collect();
        found.sort_by_key(|rule| (rule.category(), rule.id()));
        found
    }

    /// Runs the examples of a rule; one line for each that does not hold.
    #[must_use]
    pub fn try_examples(&self, rule: &Rule<'_>) -> Vec<String> {
        let id = rule.id().as_str();
        let mut failures = Vec::new();
        for [wrong, right] in rule.wrong() {
            let found = self.found_by(rule, wrong);
            let fixed = applied(wrong, &found);
            if found.is_empty() || fixed != *right {
                failures.push(format!("{id}: {wrong} → {fixed}, not {right}"));
            }
            if !self.found_by(rule, right).is_empty() {
                failures.push(format!("{id}: not at rest: {right}"));
            }
        }
        for keep in rule.keep() {
            for found in self.found_by(rule, keep) {
                failures.push(format!("{id}: false alarm on {}: {keep}", found.original));
            }
        }
        failures
    }

    fn found_by(&self, rule: &Rule<'_>, text: &str) -> Vec<Suggestion> {
        let settings = Settings {
            hints: true,
            profile: rule.0.profiles.first().copied().unwrap_or_default(),
            scopes: rule.0.scope.clone().into_iter().collect(),
            ..Settings::default()
        };
        let mut all = self.check(text, &settings);
        all.retain(|suggestion| suggestion.rule == *rule.id());
        all
    }
}

fn applied(text: &str, suggestions: &[Suggestion]) -> String {
    let mut text = text.to_owned();
    for suggestion in suggestions.iter().rev() {
        let first = suggestion.replacements.first().map_or("", String::as_str);
        text.replace_range(suggestion.span.start..suggestion.span.end, first);
    }
    text
}
