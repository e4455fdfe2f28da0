//! Dependent nouns written onto the word before them (한글 맞춤법 제42항).

use super::add;
use crate::lexicon::Lexicon;
use crate::rule;
use crate::text::Document;
use crate::text::sound::{FINAL_NIEUN, FINAL_RIEUL, final_of};
use crate::text::syllables::place_of;
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

/// What may follow 것 in one word.
const AFTER_THING: &[&str] = &[
    "",
    "이",
    "은",
    "을",
    "도",
    "만",
    "과",
    "으로",
    "이다",
    "이라고",
    "이라는",
    "이라며",
    "이며",
    "이고",
    "인지",
    "입니다",
    "이었다",
    "이란",
    "보다",
    "처럼",
    "에",
    "조차",
    "까지",
    "인데",
];

/// Units of time that 만 (동안이 얼마간 계속되었음) follows.
const TIMES: &[&str] =
    &["년", "개월", "달", "주", "주일", "일", "시간", "분", "초", "여년", "여일", "개월여", "년여"];

/// Spans of time in words.
const SPANS: &[&str] = &[
    "한 달 ",
    "한 달째",
    "한 달여",
    "두 달",
    "석 달",
    "넉 달",
    "몇 년",
    "몇 달",
    "이틀",
    "사흘",
    "나흘",
    "열흘",
    "보름",
    "일주일",
    "얼마 ",
    "오래",
    "반년",
    "수년",
    "십여 년",
    "여러 해",
    "불과",
];

pub(crate) fn check(
    document: &Document<'_>,
    word: &Word,
    lexicon: &Lexicon,
    out: &mut Vec<Suggestion>,
) {
    let text = document.text();
    for (at, run) in word.runs.iter().enumerate() {
        if run.kind != Kind::Hangul || run.span.len() > 60 {
            continue;
        }
        let Some(whole) = run.span.of(text) else { continue };
        if let Some(at) = place_of(whole, '수').filter(|at| *at > 0) {
            add(out, way(document, *run, at, lexicon));
        }
        if let Some(at) = place_of(whole, '것').filter(|at| *at > 0) {
            add(out, thing(text, *run, at, lexicon));
        }
        if whole.ends_with('지') {
            add(out, since(document, *run, lexicon));
        }
        let before = at.checked_sub(1).and_then(|at| word.runs.get(at));
        if let Some(number) = before.filter(|before| before.kind == Kind::Digits) {
            add(out, after_time(text, *number, *run));
        }
    }
}

fn spaced(id: &str, text: &str, run: Span, at: usize) -> Option<Suggestion> {
    let (head, tail) = run.of(text)?.split_at_checked(at)?;
    rule::rule(id)?.suggestion(text, run, vec![format!("{head} {tail}")])
}

/// The last syllable before `at` and its final consonant.
fn final_before(whole: &str, at: usize) -> Option<u32> {
    whole.get(..at)?.chars().next_back().and_then(final_of)
}

/// 할수 있다, 할수있다 → 할 수 있다.
fn way(document: &Document<'_>, run: Run, at: usize, lexicon: &Lexicon) -> Option<Suggestion> {
    let text = document.text();
    let whole = run.span.of(text)?;
    let (head, tail) = (whole.get(..at)?, whole.get(at + '수'.len_utf8()..)?);
    if final_before(whole, at)? != FINAL_RIEUL || lexicon.is_noun(whole.get(..at + 3)?) {
        return None;
    }
    let next = document.text().get(run.span.end..)?.trim_start_matches(' ');
    let continues = |text: &str| ["있", "없"].iter().any(|start| text.starts_with(start));
    let tail_alone = ["", "도", "는", "밖에", "가", "만"].contains(&tail) && continues(next);
    if tail_alone {
        return spaced("spacing/dependent-noun", text, run.span, at);
    }
    if !continues(tail) {
        return None;
    }
    let right = format!("{head} 수 {tail}");
    rule::rule("spacing/dependent-noun")?.suggestion(text, run.span, vec![right])
}

/// 할것이다 → 할 것이다.
fn thing(text: &str, run: Run, at: usize, lexicon: &Lexicon) -> Option<Suggestion> {
    let whole = run.span.of(text)?;
    let tail = whole.get(at + '것'.len_utf8()..)?;
    let (head, last) = (whole.get(..at)?, whole.get(..at)?.chars().next_back()?);
    let is_attributive = matches!(final_of(last)?, FINAL_RIEUL | FINAL_NIEUN)
        && (lexicon.tags(head).is_some_and(|tags| tags.is_predicate())
            || "는을할될".contains(last));
    let is_word = lexicon.is_noun(whole.get(..at + 3)?);
    if !is_attributive || is_word || !AFTER_THING.contains(&tail) {
        return None;
    }
    spaced("spacing/dependent-noun", text, run.span, at)
}

/// 시작한지 3년 → 시작한 지 3년.
fn since(document: &Document<'_>, run: Run, lexicon: &Lexicon) -> Option<Suggestion> {
    let text = document.text();
    let whole = run.span.of(text)?;
    let head = whole.strip_suffix('지')?;
    if final_before(whole, head.len())? != FINAL_NIEUN || lexicon.is_noun(whole) {
        return None;
    }
    let next = text.get(run.span.end..)?.strip_prefix(' ')?;
    // 기분이 좋은지 하루 종일: an adjective or 는 with 지 asks a question, it counts no time.
    let asks = ["는", "런", "인", "픈", "쁜", "운", "떤", "좋은", "싶은", "같은", "많은", "적은"];
    if asks.iter().any(|end| head.ends_with(end)) {
        return None;
    }
    let number = next.trim_start_matches(['약', '꼭', ' ']);
    let digits = number.trim_start_matches(|one: char| one.is_ascii_digit() || one == ',');
    let has_unit = digits.len() < number.len()
        && TIMES.iter().any(|unit| digits.trim_start().starts_with(unit));
    let is_time = has_unit || SPANS.iter().any(|word| number.starts_with(word));
    is_time.then(|| spaced("spacing/dependent-noun", text, run.span, head.len())).flatten()
}

/// 3년만에 → 3년 만에.
fn after_time(text: &str, number: Run, run: Run) -> Option<Suggestion> {
    let whole = run.span.of(text)?;
    let at = ["만에", "만의", "만이다"].iter().find_map(|tail| {
        let head = whole.strip_suffix(tail)?;
        TIMES.contains(&head).then_some(head.len())
    })?;
    let whole = Span::new(number.span.start, run.span.end);
    spaced("spacing/dependent-noun", text, whole, number.span.len() + at)
}
