//! The plain readings of a run: one word of the lexicon with what belongs to it, no compound and no
//! name. What a slip of the hand is held to have meant must be one of these.

use super::analysis::Analyser;
use super::conjugation::kind::{
    LINKED, LINKED_NIEUN, NIEUN, OPEN, PAST, PLAIN, PLAIN_NIEUN, POLITE, RIEUL,
};
use crate::lexicon::{Lexicon, Tags};
use crate::text::particle;

/// One plain way to read a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plain {
    /// From 1, rare, to 8, most common.
    pub(crate) rank: u64,
    /// Bytes of the noun or of the form of the stem.
    pub(crate) stem: usize,
    /// Bytes of the common noun it begins with; 0 where it begins with none.
    pub(crate) noun: usize,
    pub(crate) is_noun: bool,
}

impl Analyser {
    /// The plainest way to read a run as one word of the lexicon with what belongs to it; `None`
    /// when it is not, or only as a compound or a name.
    pub(crate) fn plainest(&self, run: &str, lexicon: &Lexicon) -> Option<Plain> {
        let mut best: Option<Plain> = None;
        lexicon.prefixes(run, |length, tags| {
            let Some(rest) = run.get(length..) else { return };
            let plain = self.plainly(length, tags, rest, lexicon);
            if plain.is_some_and(|plain| best.is_none_or(|best| plain.rank > best.rank)) {
                best = plain;
            }
        });
        best
    }

    fn plainly(&self, length: usize, tags: Tags, rest: &str, lexicon: &Lexicon) -> Option<Plain> {
        let is_long = length > 3;
        let is_noun = tags.is_common_noun() && is_long && (length > 6 || tags.rank() > 0);
        let word = |rank| Some(Plain { rank, stem: length, noun: length, is_noun: true });
        let predicate = |rank, stem| Some(Plain { rank, stem, noun: 0, is_noun: false });
        if rest.is_empty() {
            if is_noun || (tags.is_modifier() && is_long) {
                return word(tags.rank() + 1);
            }
            let is_form = tags.kinds() & (NIEUN | RIEUL | OPEN) != 0 && length > 6;
            return is_form.then_some(()).and_then(|()| predicate(4, length));
        }
        if tags.kinds() != 0 && self.closes_plainly(tags.kinds(), rest) {
            return predicate(if is_long { 5 } else { 3 }, length);
        }
        if !is_long || !(tags.is_common_noun() || tags.is_root()) {
            return None;
        }
        if is_noun && particle::are_particles(rest) {
            return word(tags.rank() + 1);
        }
        let mut stem = None;
        lexicon.prefixes(rest, |end, suffix| {
            let tail = rest.get(end..).unwrap_or_default();
            if suffix.is_suffix_form() && self.closes_plainly(suffix.kinds(), tail) {
                stem = Some(length + end);
            }
        });
        let rank = tags.rank().max(3) + 1;
        let noun = if tags.rank() >= 3 { length } else { 0 };
        stem.map(|stem| Plain { rank, stem, noun, is_noun: false })
    }

    /// Whether an ending and nothing else closes a form of these kinds.
    pub(crate) fn closes_with_ending(&self, kinds: u16, text: &str) -> bool {
        self.endings.closes(kinds, text)
            || self
                .endings
                .nominal(kinds, text)
                .any(|length| length > 0 && text.get(length..).is_some_and(particle::are_particles))
    }

    /// Whether the text is an ending by itself.
    pub(crate) fn is_ending(&self, text: &str) -> bool {
        const ALL: u16 = (1 << 10) - 1;
        self.endings.closes(ALL, text)
    }

    /// Whether an ending, or 지다 with its ending, follows a form of these kinds.
    fn closes_plainly(&self, kinds: u16, text: &str) -> bool {
        const BECOMING: [(&str, u16); 6] = [
            ("지", PLAIN | PLAIN_NIEUN | LINKED | LINKED_NIEUN),
            ("진", NIEUN),
            ("질", RIEUL),
            ("집", POLITE),
            ("져", OPEN),
            ("졌", PAST),
        ];
        self.endings.closes(kinds, text)
            || (kinds & OPEN != 0
                && BECOMING.iter().any(|(start, next)| {
                    text.strip_prefix(start).is_some_and(|rest| self.endings.closes(*next, rest))
                }))
    }
}
