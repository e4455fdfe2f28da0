//! Titles within an article: one person with two ranks of the same ladder.

use super::people::{Mention, Name};
use crate::rule;
use crate::text::Document;
use crate::{Span, Suggestion};

/// Ranks of which one person holds only one at a time.
const LADDERS: &[&[&str]] = &[
    &["선장", "기관장", "항해사", "갑판장", "조타수", "기관사"],
    &["장관", "차관"],
    &["사장", "부사장", "전무", "상무"],
    &["은행장", "부행장"],
    &["시장", "부시장", "군수", "부군수", "구청장", "부구청장"],
    &["총리", "부총리"],
    &["경위", "경감", "경정", "총경", "경무관", "치안감"],
    &["소위", "중위", "대위", "소령", "중령", "대령", "준장", "소장", "중장"],
    &["감독", "코치"],
    &["판사", "검사"],
    &["교장", "교감"],
    &["총장", "부총장"],
    &["지점장", "부장", "차장", "과장", "대리"],
];

/// Words that say how a title came to change, or that there were two.
const CHANGES: &[&str] = &[
    "승진",
    "선임",
    "임명",
    "취임",
    "내정",
    "출신",
    "당시",
    "발탁",
    "지낸",
    "지냈",
    "거쳐",
    "역임",
    "겸",
    "물러",
    "사임",
    "퇴임",
    "전직",
    "영전",
    "부임",
    "으로 있",
    "인사",
];

pub(super) fn check(document: &Document<'_>, names: &[Name<'_>], out: &mut Vec<Suggestion>) {
    unnamed(document, out);
    let text = document.text();
    let mut is_changing = None;
    for name in names {
        let mut titled = name.mentions.iter().filter_map(|one| Some((one, one.title?)));
        let Some((_, first)) = titled.next() else { continue };
        let others: Vec<(&Mention<'_>, &str)> =
            titled.filter(|(_, other)| *other != first).collect();
        // Twice another title is no slip.
        let [(only, other)] = others.as_slice() else { continue };
        let is_slip =
            LADDERS.iter().any(|ladder| ladder.contains(&first) && ladder.contains(other));
        if !is_slip || *is_changing.get_or_insert_with(|| says_of_change(text)) {
            continue;
        }
        let start = only.span.end + 1;
        let span = Span::new(start, start + other.len());
        if span.of(text) == Some(*other) {
            let found = rule::rule("consistency/title");
            out.extend(found.and_then(|rule| rule.suggestion(text, span, vec![first.to_owned()])));
        }
    }
}

/// `선장 박모 씨 … 기관장 박 씨`: the second points back at the first.
fn unnamed(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let mut introduced: Vec<(char, &str)> = Vec::new();
    let mut twice: Vec<char> = Vec::new();
    let mut back: Vec<(char, &str, Span)> = Vec::new();
    for words in document.words().windows(3) {
        let [rank, name, title] = words else { continue };
        let is_title = text.get(title.span.start..).is_some_and(|title| title.starts_with('씨'));
        if !is_title {
            continue;
        }
        let Some(rank_text) = rank.span.of(text) else { continue };
        let Some(ladder_rank) =
            LADDERS.iter().flat_map(|ladder| ladder.iter()).find(|one| **one == rank_text)
        else {
            continue;
        };
        let mut letters = name.span.of(text).unwrap_or_default().chars();
        match (letters.next(), letters.next(), letters.next()) {
            (Some(surname), Some('모'), None) => {
                if introduced.iter().any(|(known, _)| *known == surname) {
                    twice.push(surname);
                }
                introduced.push((surname, ladder_rank));
            }
            (Some(surname), None, None) => back.push((surname, ladder_rank, rank.span)),
            _ => {}
        }
        if introduced.len() > UNNAMED_LIMIT || back.len() > UNNAMED_LIMIT {
            return;
        }
    }
    for (surname, rank, span) in back {
        let Some((_, first)) = introduced.iter().find(|(known, _)| *known == surname) else {
            continue;
        };
        if *first != rank && !twice.contains(&surname) && is_one_ladder(first, rank) {
            let found = rule::rule("consistency/title");
            let right = vec![(*first).to_owned()];
            out.extend(found.and_then(|rule| rule.suggestion(text, span, right)));
        }
    }
}

/// More people without a given name than any article has.
const UNNAMED_LIMIT: usize = 50;

fn is_one_ladder(one: &str, other: &str) -> bool {
    LADDERS.iter().any(|ladder| ladder.contains(&one) && ladder.contains(&other))
}

fn says_of_change(text: &str) -> bool {
    CHANGES.iter().any(|word| text.contains(word))
}
