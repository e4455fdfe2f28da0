//! The Korean newsroom checker: text and settings in, suggestions out.
//!
//! Pure and deterministic: no clock, no network, no file, and it cannot fail.

mod arbitration;
mod category;
mod check;
mod ignored;
mod layer;
mod lexicon;
mod memory;
mod morph;
mod packed;
#[cfg(test)]
mod packing;
mod rule;
mod settings;
mod span;
mod suggestion;
mod text;
pub mod utf16;

use std::sync::atomic::{AtomicU64, Ordering};

use lexicon::Lexicon;
use morph::analysis::Analyser;
use rule::Literals;

pub use category::Category;
pub use layer::desk::titles::TITLES;
pub use memory::Memory;
pub use rule::pack::{Pack, PackError};
pub use rule::ready::ReadyPack;
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
    /// Sets what one checker has found apart from what another has.
    generation: u64,
}

/// Counts the checkers and ready packs of this process.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// A number no other checker or ready pack has.
fn next_generation() -> u64 {
    GENERATION.fetch_add(1, Ordering::Relaxed)
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
        let literals = Literals::new(packs.iter().flat_map(|pack| pack.rules.clone()).collect());
        let generation = next_generation();
        Self { lexicon: Lexicon::new(), analyser: Analyser::new(), literals, packs, generation }
    }

    /// Every rule, those of packs last.
    pub fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        let packs = self.packs.iter().flat_map(|pack| &pack.rules);
        rule::built_in().iter().chain(packs).map(|rule| Rule(rule))
    }
}
