//! Nouns written onto the form of a predicate before them (한글 맞춤법 제2항, 제42항): 떠난뒤, 먹을만큼.

use std::sync::LazyLock;

use super::modifier::{self, form};
use crate::Suggestion;
use crate::layer::add;
use crate::morph::conjugation::kind::PLAIN;
use crate::rule::{self, Judge};
use crate::text::Document;
use crate::text::grouped::Grouped;
use crate::text::particle;
use crate::text::sound::{FINAL_NIEUN, FINAL_RIEUL, final_of};
use crate::text::word::{Kind, Run};

mod table;

use table::{NOUNS, Noun};

/// Forms of 이다 after a noun.
const COPULA: &[&str] = &[
    "이다",
    "이라고",
    "이라는",
    "이라며",
    "이며",
    "이고",
    "이지만",
    "이어서",
    "이라",
    "이란",
    "이던",
    "이었다",
    "이었고",
    "이었던",
    "이었지만",
    "이라서",
    "였다",
    "였고",
    "였던",
    "였지만",
    "인",
    "인데",
    "인지",
    "일",
    "일까",
    "임",
    "입니다",
    "이므로",
    "이니",
    "이자",
    "이냐",
    "이네",
    "이죠",
    "이야",
    "이에요",
    "예요",
    "다",
    "라고",
    "라는",
    "라며",
    "지만",
    "이라면",
    "이어야",
    "이었는데",
    "이기도",
    "이기",
    "인가",
    "이지",
    "이거나",
    "여서",
    "라서",
];

/// Longer runs are no one's slip.
const LIMIT_BYTES: usize = 48;

pub(super) fn check(
    document: &Document<'_>,
    at: usize,
    judge: Judge<'_>,
    out: &mut Vec<Suggestion>,
) {
    let Some(word) = document.words().get(at) else { return };
    let mut before = Kind::Other;
    for run in &word.runs {
        // 17살때: a counter after digits is no form of a predicate.
        let is_read = run.kind == Kind::Hangul && before != Kind::Digits;
        if is_read && run.span.len() <= LIMIT_BYTES {
            add(out, first(document, *run, judge));
        }
        before = run.kind;
    }
}

/// The first noun of the table that is written onto the form before it.
fn first(document: &Document<'_>, run: Run, judge: Judge<'_>) -> Option<Suggestion> {
    let whole = run.span.of(document.text())?;
    let mut end = None;
    for (at, one) in whole.char_indices() {
        let before = std::mem::replace(&mut end, final_of(one));
        if !matches!(before, Some(FINAL_NIEUN | FINAL_RIEUL)) {
            continue;
        }
        let nouns = BY_FIRST.at(Some(one));
        if nouns.is_empty() {
            continue;
        }
        let (head, rest) = whole.split_at_checked(at)?;
        let fits = |noun: &&&Noun| noun.fits(rest, after(document, run));
        let mut nouns = nouns.iter().filter(fits).peekable();
        if nouns.peek().is_none() {
            continue;
        }
        let forms = modifier::forms(head, judge);
        let found = nouns.find(|noun| forms & noun.after != 0 && noun.is_apart(head, whole, judge));
        if let Some(noun) = found.filter(|noun| !may_be_name(document, run, head, noun)) {
            let right = format!("{head} {rest}");
            return rule::rule(noun.rule)?.suggestion(document.text(), run.span, vec![right]);
        }
    }
    None
}

/// Nouns by their first syllable.
static BY_FIRST: LazyLock<Grouped<&Noun>> =
    LazyLock::new(|| Grouped::new(NOUNS, |noun| noun.noun.chars().next()));

/// What follows a run after one blank; nothing when it does not stand at the end of its word.
fn after<'t>(document: &Document<'t>, run: Run) -> &'t str {
    let text = document.text();
    text.get(run.span.end..).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default()
}

/// 이은채, 박은후: with 은 and one syllable before it only an object tells the verb from the name.
fn may_be_name(document: &Document<'_>, run: Run, head: &str, noun: &Noun) -> bool {
    let is_like_name = head.ends_with('은') && head.len() == 6 && ["채", "후"].contains(&noun.noun);
    let before = document.text().get(..run.span.start).unwrap_or_default();
    is_like_name && !["을 ", "를 ", "지 "].iter().any(|object| before.ends_with(object))
}

impl Noun {
    /// Whether the rest of a run is this noun with what may follow it, before the right word.
    fn fits(&self, rest: &str, next: &str) -> bool {
        let Some(tail) = rest.strip_prefix(self.noun) else { return false };
        let fits_tail = match self.tails {
            "" => tail.is_empty() || particle::are_particles(tail) || COPULA.contains(&tail),
            tails => tails.split(' ').any(|one| one == tail || (one == "_" && tail.is_empty())),
        };
        let starts = |words: &str| words.split(' ').any(|word| next.starts_with(word));
        let fits_next = match self.next {
            "" => true,
            "_" => next.starts_with(|one: char| ('가'..='힣').contains(&one)),
            words => starts(words),
        };
        fits_tail && fits_next && (self.unless.is_empty() || !starts(self.unless))
    }

    /// Whether neither the noun with its form nor the whole is a word of the lexicon.
    fn is_apart(&self, head: &str, whole: &str, judge: Judge<'_>) -> bool {
        let is_sure = head.len() == 3 && self.noun != "데" && !["", "_"].contains(&self.next);
        // 우리가 살듯이, 물밀듯: 듯 is the ending of a stem with ㄹ.
        let is_stem = self.noun == "듯"
            && judge.lexicon.tags(head).is_some_and(|tags| tags.kinds() & PLAIN != 0);
        if is_stem || head == "물밀" {
            return false;
        }
        let with_noun = whole.get(..head.len() + self.noun.len()).unwrap_or_default();
        is_sure || !(judge.lexicon.is_noun(with_noun) || judge.lexicon.tags(whole).is_some())
    }
}
