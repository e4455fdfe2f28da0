//! The Korean newsroom checker: text and settings in, suggestions out.
//!
//! Pure and deterministic: no clock, no network, no file, and it cannot fail.

mod category;
mod settings;
mod span;
mod suggestion;
pub mod utf16;

pub use category::Category;
pub use settings::{ArticleDate, Settings};
pub use span::Span;
pub use suggestion::{RuleId, Severity, Suggestion};

/// The checker with its lexicon and rules in memory; build one and share it.
///
/// ```
/// let checker = checker::Checker::new();
/// assert!(checker.check("", &checker::Settings::default()).is_empty());
/// ```
#[derive(Debug, Default)]
pub struct Checker {}

impl Checker {
    /// Loads the lexicon and the rules that are compiled into the binary.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }

    /// Finds faults in `text`, ordered by span, at most one per span.
    ///
    /// Spans are byte ranges on character boundaries of `text` as given.
    #[must_use]
    pub fn check(&self, _text: &str, _settings: &Settings) -> Vec<Suggestion> {
        Vec::new()
    }
}
