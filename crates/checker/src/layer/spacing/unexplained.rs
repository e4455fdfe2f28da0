//! Words that no reading explains as one and the model of the lexicon reads as two or three:
//! 지난해보다낮게 (한글 맞춤법 제2항). What papers may join, and what may be a name, is left alone.

use crate::lexicon::{Lexicon, Tags};
use crate::morph::analysis::{Analyser, Reading};
use crate::morph::lattice;
use crate::rule::{self, Judge};
use crate::text::{Document, particle};
use crate::{Span, Suggestion};

/// Longer words are not looked at.
pub(in crate::layer) const SYLLABLES: usize = lattice::LIMIT_BYTES / 3;

/// How much likelier than one word the words must be, in costs of the model.
const MARGIN: i32 = 5000;

/// Nouns of one syllable are at least so common.
const LEAST_COMMON: u64 = 3;

/// Adverbs are at least so common; what paints a sound or a movement is not.
const LEAST_MODIFIER: u64 = 2;

/// Words of the dictionary that look like two and that the lexicon does not have (표준국어대사전).
const WORDS: [&str; 9] = [
    "걸고넘어",
    "내다버",
    "마지아니",
    "만치",
    "못지아니",
    "얼토당토",
    "이러니저러니",
    "이랬다저랬다",
    "잘못짚",
];

/// Looks at the words that have no reading.
pub(in crate::layer) fn check(
    document: &Document<'_>,
    judge: Judge<'_>,
    unexplained: &[Span],
    out: &mut Vec<Suggestion>,
) {
    if unexplained.is_empty() {
        return;
    }
    let text = document.text();
    let Some(rule) = rule::rule("spacing/unexplained-join") else { return };
    // What is taken for a slip may be two words as well: 법을바로.
    let is_slip = |found: &Suggestion| found.rule.as_str() == "spelling/typo";
    let others = out.iter().filter(|found| !is_slip(found)).map(|found| found.span);
    let mut taken: Vec<Span> = others.collect();
    taken.sort_unstable_by_key(|one| one.start);
    let mut before = taken.iter().peekable();
    let mut taken_to = 0;
    let mut found = Vec::new();
    for span in unexplained {
        while let Some(one) = before.next_if(|one| one.start < span.end) {
            taken_to = taken_to.max(one.end);
        }
        let run = span.of(text).filter(|_| taken_to <= span.start);
        let right = run.and_then(|run| apart(run, MARGIN, judge.analyser, judge.lexicon));
        found.extend(right.and_then(|right| rule.suggestion(text, *span, vec![right])));
    }
    let is_apart =
        |span: Span| found.binary_search_by_key(&span.start, |one| one.span.start).is_ok();
    out.retain(|one| !(is_slip(one) && is_apart(one.span)));
    out.extend(found);
}

/// The run with its spaces, when it is surely more than one word.
fn apart(run: &str, margin: i32, analyser: &Analyser, lexicon: &Lexicon) -> Option<String> {
    if !may_be_apart(run, analyser, lexicon) {
        return None;
    }
    let best = analyser.words_apart(run, margin, lexicon)?;
    let parts = best.parts(run)?;
    let is_word = |part: &&str| is_word(part, analyser, lexicon) || is_lone(part, &parts);
    let are_apart = parts.windows(2).all(|pair| match pair {
        [first, second] => are_two(first, second, analyser, lexicon),
        _ => true,
    });
    let cuts_word = WORDS.iter().any(|word| {
        run.find(word).is_some_and(|at| {
            let within = at + 1..at + word.len();
            best.cuts.into_iter().any(|cut| within.contains(&usize::from(cut)))
        })
    });
    (parts.iter().all(is_word) && are_apart && !cuts_word).then(|| parts.join(" "))
}

/// Whether some word stands at the start and another at the end: a cheap look before the dear one.
fn may_be_apart(run: &str, analyser: &Analyser, lexicon: &Lexicon) -> bool {
    let is_word = |part: &str| part.len() <= 3 || is_word(part, analyser, lexicon);
    let cuts = || run.char_indices().map(|(at, _)| at).skip(1);
    let starts = |at: &usize| run.get(..*at).is_some_and(|part| part.len() > 3 && is_word(part));
    let first = cuts().find(starts).unwrap_or(3);
    cuts()
        .any(|at| at >= first && run.get(at..).is_some_and(|part| part.len() > 3 && is_word(part)))
        || cuts().any(|at| at + 3 == run.len() && run.get(..at).is_some_and(is_word))
}

/// Whether two parts are not one word said twice, nor an adverb and what makes a predicate or a noun
/// of it (털썩털썩, 덜컹대는, 함께하는, 즉각적인), nor an adjective and a short noun that compounds
/// are made of: 큰집, 빨간불.
fn are_two(first: &str, second: &str, analyser: &Analyser, lexicon: &Lexicon) -> bool {
    let is_bare = !is_form(first, analyser, lexicon) && lexicon.tags(first).is_some();
    let is_adnominal = analyser.read(first, false, lexicon).has(Reading::ADNOMINAL_NIEUN);
    let is_short = second
        .split_at_checked(3)
        .is_some_and(|(noun, rest)| lexicon.is_noun(noun) && particle::are_particles(rest));
    let is_compound = is_adnominal && first.len() <= 6 && is_short;
    let mut is_suffix = second.starts_with('적');
    lexicon.prefixes(second, |length, tags| {
        let rest = second.get(length..).unwrap_or_default();
        is_suffix |= tags.is_suffix_form()
            && (rest.is_empty() || analyser.closes(tags.kinds(), rest, lexicon));
    });
    // 내리누르다, 내리쬐다: the adverb is always written on.
    let is_prefix = first == "내리";
    // 오늘따라, 먹게그려: a particle as well, unless an object or a place is before it.
    let is_particle = lexicon.tags(second).is_some_and(|tags| tags.is_particle())
        && !first.ends_with(['에', '을', '를']);
    !(second.starts_with(first)
        || is_prefix
        || is_particle
        || is_compound
        || (is_bare && is_suffix))
}

/// Words of one syllable at the start, and at the end after an object or a place.
fn is_lone(part: &str, parts: &[&str]) -> bool {
    const FIRST: [&str; 6] = ["더", "또", "꼭", "늘", "왜", "좀"];
    const LAST: [&str; 20] = [
        "한", "할", "된", "될", "간", "갈", "온", "올", "본", "볼", "준", "줄", "난", "날", "낸",
        "낼", "쓴", "쓸", "든", "잘",
    ];
    match parts {
        [first, _, ..] if *first == part => FIRST.contains(&part),
        [.., before, last] if *last == part => {
            LAST.contains(&part) && before.ends_with(['을', '를', '에', '로'])
        }
        _ => false,
    }
}

/// Whether a part is a word that stands by itself.
fn is_word(part: &str, analyser: &Analyser, lexicon: &Lexicon) -> bool {
    if part.len() <= 3 || analyser.is_ending(part) {
        return false;
    }
    if is_form(part, analyser, lexicon) {
        return true;
    }
    let is_rare =
        |tags: Tags| tags.is_particle() || (tags.is_modifier() && tags.rank() < LEAST_MODIFIER);
    if lexicon.tags(part).is_some_and(|tags| !tags.is_common_noun() && is_rare(tags)) {
        return false;
    }
    analyser.plainest(part, lexicon).is_some() || is_short_noun(part, lexicon)
}

/// A form of a stem with its ending: 받을, 짓고.
fn is_form(part: &str, analyser: &Analyser, lexicon: &Lexicon) -> bool {
    let mut is_form = false;
    lexicon.prefixes(part, |length, tags| {
        let rest = part.get(length..).unwrap_or_default();
        is_form |= tags.kinds() != 0 && analyser.closes_with_ending(tags.kinds(), rest);
    });
    is_form
}

/// A common noun of one syllable or a pronoun with its particles: 길을, 그녀는.
fn is_short_noun(part: &str, lexicon: &Lexicon) -> bool {
    const PRONOUNS: [&str; 8] = ["나", "내", "그", "우리", "그녀", "그들", "이들", "저희"];
    let mut is_noun = false;
    lexicon.prefixes(part, |length, tags| {
        let (noun, rest) = part.split_at_checked(length).unwrap_or_default();
        let is_common = length == 3
            && tags.is_common_noun()
            && tags.rank() >= LEAST_COMMON
            && !tags.is_particle();
        is_noun |= (is_common || PRONOUNS.contains(&noun))
            // 후나, 소로: names end so too.
            && !["", "나", "도", "로", "든", "랑"].contains(&rest)
            && particle::are_particles(rest);
    });
    is_noun
}

#[cfg(test)]
mod tests {
    use super::{MARGIN, apart};
    use crate::lexicon::Lexicon;
    use crate::morph::analysis::Analyser;

    fn check(run: &str, expected: Option<&str>) {
        let (analyser, lexicon) = (Analyser::new(), Lexicon::new());
        assert_eq!(apart(run, MARGIN, &analyser, &lexicon).as_deref(), expected, "{run}");
    }

    #[test]
    fn cuts_what_is_surely_several_words() {
        check("지난해보다낮게", Some("지난해보다 낮게"));
        check("노조는파업을", Some("노조는 파업을"));
        check("결정을내렸다", Some("결정을 내렸다"));
        check("예산을늘리고세금을", Some("예산을 늘리고 세금을"));
        check("제도를도입할", Some("제도를 도입할"));
        check("이에따라", Some("이에 따라"));
        check("결과를본", Some("결과를 본"));
    }

    #[test]
    fn leaves_words_names_and_what_may_be_joined() {
        for run in [
            "걸고넘어졌다",
            "내리눌렀다",
            "털썩털썩",
            "덜컹대는",
            "즉각적인",
            "오늘따라",
            "빨간물을",
            "다나카가",
            "후나코시",
            "클레이튼은",
            "정부는",
            "",
            "뷁쉙뷁쉙뷁쉙",
        ] {
            check(run, None);
        }
        check(&"노조는파업을".repeat(400), None);
    }
}
