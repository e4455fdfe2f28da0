//! What belongs together and stands apart, and what belongs apart and stands together: endings,
//! particles, suffixes, and the dependent noun 중.

use super::add;
use crate::lexicon::Lexicon;
use crate::rule;
use crate::text::Document;
use crate::text::sound::{FINAL_RIEUL, final_of};
use crate::text::syllables::{Syllables, last_place_of};
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

/// Endings after ㄹ that are taken for dependent nouns.
const ENDINGS: &[&str] = &["지", "지를", "지도", "수록", "뿐더러", "망정", "지라도", "지언정"];

/// What 중 may be followed by in one word.
const AFTER_DURING: &[&str] = &[
    "",
    "이다",
    "인",
    "이며",
    "이고",
    "이라고",
    "이라며",
    "이라는",
    "이던",
    "이었다",
    "이지만",
    "이라",
    "에",
    "으로",
    "입니다",
    "이어서",
    "인데",
    "이기",
];

/// Counted units that 당 follows.
const UNITS: &[&str] = &[
    "인", "명", "건", "주", "병", "개", "대", "표", "회", "시간", "가구", "세대", "마리", "장",
    "권", "톤", "평", "잔", "끼", "곳", "달러", "원",
];

/// How a second word begins that may belong to the first: an ending, 뿐, 당 or 여.
static STARTS: Syllables = Syllables::of("지수뿐망당여");

pub(crate) fn check(document: &Document<'_>, lexicon: &Lexicon, out: &mut Vec<Suggestion>) {
    let text = document.text();
    for pair in document.words().windows(2) {
        let [first, second] = pair else { continue };
        let may_be_joined = second.span.of(text).is_some_and(|second| STARTS.begin(second));
        if may_be_joined && document.are_near(first, second) {
            add(out, ending(text, first, second));
            add(out, only(text, first, second, lexicon));
            add(out, suffix(text, first, second));
        }
    }
    for word in document.words() {
        for run in &word.runs {
            add(out, during(text, *run, lexicon));
        }
    }
}

fn joined(id: &str, text: &str, first: Span, second: Span) -> Option<Suggestion> {
    let right = format!("{}{}", first.of(text)?, second.of(text)?);
    rule::rule(id)?.suggestion(text, Span::new(first.start, second.end), vec![right])
}

/// The Hangul run that ends a word, and the one that begins the next.
fn runs(first: &Word, second: &Word) -> Option<(Span, Span)> {
    let (last, next) = (first.runs.last()?, second.runs.first()?);
    let is_hangul = last.kind == Kind::Hangul && next.kind == Kind::Hangul;
    is_hangul.then_some((last.span, next.span))
}

/// 갈 지 → 갈지, 오를 수록 → 오를수록.
fn ending(text: &str, first: &Word, second: &Word) -> Option<Suggestion> {
    let (last, next) = runs(first, second)?;
    let (verb, ending) = (last.of(text)?, next.of(text)?);
    if verb.chars().next_back().and_then(final_of) != Some(FINAL_RIEUL) {
        return None;
    }
    // 소리를 지를, 책임을 지는: after an object 지다 and 지르다 are verbs.
    let may_be_object = ending.starts_with('지')
        && (verb.ends_with('를') || (verb.ends_with('을') && ending.len() > 3));
    // 논술 지도: only before 모르다 is it sure to be the ending.
    let after = text.get(second.span.end..)?;
    let may_be_noun = ending == "지도" && !after.starts_with(" 모");
    let is_ending = !may_be_noun && ENDINGS.contains(&ending) && second.runs.len() <= 2;
    if may_be_object || !is_ending {
        return None;
    }
    joined("spacing/joined-ending", text, last, next)
}

/// 실력 뿐이다 → 실력뿐이다.
fn only(text: &str, first: &Word, second: &Word, lexicon: &Lexicon) -> Option<Suggestion> {
    let (last, next) = runs(first, second)?;
    let next_text = next.of(text).filter(|next| next.starts_with('뿐'))?;
    let noun = last.of(text)?;
    let is_plain_noun = first.runs.len() == 1
        && noun.chars().nth(1).is_some()
        && lexicon.is_noun(noun)
        && !lexicon.tags(noun).is_some_and(|tags| tags.is_predicate())
        && noun.chars().next_back().and_then(final_of) != Some(FINAL_RIEUL);
    let is_only = ["뿐이다", "뿐이었다", "뿐이라고", "뿐이라며", "뿐인", "뿐이며", "뿐입니다"]
        .contains(&next_text);
    (is_plain_noun && is_only).then(|| joined("spacing/particle-apart", text, last, next)).flatten()
}

/// 1인 당 → 1인당, 100 여 명 → 100여 명.
fn suffix(text: &str, first: &Word, second: &Word) -> Option<Suggestion> {
    let next = second.span.of(text).filter(|next| ["당", "여"].contains(next))?;
    let last = first.runs.last()?;
    let before = first.runs.iter().rev().nth(1);
    let counts = last.kind == Kind::Hangul
        && before.is_some_and(|before| before.kind == Kind::Digits)
        && UNITS.contains(&last.span.of(text)?);
    let is_number = last.kind == Kind::Digits;
    if (next == "당" && counts) || (next == "여" && is_number) {
        return joined("spacing/per-unit", text, first.span, second.span);
    }
    None
}

/// 검토중이다 → 검토 중이다.
fn during(text: &str, run: Run, lexicon: &Lexicon) -> Option<Suggestion> {
    if run.kind != Kind::Hangul || !(9..=30).contains(&run.span.len()) {
        return None;
    }
    let whole = run.span.of(text)?;
    let at = last_place_of(whole, '중').filter(|at| *at >= 6)?;
    let (noun, tail) = (whole.get(..at)?, whole.get(at + '중'.len_utf8()..)?);
    let is_word = lexicon.tags(whole).is_some() || lexicon.is_noun(whole.get(..at + 3)?);
    if is_word || !lexicon.is_noun(noun) || !AFTER_DURING.contains(&tail) {
        return None;
    }
    // 이호중 is a name as well.
    if tail.is_empty() && noun.chars().count() == 2 {
        return None;
    }
    let right = format!("{noun} 중{tail}");
    rule::rule("spacing/during")?.suggestion(text, run.span, vec![right])
}
