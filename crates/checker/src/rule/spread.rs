//! The texts a rule stands for, each with where it comes from; read by the build, which finds those
//! of the built-in rules once, and at run time for those of packs.

use super::file::RuleText;
use super::pattern::{self, Before};
use super::stems;

/// Where in a rule a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An entry by its place.
    Entry(u16),
    /// A pattern by its place, and which of its texts.
    Pattern(u16, u16),
    /// A stem by its place, and which of its forms.
    Stem(u16, u16),
}

/// One text of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Place of the rule in its list.
    pub(crate) rule: u16,
    pub(crate) source: Source,
    /// What must stand right before.
    pub(crate) before: Option<Before>,
    /// Kinds of a form of a stem: what follows must be an ending of it. 0 for other texts.
    pub(crate) kinds: u16,
}

/// Bytes of a literal in the file that the build writes.
pub(crate) const BYTES: usize = 16;

/// Every text of the rule of that place. Patterns and stems that cannot be read stand for nothing;
/// they are refused where a rule is read.
pub(crate) fn literals(number: u16, rule: &RuleText) -> Vec<(String, Literal)> {
    let mut all = Vec::new();
    let mut add = |text: String, source, before, kinds| {
        all.push((text, Literal { rule: number, source, before, kinds }));
    };
    for (at, entry) in (0..).zip(&rule.entries) {
        if let Some(wrong) = entry.first() {
            add(wrong.clone(), Source::Entry(at), None, 0);
        }
    }
    for (at, text) in (0..).zip(&rule.patterns) {
        for (which, one) in (0..).zip(pattern::spread(text).unwrap_or_default()) {
            add(one.wrong, Source::Pattern(at, which), one.class, 0);
        }
    }
    for (at, [wrong, right]) in (0..).zip(&rule.stems) {
        for (which, (text, _, kinds)) in (0..).zip(stems::pairs(wrong, right).unwrap_or_default()) {
            add(text, Source::Stem(at, which), None, kinds);
        }
    }
    all
}

/// Sorts literals by their texts: the texts with where their literals begin, and the literals.
pub(crate) fn grouped(mut all: Vec<(String, Literal)>) -> (Vec<(String, u32)>, Vec<Literal>) {
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut texts: Vec<(String, u32)> = Vec::new();
    let mut literals = Vec::with_capacity(all.len());
    for (at, (text, literal)) in (0..).zip(all) {
        if texts.last().is_none_or(|last| last.0 != text) {
            texts.push((text, at));
        }
        literals.push(literal);
    }
    (texts, literals)
}
