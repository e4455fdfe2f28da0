//! Rules in code: what a table of entries cannot say.

mod dates;
mod dependent_nouns;
mod joins;
mod marks;
mod numbers;
mod particles;
mod quotations;
mod ranges;
mod repeats;
mod spacing;
mod typos;

use crate::lexicon::Lexicon;
use crate::morph::analysis::Analyser;
use crate::rule::Judge;
use crate::text::Document;
use crate::{Settings, Suggestion};

/// Runs every rule in code.
pub(crate) fn check(
    document: &Document<'_>,
    lexicon: &Lexicon,
    analyser: &Analyser,
    settings: &Settings,
    out: &mut Vec<Suggestion>,
) {
    for word in document.words() {
        if document.is_protected(word.span) {
            continue;
        }
        particles::check(document, word, lexicon, out);
        dependent_nouns::check(document, word, lexicon, out);
        ranges::check(document, word, out);
    }
    joins::check(document, lexicon, out);
    spacing::check(document, Judge { lexicon, analyser, settings }, out);
    numbers::check(document, out);
    marks::check(document, out);
    quotations::check(document, out);
    repeats::check(document, out);
    typos::check(document, lexicon, analyser, out);
    dates::check(document, settings, out);
}
