//! The Korean newsroom checker: text and settings in, suggestions out.
//!
//! Pure and deterministic: no clock, no network, no file, and it cannot fail.

mod arbitration;
mod category;
mod ignored;
mod layer;
mod lexicon;
mod morph;
mod rule;
mod settings;
mod span;
mod suggestion;
mod text;
pub mod utf16;

use ignored::IgnoredWords;
use lexicon::Lexicon;
use morph::analysis::Analyser;
use rule::{Judge, Literals};
use text::{Document, Normal};

pub use category::Category;
pub use rule::pack::{Pack, PackError};
pub use rule::view::Rule;
pub use settings::{ArticleDate, Profile, Settings};
pub use span::Span;
pub use suggestion::{RuleId, Severity, Suggestion};

/// The checker with its lexicon and rules in memory; build one and share it.
///
/// ```
/// let found = checker::Checker::new().check("몇일 뒤", &checker::Settings::default());
/// assert_eq!(found[0].replacements, ["며칠"]);
/// ```
#[derive(Debug)]
pub struct Checker {
    lexicon: Lexicon,
    analyser: Analyser,
    literals: Literals,
    packs: Vec<Pack>,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Loads the lexicon and the rules that are compiled into the binary.
    #[must_use]
    pub fn new() -> Self {
        Self::with_packs(Vec::new())
    }

    /// Loads the lexicon, the rules that are compiled into the binary and those of style packs.
    #[must_use]
    pub fn with_packs(packs: Vec<Pack>) -> Self {
        let rules = rule::built_in().iter().chain(packs.iter().flat_map(|pack| &pack.rules));
        let literals = Literals::new(rules);
        Self { lexicon: Lexicon::new(), analyser: Analyser::new(), literals, packs }
    }

    /// Every rule, those of packs last.
    pub fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        let packs = self.packs.iter().flat_map(|pack| &pack.rules);
        rule::built_in().iter().chain(packs).map(|rule| Rule(rule))
    }

    /// Finds faults in `text`, ordered by span, none overlapping another.
    ///
    /// Spans are byte ranges on character boundaries of `text` as given.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        let normal = Normal::new(text);
        let document = Document::new(normal.text());
        let mut found = Vec::new();
        let judge = Judge { lexicon: &self.lexicon, analyser: &self.analyser, settings };
        self.literals.check(&document, judge, &mut found);
        layer::check(&document, &self.lexicon, &self.analyser, settings, &mut found);
        let in_scope = self
            .packs
            .iter()
            .filter(|pack| pack.scope.as_ref().is_none_or(|scope| settings.scopes.contains(scope)));
        let in_scope: Vec<_> = in_scope.collect();
        let words = in_scope.iter().flat_map(|pack| &pack.ignored_words);
        let ignored = IgnoredWords::new(settings.ignored_words.iter().chain(words));
        found.retain(|suggestion| {
            is_wanted(suggestion, settings)
                && !in_scope.iter().any(|pack| pack.ignored_rules.contains(&suggestion.rule))
                && !ignored.covers(document.text(), suggestion.span)
        });
        let mut kept = arbitration::arbitrate(found);
        for suggestion in &mut kept {
            suggestion.span = normal.given(suggestion.span);
            suggestion.original = suggestion.span.of(text).unwrap_or_default().to_owned();
        }
        kept
    }
}

fn is_wanted(suggestion: &Suggestion, settings: &Settings) -> bool {
    let is_unlimited = settings.only_rules.is_empty() && settings.only_categories.is_empty();
    let is_named = settings.only_rules.contains(&suggestion.rule)
        || settings.only_categories.contains(&suggestion.category);
    (is_unlimited || is_named)
        && (settings.hints || suggestion.severity != Severity::Hint)
        && !settings.disabled_rules.contains(&suggestion.rule)
        && !settings.disabled_categories.contains(&suggestion.category)
}

#[cfg(test)]
mod tests {
    use crate::{Category, Checker, RuleId, Settings};

    fn check(text: &str, settings: &Settings, expected: &[&str]) {
        let found = Checker::new().check(text, settings);
        let rules: Vec<_> = found.iter().map(|one| one.rule.as_str()).collect();
        assert_eq!(rules, expected);
    }

    #[test]
    fn only_what_is_named_speaks() {
        let text = "정부은 몇일 뒤 😀 할수 있다";
        let mut only = Settings::default();
        check(
            text,
            &only,
            &["particle/after-hangul", "spelling/fixed-form", "spacing/dependent-noun"],
        );
        only.only_rules = vec![RuleId::new("spelling/fixed-form")];
        check(text, &only, &["spelling/fixed-form"]);
        only.only_categories = vec![Category::Particle];
        check(text, &only, &["particle/after-hangul", "spelling/fixed-form"]);
        only.disabled_rules = vec![RuleId::new("spelling/fixed-form")];
        check(text, &only, &["particle/after-hangul"]);
    }
}
