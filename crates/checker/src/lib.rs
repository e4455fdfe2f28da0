//! The Korean newsroom checker: text and settings in, suggestions out.
//!
//! Pure and deterministic: no clock, no network, no file, and it cannot fail.

mod arbitration;
mod category;
mod layer;
mod lexicon;
mod morph;
mod rule;
mod settings;
mod span;
mod suggestion;
mod text;
pub mod utf16;

use lexicon::Lexicon;
use morph::analysis::Analyser;
use rule::Literals;
use text::{Document, Normal};

pub use category::Category;
pub use settings::{ArticleDate, Settings};
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
        Self { lexicon: Lexicon::new(), analyser: Analyser::new(), literals: Literals::new() }
    }

    /// Finds faults in `text`, ordered by span, none overlapping another.
    ///
    /// Spans are byte ranges on character boundaries of `text` as given.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        let normal = Normal::new(text);
        let document = Document::new(normal.text());
        let mut found = Vec::new();
        self.literals.check(&document, &mut found);
        layer::check(&document, &self.lexicon, &self.analyser, settings, &mut found);
        found.retain(|suggestion| is_wanted(suggestion, settings));
        let mut kept = arbitration::arbitrate(found);
        for suggestion in &mut kept {
            suggestion.span = normal.given(suggestion.span);
            suggestion.original = suggestion.span.of(text).unwrap_or_default().to_owned();
        }
        kept
    }
}

fn is_wanted(suggestion: &Suggestion, settings: &Settings) -> bool {
    (settings.hints || suggestion.severity != Severity::Hint)
        && !settings.disabled_rules.contains(&suggestion.rule)
        && !settings.disabled_categories.contains(&suggestion.category)
}
