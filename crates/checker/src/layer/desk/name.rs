//! Names of people within an article: a mention one letter away from the others.

use super::jamo::is_one_apart;
use super::people::{Mention, Name, is_same_title};
use crate::Suggestion;
use crate::rule;
use crate::text::Document;

/// An article with more names is a list, and every pair of them would be looked at.
const NAME_LIMIT: usize = 400;

pub(super) fn check(document: &Document<'_>, names: &[Name<'_>], out: &mut Vec<Suggestion>) {
    if names.len() > NAME_LIMIT {
        return;
    }
    for (at, wrong) in names.iter().enumerate() {
        let [only] = wrong.mentions.as_slice() else { continue };
        // The right form came first, or comes again and again.
        let others = names
            .iter()
            .enumerate()
            .filter(|(place, one)| *place < at || *place > at && one.mentions.len() > 2);
        let mut near = others.map(|(_, one)| one).filter(|one| is_same_person(document, one, only));
        let (Some(right), None) = (near.next(), near.next()) else { continue };
        let Some(right) = right.mentions.first() else { continue };
        let found = rule::rule("consistency/name");
        let right = vec![right.name.to_owned()];
        out.extend(found.and_then(|rule| rule.suggestion(document.text(), only.span, right)));
    }
}

/// Whether a mention is likely meant for the person of that earlier name.
fn is_same_person(document: &Document<'_>, right: &Name<'_>, only: &Mention<'_>) -> bool {
    let Some(first) = right.mentions.first() else { return false };
    let same_surname = first.name.chars().next() == only.name.chars().next();
    if !same_surname || !is_one_apart(first.name, only.name) {
        return false;
    }
    // Two people who are each introduced are two people, and so are two in one sentence.
    let is_introduced_twice = only.has_role && right.mentions.iter().any(|one| one.has_role);
    if only.has_age
        || is_introduced_twice
        || only.far_title.is_some()
        || right.mentions.iter().any(|one| shares_sentence(document, one, only))
    {
        return false;
    }
    if is_somebody_else(document, only) {
        return false;
    }
    let mut titles = right.mentions.iter().filter_map(Mention::any_title).peekable();
    match only.any_title() {
        Some(title) => titles.peek().is_none() || titles.any(|one| is_same_title(one, title)),
        None => true,
    }
}

/// Whether the words right before a name say that it is another person's.
pub(super) fn is_somebody_else(document: &Document<'_>, only: &Mention<'_>) -> bool {
    const WORDS: &[&str] = &[
        "상대",
        "다른",
        "동생",
        "언니",
        "누나",
        "오빠",
        "아들",
        "아버지",
        "어머니",
        "형제",
        "자매",
        "남매",
        "후임",
        "전임",
        "선배",
        "후배",
        "동료",
        "반면",
    ];
    const REACH_BYTES: usize = 30;
    let text = document.text();
    let mut start = only.span.start.saturating_sub(REACH_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let lead = text.get(start..only.span.start).unwrap_or_default();
    let lead = lead.rfind(['.', '\n']).and_then(|at| lead.get(at + 1..)).unwrap_or(lead);
    WORDS.iter().any(|word| lead.contains(word))
}

pub(super) fn shares_sentence(
    document: &Document<'_>,
    one: &Mention<'_>,
    other: &Mention<'_>,
) -> bool {
    const REACH_BYTES: usize = 600;
    let (first, second) = (one.span.end.min(other.span.end), one.span.start.max(other.span.start));
    if second < first || second - first > REACH_BYTES {
        return false;
    }
    let between = document.text().get(first..second).unwrap_or_default();
    let mut stops = between.match_indices(['.', '?', '!', '\n']);
    !stops.any(|(at, _)| {
        let after = between.get(at + 1..).unwrap_or_default();
        between.get(at..).is_some_and(|rest| rest.starts_with('\n'))
            || after.is_empty()
            || after.starts_with([' ', '\n', '”', '"', '\''])
    })
}
