//! Names of companies, bodies and foreigners within an article: a long word the lexicon does not
//! know, written again and again, and once with one letter different.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::jamo::is_one_apart;
use crate::lexicon::{Lexicon, Tags};
use crate::rule;
use crate::text::Document;
use crate::text::grouped::Grouped;
use crate::text::particle;
use crate::text::word::Kind;
use crate::{Span, Suggestion};

/// Particles after such a name.
const TAILS: &[&str] = &[
    "에서는",
    "에서도",
    "에서",
    "에게",
    "으로",
    "까지",
    "부터",
    "이라는",
    "라는",
    "측은",
    "측이",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "과",
    "와",
    "도",
    "로",
];

/// Ends of verbs, which no lexicon holds in all their forms.
const VERBAL: [char; 41] = [
    '다', '고', '며', '면', '서', '게', '한', '된', '할', '될', '하', '되', '해', '돼', '했', '됐',
    '던', '는', '은', '을', '려', '듯', '록', '러', '들', '씩', '적', '여', '어', '워', '켜', '키',
    '같', '릴', '킬', '든', '지', '기', '니', '울', '운',
];

/// Four syllables; no name is longer than twelve.
const LENGTH_BYTES: std::ops::RangeInclusive<usize> = 12..=36;
/// A text with more unknown words is no article, and every pair of them would be looked at.
const WORD_LIMIT: usize = 400;

/// An unknown word with its first place and how often it stands.
struct Unknown<'t> {
    word: &'t str,
    first: Span,
    count: usize,
}

pub(super) fn check(document: &Document<'_>, lexicon: &Lexicon, out: &mut Vec<Suggestion>) {
    let unknown = unknown(document, lexicon);
    if unknown.len() > WORD_LIMIT {
        return;
    }
    for wrong in unknown.iter().filter(|one| one.count == 1) {
        let mut near = unknown.iter().filter(|right| right.count > 1 && is_slip(right, wrong));
        let (Some(right), None) = (near.next(), near.next()) else { continue };
        let is_word = |word| is_compound(lexicon, word) || is_other_form(lexicon, word);
        if is_word(wrong.word) || is_other_form(lexicon, right.word) {
            continue;
        }
        let found = rule::rule("consistency/institution");
        let right = vec![right.word.to_owned()];
        out.extend(found.and_then(|rule| rule.suggestion(document.text(), wrong.first, right)));
    }
}

fn is_slip(right: &Unknown<'_>, wrong: &Unknown<'_>) -> bool {
    right.word.len().abs_diff(wrong.word.len()) == 0 && is_one_apart(right.word, wrong.word)
}

fn unknown<'t>(document: &Document<'t>, lexicon: &Lexicon) -> Vec<Unknown<'t>> {
    let text = document.text();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut unknown: Vec<Unknown<'_>> = Vec::new();
    for word in document.words() {
        let lead = word.runs.iter().take_while(|run| run.kind == Kind::Other).take(3).count();
        let Some(run) = word.runs.get(lead).filter(|run| run.kind == Kind::Hangul) else {
            continue;
        };
        let Some(stem) = run.span.of(text).and_then(stem) else { continue };
        let is_known = places.get(stem).copied();
        if let Some(one) = is_known.and_then(|place| unknown.get_mut(place)) {
            one.count += 1;
            continue;
        }
        if lexicon.tags(stem).is_some() || document.is_protected(word.span) {
            continue;
        }
        places.insert(stem, unknown.len());
        let first = Span::new(run.span.start, run.span.start + stem.len());
        unknown.push(Unknown { word: stem, first, count: 1 });
    }
    unknown
}

/// A long word without its particle, unless it looks like a verb.
fn stem(written: &str) -> Option<&str> {
    if written.len() < *LENGTH_BYTES.start() || written.len() > LENGTH_BYTES.end() + 9 {
        return None;
    }
    // A word that is long only by its particle is none of these names.
    let stem = stripped(written).min_by_key(|stem| stem.len()).unwrap_or(written);
    (LENGTH_BYTES.contains(&stem.len()) && !stem.ends_with(VERBAL)).then_some(stem)
}

/// What is left of a word without each particle that may be its end.
pub(super) fn stripped(written: &str) -> impl Iterator<Item = &str> {
    BY_LAST.ends(written).filter_map(|tail| written.strip_suffix(tail))
}

/// Particles by their last syllable: every word of an article is asked for one.
static BY_LAST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_last(TAILS));

/// 추진하여 and 극단적인 are a noun with its tail, 내려치자 a verb with its ending.
fn is_other_form(lexicon: &Lexicon, stem: &str) -> bool {
    let cuts = stem.char_indices().skip(2).map(|(at, _)| at);
    let mut cuts = cuts.filter_map(|at| stem.split_at_checked(at));
    cuts.any(|(head, tail)| {
        let is_verb =
            lexicon.tags(head).is_some_and(Tags::is_predicate) && tail.chars().count() <= 2;
        is_verb || lexicon.is_noun(head) && particle::may_follow_noun(tail)
    })
}

/// Whether two nouns of the lexicon make up the word: then it is as good as the other.
fn is_compound(lexicon: &Lexicon, word: &str) -> bool {
    let cuts = word.char_indices().skip(2).map(|(at, _)| at);
    cuts.filter_map(|at| word.split_at_checked(at)).any(|(one, other)| {
        lexicon.is_noun(one)
            && (lexicon.is_noun(other) || other.len() >= 12 && is_compound(lexicon, other))
    })
}
