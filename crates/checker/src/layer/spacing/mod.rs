//! What stands together and belongs apart, and what stands apart and belongs together
//! (한글 맞춤법 제2항, 제41항–제50항), as far as the readings of words decide it.

mod apart;
mod dependent;
mod modifier;
pub(super) mod unexplained;

use crate::Suggestion;
use crate::rule::Judge;
use crate::text::Document;

/// Runs every rule on spacing that needs a reading.
pub(super) fn check(document: &Document<'_>, judge: Judge<'_>, out: &mut Vec<Suggestion>) {
    for (at, word) in document.words().iter().enumerate() {
        if !document.is_protected(word.span) {
            dependent::check(document, at, judge, out);
            apart::check(document, at, judge, out);
        }
    }
}
