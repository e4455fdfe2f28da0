//! Rules in code: what a table of entries cannot say.

mod dates;
mod dependent_nouns;
pub(crate) mod desk;
mod joins;
mod markdown;
mod marks;
mod numbers;
mod particles;
mod quotations;
mod ranges;
mod repeats;
mod residue;
mod spacing;
mod typos;

use crate::Suggestion;
use crate::rule::Judge;
use crate::text::Document;

/// Runs every rule in code that looks at one paragraph at a time: almost all of them. What these
/// find is remembered with the paragraph.
pub(crate) fn paragraph(document: &Document<'_>, judge: Judge<'_>, out: &mut Vec<Suggestion>) {
    let Judge { lexicon, analyser, .. } = judge;
    for word in document.words() {
        if document.is_protected(word.span) {
            continue;
        }
        particles::check(document, word, lexicon, out);
        dependent_nouns::check(document, word, lexicon, out);
        ranges::check(document, word, out);
    }
    joins::check(document, lexicon, out);
    spacing::check(document, judge, out);
    numbers::check(document, out);
    marks::check(document, out);
    repeats::check(document, out);
    let mut unexplained = Vec::new();
    let longest = spacing::unexplained::SYLLABLES;
    typos::check(document, lexicon, analyser, (longest, &mut unexplained), out);
    spacing::unexplained::check(document, judge, &unexplained, out);
}

/// Runs the rules in code that must see the whole text, every time anew.
pub(crate) fn document(document: &Document<'_>, judge: Judge<'_>, out: &mut Vec<Suggestion>) {
    quotations::check(document, out);
    dates::check(document, judge.settings, out);
    desk::check(document, judge.lexicon, judge.settings, out);
    markdown::check(document, out);
}

/// Adds what was found. Nearly always that is nothing, which `extend` would move all the same: every
/// word is asked for a dozen faults.
fn add(out: &mut Vec<Suggestion>, found: Option<Suggestion>) {
    if let Some(found) = found {
        out.push(found);
    }
}

/// Widens what the paragraphs have found of a model's remarks to whole sentences and lines, which
/// may join lines that were looked at one by one.
pub(crate) fn settle(document: &Document<'_>, found: &mut Vec<Suggestion>) {
    residue::check(document, found);
    residue::join(document.text(), found);
}
