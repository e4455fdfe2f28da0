//! Particles, endings and the verbs made of a noun with 하다 that stand apart from the word they
//! belong to (한글 맞춤법 제2항, 제41항, 표준국어대사전 ‘-하다’): 학교 에서, 승인 했다.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::modifier::{self, FINAL_SSANG_SIOT};
use crate::layer::add;
use crate::morph::analysis::Reading;
use crate::morph::conjugation::kind::OPEN;
use crate::morph::conjugation::{Class, forms};
use crate::rule::{self, Judge};
use crate::text::Document;
use crate::text::grouped::Grouped;
use crate::text::sound::{FINAL_RIEUL, final_of};
use crate::text::syllables::Syllables;
use crate::text::word::{Kind, Word};
use crate::{Span, Suggestion};

mod table;

use table::{
    BECOMING, ENDINGS, FEELINGS, LONE, ONLY_PARTICLES, RECEIVED, TIMES, VERBAL_NOUNS, VERBS,
};

pub(super) fn check(
    document: &Document<'_>,
    at: usize,
    judge: Judge<'_>,
    out: &mut Vec<Suggestion>,
) {
    let words = document.words();
    let (Some(first), Some(second)) = (words.get(at), words.get(at + 1)) else { return };
    if !document.are_near(first, second) {
        return;
    }
    let text = document.text();
    let Some(pair) = Pair::new(text, first, second).filter(Pair::may_belong) else { return };
    let before = || words.get(at.checked_sub(1)?)?.span.of(text);
    let id = pair
        .particle(judge)
        .or_else(|| pair.ending(judge))
        .or_else(|| pair.verb(|| before().unwrap_or_default(), judge));
    let right = || format!("{}{}", pair.last, pair.next);
    add(out, id.and_then(|id| rule::rule(id)?.suggestion(text, pair.span, vec![right()])));
}

/// The end of one word and the start of the next.
struct Pair<'t> {
    last: &'t str,
    next: &'t str,
    /// What the lists say of the next word.
    known: Known,
    last_kind: Kind,
    /// Whether the first word is one run.
    is_alone: bool,
    after: &'t str,
    span: Span,
}

impl<'t> Pair<'t> {
    fn new(text: &'t str, first: &Word, second: &Word) -> Option<Self> {
        let (last, next) = (first.runs.last()?, second.runs.first()?);
        let next_text = next.span.of(text).filter(|_| next.kind == Kind::Hangul)?;
        Some(Self {
            last: last.span.of(text)?,
            next: next_text,
            known: LISTS.known(next_text),
            last_kind: last.kind,
            is_alone: first.runs.len() == 1,
            after: text.get(next.span.end..)?,
            span: Span::new(last.span.start, next.span.end),
        })
    }

    /// Whether one of the words is such that the two may be one; most are not.
    fn may_belong(&self) -> bool {
        /// How forms of the suffixes begin, with those that make a noun like something.
        static STARTS: Syllables = Syllables::of("하한할함합해했되된될됨됩돼됐시받당드스로롭");
        self.known.is_listed()
            || STARTS.begin(self.next)
            || self.last.chars().next_back().and_then(final_of) == Some(FINAL_SSANG_SIOT)
    }

    /// A noun of two syllables or more, and a common one when it looks like a predicate too.
    fn is_noun(&self, judge: Judge<'_>) -> bool {
        let tags = judge.lexicon.tags(self.last).filter(|tags| tags.is_noun());
        let is_common = tags.is_some_and(|tags| tags.rank() > 3);
        let reads = || judge.analyser.read(self.last, false, judge.lexicon);
        self.last_kind == Kind::Hangul
            && self.last.len() > 3
            && tags.is_some()
            && (is_common
                || ["지난해", "막내"].contains(&self.last)
                || !reads().has(Reading::PREDICATE))
    }

    /// 학교 에서, 예상 보다, 수도권 뿐만, 법 대로.
    fn particle(&self, judge: Judge<'_>) -> Option<&'static str> {
        let is_word = matches!(self.last_kind, Kind::Hangul | Kind::Digits | Kind::Latin);
        // 껍질을 까지, 살을 에는: after an object it is a verb.
        let is_object = self.last.ends_with(['을', '를']);
        if self.known.is_only_particle && is_word && !is_object {
            return Some("spacing/particle-alone");
        }
        if !self.known.is_particle {
            return None;
        }
        let is_noun =
            self.is_noun(judge) || ["너", "나", "법", "돈", "말", "뜻"].contains(&self.last);
        let is_future = self.last.len() > 3
            && self.last.chars().next_back().and_then(final_of) == Some(FINAL_RIEUL);
        let is_time = LISTS.times.contains(self.last);
        if (is_time && ["마저", "밖에"].contains(&self.next))
            || (is_future && self.next.starts_with("만큼"))
        {
            return None;
        }
        if !is_noun || modifier::forms(self.last, judge) != 0 {
            return None;
        }
        let listed = LONE.iter().find(|(_, tails, next)| {
            tails.split(' ').any(|tail| tail == self.next)
                && (next.is_empty() || {
                    let after = self.after.strip_prefix(' ').unwrap_or_default();
                    next.split(' ').any(|start| after.starts_with(start))
                })
        });
        listed.map(|one| one.0)
    }

    /// 뽑는 다고, 늦어 질수록, 했 다: what follows cannot stand alone.
    fn ending(&self, judge: Judge<'_>) -> Option<&'static str> {
        if self.last_kind != Kind::Hangul {
            return None;
        }
        let reads = |bit| {
            let whole = format!("{}{}", self.last, self.next);
            judge.analyser.read(&whole, false, judge.lexicon).has(bit)
        };
        let end = self.last.chars().next_back().and_then(final_of);
        if end == Some(FINAL_SSANG_SIOT) && reads(Reading::PREDICATE) {
            return Some("spacing/past-apart");
        }
        // Few words are such an ending; only before those is the form of the other one read.
        let wanted = self.known.follows;
        let may_be_noun = self.next == "지도" && !self.after.starts_with(" 모");
        if wanted != 0 && !may_be_noun && modifier::forms(self.last, judge) & wanted != 0 {
            return Some("spacing/ending-apart");
        }
        let is_open = || {
            self.last.len() > 3
                && !judge.lexicon.is_noun(self.last)
                && !judge.lexicon.tags(self.last).is_some_and(|tags| tags.is_modifier())
                && !self.last.ends_with(['서', '여'])
                && judge.lexicon.tags(self.last).is_none_or(|tags| tags.kinds() & OPEN != 0)
                && judge.analyser.is_open(self.last, judge.lexicon)
                && !["위해", "통해", "대해", "의해", "인해", "관해", "비해", "향해", "올해"]
                    .iter()
                    .any(|one| self.last.ends_with(one))
        };
        if self.known.is_becoming && is_open() {
            return Some("spacing/becoming-apart");
        }
        let feels = || LISTS.feelings.contains(self.last);
        (self.may_be_verb() && feels() && self.is_verb("하", judge))
            .then_some("spacing/feeling-apart")
    }

    /// 승인 했다, 인정 받을, 자랑 스러운; a noun with a modifier of its own stays apart.
    fn verb<'b>(&self, before: impl FnOnce() -> &'b str, judge: Judge<'_>) -> Option<&'static str> {
        if !self.is_alone || self.last_kind != Kind::Hangul || self.last.len() < 6 {
            return None;
        }
        let is_verbal = || self.may_be_verb() && LISTS.verbal_nouns.contains(self.last);
        let tail = |suffix| self.is_verb(suffix, judge);
        let is_like = self.next.starts_with(['스', '로', '롭'])
            && judge.lexicon.is_noun(self.last)
            && (tail("스럽") || tail("롭"));
        if is_like {
            return Some("spacing/like-apart");
        }
        if !is_verbal() {
            return None;
        }
        let before = before();
        let last_of_before =
            before.rsplit(|one| !('가'..='힣').contains(&one)).next().unwrap_or("");
        let is_modified = last_of_before.ends_with(['의', '적', '및', '와', '과'])
            || before.ends_with(',')
            || ["그", "이", "각", "첫", "한", "두", "전", "더", "여러", "아무", "어떤", "무슨"]
                .contains(&last_of_before)
            || modifier::forms(last_of_before, judge) != 0;
        let is_one = self.next.starts_with("하나");
        if is_modified || is_one {
            return None;
        }
        let is_received = LISTS.received.contains(self.last);
        let mut verbs = VERBS.iter().filter(|(suffix, _)| *suffix != "받" || is_received);
        verbs.find(|(suffix, _)| tail(suffix)).map(|one| one.1)
    }

    /// Whether the next word begins as a form of one of the suffixes does; most words do not.
    fn may_be_verb(&self) -> bool {
        static STARTS: Syllables = Syllables::of("하한할함합해했되된될됨됩돼됐시받당드");
        STARTS.begin(self.next)
    }

    /// Whether the next word is that verb with an ending; 한 and 해 alone may be other words.
    fn is_verb(&self, suffix: &str, judge: Judge<'_>) -> bool {
        if self.next == "한" {
            let after = self.after.strip_prefix(' ').unwrap_or_default();
            return suffix == "하"
                && ["뒤", "후 ", "것", "바 ", "데 ", "지 ", "다음", "채 "]
                    .iter()
                    .any(|one| after.starts_with(one));
        }
        LISTS.forms.get(suffix).is_some_and(|forms| {
            forms.iter().any(|(form, kinds)| {
                self.next
                    .strip_prefix(form.as_str())
                    .is_some_and(|rest| judge.analyser.closes_with_ending(*kinds, rest))
            })
        })
    }
}

/// The lists of `table.rs` and the forms of the suffixes, made once: every pair of words is held
/// against them.
struct Lists {
    /// Second words of a pair, by their first syllable.
    known: Grouped<(&'static str, Known)>,
    times: FxHashSet<&'static str>,
    feelings: FxHashSet<&'static str>,
    verbal_nouns: FxHashSet<&'static str>,
    received: FxHashSet<&'static str>,
    forms: FxHashMap<&'static str, Vec<(String, u16)>>,
}

/// What the lists say of a second word; of most they say nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    is_only_particle: bool,
    /// One of the particles of `LONE`.
    is_particle: bool,
    is_becoming: bool,
    /// The forms it is an ending of.
    follows: u8,
}

impl Known {
    fn is_listed(self) -> bool {
        self.is_only_particle || self.is_particle || self.is_becoming || self.follows != 0
    }
}

impl Lists {
    fn known(&self, word: &str) -> Known {
        let mut listed = self.known.at(word.chars().next()).iter();
        listed.find(|one| one.0 == word).map(|one| one.1).unwrap_or_default()
    }
}

/// Every second word of the lists with all that they say of it.
fn known_words() -> FxHashMap<&'static str, Known> {
    let mut all: FxHashMap<&str, Known> = FxHashMap::default();
    for word in ONLY_PARTICLES.split_whitespace() {
        all.entry(word).or_default().is_only_particle = true;
    }
    for word in LONE.iter().flat_map(|(_, tails, _)| tails.split_whitespace()) {
        all.entry(word).or_default().is_particle = true;
    }
    for word in BECOMING.split_whitespace() {
        all.entry(word).or_default().is_becoming = true;
    }
    for (word, forms) in ENDINGS {
        all.entry(word).or_default().follows = *forms;
    }
    all
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let set = |list: &'static str| list.split_whitespace().collect::<FxHashSet<_>>();
    let suffixes = VERBS.iter().map(|(suffix, _)| *suffix).chain(["스럽", "롭", "하"]);
    let forms = suffixes.map(|suffix| {
        let class = if ["스럽", "롭"].contains(&suffix) { Class::Bieup } else { Class::Regular };
        (suffix, forms(suffix, class).unwrap_or_default())
    });
    Lists {
        known: Grouped::new(known_words(), |one| one.0.chars().next()),
        times: set(TIMES),
        feelings: set(FEELINGS),
        verbal_nouns: set(VERBAL_NOUNS),
        received: set(RECEIVED),
        forms: forms.collect(),
    }
});
