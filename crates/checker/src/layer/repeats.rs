//! A word, or two words together, that stand twice in a row.

use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Word};
use crate::{Span, Suggestion};

/// Shorter words are doubled on purpose too often: 하루 하루, 전 전 대통령.
const LEAST_SYLLABLES: usize = 3;

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    doubled_pairs(document, out);
    let text = document.text();
    for pair in document.words().windows(2) {
        let [first, second] = pair else { continue };
        let (one, other) = (first.span.of(text), second.span.of(text));
        if first.span.len() != second.span.len() || one != other {
            continue;
        }
        let is_plain = first.runs.iter().chain(&second.runs).all(|run| run.kind == Kind::Hangul);
        let between = Span::new(first.span.end, second.span.start).of(text);
        let is_long = one.is_some_and(|word| {
            word.chars().nth(LEAST_SYLLABLES - 1).is_some() || is_sure_pair(word)
        });
        if !is_plain || between != Some(" ") || !is_long || is_idiom(one) {
            continue;
        }
        let span = Span::new(first.span.start, second.span.end);
        let right = one.map(str::to_owned).into_iter().collect();
        out.extend(
            rule::rule("sentence/repeated-word")
                .and_then(|rule| rule.suggestion(text, span, right)),
        );
    }
}

/// Words of two syllables that nobody doubles on purpose: adverbs, and nouns with 은, 는, 을, 를, 의.
fn is_sure_pair(word: &str) -> bool {
    const WORDS: [&str; 14] = [
        "또한", "모두", "이날", "새로", "이미", "특히", "다만", "또는", "따라", "통해", "위해",
        "대한", "관한", "했다",
    ];
    word.chars().count() == 2
        && (WORDS.contains(&word)
            || (word.ends_with(['는', '을', '를', '의'])
                && !["가는", "오는", "있는", "없는"].contains(&word)))
}

/// 쓴 돈이 쓴 돈이: two words that stand twice.
fn doubled_pairs(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    for four in document.words().windows(4) {
        let [first, second, third, fourth] = four else { continue };
        let of = |word: &Word| word.span.of(text).unwrap_or_default();
        let is_as_long = first.span.len() == third.span.len();
        if !is_as_long || of(first) != of(third) || of(second) != of(fourth) {
            continue;
        }
        let is_plain = first.runs.iter().chain(&second.runs).all(|run| run.kind == Kind::Hangul);
        // 한 발 한 발, 한 명 한 명 are said on purpose, and so is what ends a clause twice.
        let is_counted = ["한", "두", "또", "더", "그", "이", "몇"].contains(&of(first));
        // 있는 것이 있는 것이 아니다 is said on purpose too.
        let has_particle = !of(second).starts_with('것')
            && of(second).ends_with(['이', '가', '을', '를', '은', '는', '의']);
        if !is_plain || is_counted || !has_particle || of(first) == of(second) {
            continue;
        }
        let span = Span::new(first.span.start, fourth.span.end);
        let right = format!("{} {}", of(first), of(second));
        let found = rule::rule("sentence/repeated-pair");
        out.extend(found.and_then(|rule| rule.suggestion(text, span, vec![right])));
    }
}

/// Whether the word may stand twice for emphasis.
fn is_idiom(word: Option<&str>) -> bool {
    word.is_some_and(|word| {
        ["조금씩", "하나씩", "한걸음", "천천히", "아니야", "그래서", "한마디"].contains(&word)
            || ["어도", "아도", "여도", "려도", "와도", "해도", "봐도"]
                .iter()
                .any(|end| word.ends_with(end))
    })
}
