//! Names of people that nothing but an introduced name explains: `배우 허도율이 … 허도울은`,
//! `고다온 군수는 … 고다운 군수는`, where the odd form is a word or has a particle in it.

use super::jamo::is_one_apart;
use super::name::{is_somebody_else, shares_sentence};
use super::people::{Mention, Name, is_same_title, title};
use super::titles::PARTICLES;
use crate::lexicon::Lexicon;
use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Word};
use crate::{Span, Suggestion};

/// Three syllables.
const NAME_BYTES: usize = 9;
/// An article with more people is a list.
const LIMIT: usize = 60;

pub(super) fn check(
    document: &Document<'_>,
    lexicon: &Lexicon,
    names: &[Name<'_>],
    out: &mut Vec<Suggestion>,
) {
    let introduced: Vec<&Name<'_>> = names
        .iter()
        .filter(|name| name.mentions.first().is_some_and(Mention::is_introduced))
        .collect();
    if introduced.is_empty() || introduced.len() > LIMIT {
        return;
    }
    let firsts: Vec<char> = introduced.iter().filter_map(|name| name.first_syllable()).collect();
    let words = document.words();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let Some(odd) = odd(document, &firsts, before, word, words.get(at + 1)) else { continue };
        let is_counted = names.iter().any(|name| name.is_called(odd.name));
        let mut near = introduced.iter().filter(|name| is_meant(document, lexicon, name, &odd));
        let (Some(right), None) = (near.next(), near.next()) else { continue };
        let Some(right) = right.mentions.first().filter(|_| !is_counted) else { continue };
        let found = rule::rule("consistency/name");
        let right = vec![right.name.to_owned()];
        out.extend(found.and_then(|rule| rule.suggestion(document.text(), odd.span, right)));
    }
}

/// Three syllables that may be a name, with what follows them.
struct Odd<'t> {
    name: &'t str,
    span: Span,
    /// The whole run of Hangul.
    written: &'t str,
    title: Option<&'static str>,
}

fn odd<'t>(
    document: &Document<'t>,
    firsts: &[char],
    before: Option<&Word>,
    word: &Word,
    next: Option<&Word>,
) -> Option<Odd<'t>> {
    let text = document.text();
    let lead = word.runs.iter().take_while(|run| run.kind == Kind::Other).take(3).count();
    let run = word.runs.get(lead).filter(|run| run.kind == Kind::Hangul)?;
    let written = run.span.of(text)?;
    // Most words begin as none of the names does.
    written.chars().next().filter(|first| firsts.contains(first))?;
    let (name, rest) = written.split_at_checked(NAME_BYTES)?;
    let is_tail = rest.is_empty() || PARTICLES.contains(&rest);
    let is_last = word.runs.len() == lead + 1;
    // A name in a list is somebody else's, and one with an age is an introduction.
    let is_listed = !is_last && rest.is_empty()
        || before
            .and_then(|before| before.span.of(text))
            .is_some_and(|one| one.ends_with([',', '·']));
    if !is_tail || is_listed || document.is_protected(word.span) {
        return None;
    }
    let title = next.filter(|_| rest.is_empty()).and_then(|next| title(text, next));
    if rest.is_empty() && title.is_none() {
        return None;
    }
    let span = Span::new(run.span.start, run.span.start + name.len());
    Some(Odd { name, span, written, title })
}

fn is_meant(document: &Document<'_>, lexicon: &Lexicon, name: &Name<'_>, odd: &Odd<'_>) -> bool {
    let Some(first) = name.mentions.first() else { return false };
    let is_near = first.name.len() == NAME_BYTES
        && first.span.end < odd.span.start
        && first.name.chars().next() == odd.name.chars().next()
        && is_one_apart(first.name, odd.name);
    if !is_near {
        return false;
    }
    let is_word = lexicon.tags(odd.name).is_some() || lexicon.tags(odd.written).is_some();
    let is_same = match odd.title {
        Some(title) => {
            let mut titles = name.mentions.iter().filter_map(Mention::any_title).peekable();
            titles.peek().is_none() && !is_word || titles.any(|one| is_same_title(one, title))
        }
        None => !is_word,
    };
    let only = Mention { name: odd.name, span: odd.span, ..*first };
    is_same
        && document.text().matches(odd.name).count() <= 1
        && !name.mentions.iter().any(|one| shares_sentence(document, one, &only))
        && !is_somebody_else(document, &only)
}
