//! Particles whose form does not fit the sound before them: after Hangul, digits, Latin letters,
//! percent signs and closing quotation marks.

use super::add;
use crate::lexicon::Lexicon;
use crate::rule;
use crate::text::Document;
use crate::text::particle::corrected;
use crate::text::sound::{End, end_of_letters, end_of_number, end_of_syllable};
use crate::text::syllables::Syllables;
use crate::text::word::{Kind, Run, Word};
use crate::{Span, Suggestion};

/// Forms that may stand alone after digits, letters and marks.
const FORMS: [&str; 10] = ["으로", "로", "을", "를", "은", "는", "과", "와", "이", "가"];

const NAME_MIDDLES: &str = "지다고하예시주가나세소채혜재조서이유수";
pub(super) static SURNAMES: Syllables = Syllables::of(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국은편용",
);

pub(crate) fn check(
    document: &Document<'_>,
    word: &Word,
    lexicon: &Lexicon,
    out: &mut Vec<Suggestion>,
) {
    let text = document.text();
    for (at, run) in word.runs.iter().enumerate() {
        if run.kind != Kind::Hangul {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| word.runs.get(at));
        let found = match before {
            None => after_hangul(text, *run, lexicon),
            Some(before) => match before.kind {
                Kind::Digits => after_number(text, word, at, *run),
                Kind::Latin => after_letters(text, word, at, *run),
                Kind::Other => {
                    after_mark(text, *before, *run).or_else(|| after_hangul(text, *run, lexicon))
                }
                Kind::Hangul => None,
            },
        };
        add(out, found);
    }
}

/// A noun with the form that only the other sound takes.
fn after_hangul(text: &str, run: Run, lexicon: &Lexicon) -> Option<Suggestion> {
    let whole = run.span.of(text).filter(|whole| whole.len() <= 36)?;
    // 가, 과, 이 and 로 are also suffixes (전략가, 수사과, 진입로): these forms stay silent here.
    let form = match whole.chars().next_back()? {
        '로' if whole.ends_with("으로") => "으로",
        '를' => "를",
        '을' => "을",
        '는' => "는",
        '은' => "은",
        '와' => "와",
        _ => return None,
    };
    let noun = whole.strip_suffix(form)?;
    let end = noun.chars().next_back().and_then(end_of_syllable)?;
    // Most particles fit their noun.
    let fits = match form {
        "를" | "는" | "와" => end == End::Vowel,
        "으로" => end == End::Consonant,
        _ => end != End::Vowel,
    };
    if fits {
        return None;
    }
    let right = corrected(form, end)?;
    // 를 and 와 after a consonant are nothing else, however short the noun: 강를, 꽃와.
    let is_short_sure =
        ["를", "와"].contains(&form) && lexicon.tags(noun).is_some_and(|tags| tags.rank() > 3);
    let is_long_enough = noun.chars().nth(1).is_some() || is_short_sure;
    if !is_long_enough || lexicon.tags(whole).is_some() || may_be_name(whole) {
        return None;
    }
    let is_sure = match form {
        // A stem may end in any consonant; 지을, 부은: in some of these vowels too.
        "는" => is_noun(noun, lexicon) && !may_be_predicate(noun, form, lexicon),
        "을" | "은" => {
            if noun.ends_with(['지', '모', '저', '그']) {
                return None;
            }
            let is_stem_vowel = noun.ends_with(['나', '이', '부', '자']);
            let ends_in_noun =
                ["가을", "마을", "노을", "고을"].iter().any(|end| whole.ends_with(end));
            let is_known =
                if is_stem_vowel { lexicon.is_noun(noun) } else { is_noun(noun, lexicon) };
            is_known && !ends_in_noun
        }
        // No ending begins so after a consonant, 들를 aside: the noun need not be known.
        "를" | "와" => {
            let may_be_particle = noun.ends_with(['을', '은', '는', '를', '들']);
            !may_be_particle || is_noun(noun, lexicon)
        }
        _ => is_noun(noun, lexicon),
    };
    let span = Span::new(run.span.start + noun.len(), run.span.end);
    is_sure.then(|| suggest("particle/after-hangul", text, run.span.start, span, right)).flatten()
}

/// A noun of the lexicon, or two of them side by side, the second of two syllables or more.
fn is_noun(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.is_noun(word)
        || word.char_indices().skip(1).any(|(at, _)| {
            let (head, tail) = (word.get(..at), word.get(at..));
            let tail_is_long = tail.is_some_and(|tail| tail.chars().nth(1).is_some());
            tail_is_long
                && head.is_some_and(|head| lexicon.is_noun(head))
                && tail.is_some_and(|tail| lexicon.is_noun(tail))
        })
}

/// Last syllables of verb stems that 는 follows as an ending: 뒤집는, 비웃는, 끌어안는.
const STEM_ENDS: &str = "있없찾받먹잡집웃묻닫듣걷믿앉않낳놓넣쌓좋닦깎섞꺾볶묶겪엮읽밝늙맑긁갉앓잃끓뚫꿇싫옮굶닮젊삶밟넓짧얇핥훑읊벗씻빗솟앗뺏맞짖찢늦꽂갖맺잊쫓좇엎덮깊높짚싶갚맡붙같얕뱉돕눕굽줍깁뽑씹업입접좁꼽곱뵙안담품넘남숨참감심춤신";

/// Whether the end of the noun may be a stem and the particle an ending.
fn may_be_predicate(noun: &str, form: &str, lexicon: &Lexicon) -> bool {
    let ends_in_stem =
        form == "는" && noun.chars().next_back().is_some_and(|last| STEM_ENDS.contains(last));
    let last = noun.char_indices().next_back().map_or(0, |(at, _)| at);
    // A single syllable is a stem of something too often to mean anything: 정부, 정책.
    let mut tails = noun.char_indices().map(|(at, _)| at).take_while(|at| *at < last);
    ends_in_stem
        || tails.any(|at| {
            let tail = noun.get(at..).unwrap_or_default();
            lexicon.tags(tail).is_some_and(|tags| tags.is_predicate())
        })
}

/// 한지은, 이다은 are names, not 한지 + 은.
fn may_be_name(whole: &str) -> bool {
    let mut characters = whole.chars();
    let parts = [characters.next(), characters.next(), characters.next(), characters.next()];
    let [Some(surname), Some(middle), Some('은'), None] = parts else { return false };
    SURNAMES.contains(surname) && NAME_MIDDLES.contains(middle)
}

fn form_of(text: &str, run: Run) -> Option<&'static str> {
    let whole = run.span.of(text)?;
    FORMS.into_iter().find(|form| *form == whole)
}

fn after_number(text: &str, word: &Word, at: usize, run: Run) -> Option<Suggestion> {
    let digits = word.runs.get(at.checked_sub(1)?)?;
    let Some(form) = form_of(text, run) else { return after_unit(text, *digits, run) };
    // 1/2은 is read 이분의 일은, S24는 and 3-2로 may be read otherwise.
    let is_alone = at.checked_sub(2).and_then(|at| word.runs.get(at)).is_none_or(|before| {
        let mark = before.span.of(text).unwrap_or_default();
        before.kind == Kind::Other && matches!(mark, "“" | "‘" | "\"" | "'" | "(" | "[")
    });
    // 종로3가 is a street, and 3이 is said of three people.
    let is_alone = is_alone && !["이", "가"].contains(&form);
    let end = end_of_number(digits.span.of(text)?)?;
    let right = corrected(form, end).filter(|_| is_alone)?;
    suggest("particle/after-number", text, digits.span.start, run.span, right)
}

/// Units after digits: 80달러을, 1400원를.
const UNITS: &[&str] = &[
    "도",
    "원",
    "달러",
    "유로",
    "엔",
    "위안",
    "명",
    "건",
    "개",
    "대",
    "곳",
    "주",
    "배",
    "년",
    "개월",
    "일",
    "시간",
    "분",
    "초",
    "표",
    "회",
    "위",
    "점",
    "권",
    "장",
    "마리",
    "톤",
    "그루",
    "가구",
    "세대",
    "만원",
    "억원",
    "조원",
    "만명",
    "만달러",
    "억달러",
    "만",
    "억",
    "조",
    "평",
    "포인트",
    "여명",
    "분",
    "일분",
    "인분",
    "개월분",
    "년분",
    "여건",
    "여곳",
    "여개",
    "여억원",
    "억유로",
    "만호",
    "만건",
    "만대",
    "만톤",
    "천만원",
];

fn after_unit(text: &str, digits: Run, run: Run) -> Option<Suggestion> {
    let whole = run.span.of(text)?;
    let form = ["으로", "로", "를", "을", "은", "는", "와"]
        .into_iter()
        .find(|form| whole.ends_with(form))?;
    let unit = whole.strip_suffix(form).filter(|unit| UNITS.contains(unit))?;
    let end = unit.chars().next_back().and_then(end_of_syllable)?;
    let right = corrected(form, end)?;
    let span = Span::new(run.span.end - form.len(), run.span.end);
    suggest("particle/after-number", text, digits.span.start, span, right)
}

fn after_letters(text: &str, word: &Word, at: usize, run: Run) -> Option<Suggestion> {
    let form = form_of(text, run)?;
    let letters = word.runs.get(at.checked_sub(1)?)?;
    if let Some(found) = after_joined_letters(text, word, at, run, form) {
        return Some(found);
    }
    let is_alone = at.checked_sub(2).and_then(|at| word.runs.get(at)).is_none_or(|before| {
        let mark = before.span.of(text).unwrap_or_default();
        before.kind == Kind::Other && matches!(mark, "“" | "‘" | "\"" | "'" | "(" | "[")
    });
    let end = end_of_letters(letters.span.of(text)?)?;
    let right = corrected(form, end).filter(|_| is_alone)?;
    suggest("particle/after-latin", text, letters.span.start, run.span, right)
}

/// R&D, M&A, Q&A: both sides are named letter by letter.
fn after_joined_letters(
    text: &str,
    word: &Word,
    at: usize,
    run: Run,
    form: &str,
) -> Option<Suggestion> {
    let [first, mark, last] = word.runs.get(at.checked_sub(3)?..at)? else { return None };
    let is_joined = mark.span.of(text)? == "&" && first.kind == Kind::Latin;
    let (first_letter, last_letter) = (first.span.of(text)?, last.span.of(text)?);
    if !is_joined || first_letter.len() != 1 || last_letter.len() != 1 {
        return None;
    }
    let end = end_of_letters(&format!("{first_letter}{last_letter}"))?;
    suggest("particle/after-latin", text, first.span.start, run.span, corrected(form, end)?)
}

/// What quotes a noun that ends in a consonant, and what it must be: ‘괴물’라고 → ‘괴물’이라고.
const QUOTING: [(&str, &str); 4] =
    [("라고", "이라고"), ("라는", "이라는"), ("라며", "이라며"), ("란", "이란")];

fn after_quoted_noun(text: &str, mark: Run, run: Run) -> Option<Suggestion> {
    let whole = run.span.of(text)?;
    let (_, right) = QUOTING.into_iter().find(|one| one.0 == whole)?;
    if !matches!(mark.span.of(text)?, "’" | "”") {
        return None;
    }
    let last = text.get(..mark.span.start)?.chars().next_back()?;
    if end_of_syllable(last)? == End::Vowel {
        return None;
    }
    suggest("particle/quoted-noun", text, mark.span.start - last.len_utf8(), run.span, right)
}

/// How the sign of a unit ends when it is read: 퍼센트, 킬로그램, 킬로미터, 제곱미터, 도.
fn end_of_sign(sign: &str) -> Option<End> {
    match sign {
        "%" | "％" | "㎞" | "㎝" | "㎜" | "㎡" | "㎥" | "㎢" | "℃" | "㎖" | "ℓ" | "㏊" => {
            Some(End::Vowel)
        }
        "㎏" | "㎎" => Some(End::Consonant),
        _ => None,
    }
}

/// 0.4%포인트을: a percentage point after its sign.
fn after_point(text: &str, mark: Run, run: Run) -> Option<Suggestion> {
    let form = run.span.of(text)?.strip_prefix("포인트")?;
    let form = FORMS.into_iter().find(|known| *known == form)?;
    let right = corrected(form, End::Vowel).filter(|_| mark.span.of(text) == Some("%"))?;
    let span = Span::new(run.span.end - form.len(), run.span.end);
    suggest("particle/after-number", text, mark.span.start, span, right)
}

/// After a percent sign (퍼센트), or after what a closing mark quotes.
fn after_mark(text: &str, mark: Run, run: Run) -> Option<Suggestion> {
    let Some(form) = form_of(text, run) else {
        return after_quoted_noun(text, mark, run).or_else(|| after_point(text, mark, run));
    };
    let sign = mark.span.of(text)?;
    if let Some(end) = end_of_sign(sign) {
        let right = corrected(form, end)?;
        return suggest("particle/after-number", text, mark.span.start, run.span, right);
    }
    if sign == ")" {
        return after_bracket(text, mark, form, run);
    }
    if !matches!(sign, "’" | "”" | "」" | "』" | "》" | "〉") {
        return None;
    }
    let last = text.get(..mark.span.start)?.chars().next_back()?;
    // A quoted sentence ends in its own punctuation or in a form that 는 follows as it is.
    let end = end_of_syllable(last)?;
    let right = corrected(form, end)?;
    let start = mark.span.start - last.len_utf8();
    suggest("particle/after-quotation", text, start, run.span, right)
}

/// 국내총생산(GDP)는: what stands in brackets is not read, the particle follows the word before.
fn after_bracket(text: &str, mark: Run, form: &str, run: Run) -> Option<Suggestion> {
    let head = text.get(..mark.span.start)?;
    let near = head.len().saturating_sub(40);
    let open =
        head.char_indices().rev().take_while(|(at, _)| *at >= near).find(|one| one.1 == '(')?;
    let inside = head.get(open.0 + 1..)?;
    let is_gloss = !inside.is_empty() && inside.chars().all(|one| one.is_ascii_graphic());
    let end = head.get(..open.0)?.chars().next_back().and_then(end_of_syllable)?;
    let right = corrected(form, end).filter(|_| is_gloss)?;
    suggest("particle/after-bracket", text, mark.span.start, run.span, right)
}

/// The whole word from `start` with the right form at its end.
fn suggest(id: &str, text: &str, start: usize, form: Span, right: &str) -> Option<Suggestion> {
    let head = Span::new(start, form.start).of(text)?;
    let span = Span::new(start, form.end);
    rule::rule(id)?.suggestion(text, span, vec![format!("{head}{right}")])
}
