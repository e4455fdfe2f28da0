//! Desk checks: what an article says in one place against what it says in another.

mod abbreviation;
mod age;
mod amount;
mod change;
mod currency;
mod difference;
mod duration;
mod each;
mod form;
mod institution;
mod jamo;
mod kind;
mod measure;
mod multiple;
mod name;
mod namesake;
mod people;
mod points;
mod position;
mod price;
mod reader;
mod repeat;
mod share;
mod slips;
mod sport;
pub(crate) mod titles;
mod total;
mod unit;
mod whole;
mod writing;

use crate::lexicon::Lexicon;
use crate::text::Document;
use crate::{Settings, Suggestion};

/// Runs every desk check over the whole article.
pub(super) fn check(
    document: &Document<'_>,
    lexicon: &Lexicon,
    settings: &Settings,
    out: &mut Vec<Suggestion>,
) {
    let text = document.text();
    let amounts = reader::amounts(text);
    change::check(text, &amounts, out);
    points::check(text, &amounts, out);
    multiple::check(text, &amounts, out);
    total::check(text, &amounts, out);
    share::check(text, &amounts, out);
    currency::check(text, &amounts, out);
    price::check(text, &amounts, out);
    duration::check(text, &amounts, out);
    whole::check(text, &amounts, out);
    sport::check(text, &amounts, out);
    repeat::check(text, &amounts, out);
    measure::check(text, &amounts, out);
    institution::check(document, lexicon, out);
    form::check(document, out);
    let names = people::names(document, lexicon);
    name::check(document, &names, out);
    namesake::check(document, lexicon, &names, out);
    kind::check(document, lexicon, out);
    position::check(document, &names, out);
    age::check(document, settings, out);
    if settings.hints {
        abbreviation::check(document, out);
    }
}
