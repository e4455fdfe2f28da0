//! Literals as the build has written them, and what each says to write.

use super::file::RuleText;
use super::pattern::{self, Before, CLASSES};
use super::spread::{Literal, Source};
use super::starts::{self, NONE, Starts, WORD};
use super::stems;
use crate::morph::jamo::Syllable;

impl Before {
    /// Whether the word ends as it must.
    pub(crate) fn fits(self, word: &str) -> bool {
        let last = || word.chars().next_back().and_then(Syllable::of);
        self.codas == 0 || last().is_some_and(|last| self.codas & (1 << last.coda) != 0)
    }
}

impl Starts {
    /// The starts as the build has written them.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let words = bytes.chunks_exact(size_of::<u64>());
        Self(words.filter_map(|word| Some(u64::from_le_bytes(word.try_into().ok()?))).collect())
    }

    /// Whether one of the texts may stand at the start of these characters.
    pub(crate) fn may_begin(&self, mut rest: impl Iterator<Item = char>) -> bool {
        let has = |place: usize| {
            self.0.get(place / WORD).is_some_and(|word| word >> (place % WORD) & 1 == 1)
        };
        let Some(first) = rest.next() else { return false };
        let second = rest.next().filter(|second| has(starts::pair(first, *second)));
        let is_longer = second.is_some_and(|second| {
            let third = rest.next();
            has(starts::three(first, second, NONE))
                || third.is_some_and(|third| has(starts::three(first, second, third)))
        });
        is_longer || has(starts::pair(first, NONE))
    }
}

impl Literal {
    /// The literal of the bytes that `write_literal` of the build makes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let short = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let source = match bytes.get(8)? {
            0 => Source::Entry(short(2)?),
            1 => Source::Pattern(short(2)?, short(4)?),
            _ => Source::Stem(short(2)?, short(4)?),
        };
        let codas = u32::from_le_bytes(bytes.get(12..16)?.try_into().ok()?);
        let class = CLASSES.get(usize::from(*bytes.get(9)?));
        let before = class.map(|(_, class)| Before { class: *class, codas });
        Some(Self { rule: short(0)?, source, before, kinds: short(6)? })
    }

    /// What to write for the literal, best first, `$0` still in it.
    pub(crate) fn rights(&self, rule: &RuleText) -> Vec<String> {
        let found = match self.source {
            Source::Entry(at) => rule
                .entries
                .get(usize::from(at))
                .map(|entry| entry.iter().skip(1).cloned().collect()),
            Source::Pattern(at, which) => {
                let text = rule.patterns.get(usize::from(at));
                text.and_then(|text| rights_of(text, usize::from(which)))
            }
            Source::Stem(at, which) => {
                let pair = rule.stems.get(usize::from(at));
                let all = pair.and_then(|[wrong, right]| stems::pairs(wrong, right));
                all.and_then(|all| all.into_iter().nth(usize::from(which))).map(|one| vec![one.1])
            }
        };
        found.unwrap_or_default()
    }
}

/// What the text of that place writes, without spreading the others: the last brace turns fastest.
fn rights_of(pattern: &str, which: usize) -> Option<Vec<String>> {
    let (wrong, rights) = pattern.split_once(" => ")?;
    let braces = wrong.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let choices: Vec<&str> = braces.map(|(all, _)| all).collect();
    let mut rest = which;
    let mut taken: Vec<&str> = Vec::with_capacity(choices.len());
    for all in choices.iter().rev() {
        let count = all.bytes().filter(|byte| *byte == b'|').count() + 1;
        taken.push(all.split('|').nth(rest % count)?);
        rest /= count;
    }
    taken.reverse();
    Some(rights.split(" / ").map(|right| pattern::filled(right, &taken)).collect())
}

#[cfg(test)]
mod tests {
    use super::rights_of;
    use crate::rule::pattern::spread;

    #[test]
    fn knows_what_one_text_writes() {
        let pattern = "<noun>{을|를} 참석{하|했|한} => $0에 참석$2 / $0에$1";
        for (which, one) in spread(pattern).unwrap().into_iter().enumerate() {
            assert_eq!(rights_of(pattern, which), Some(one.rights));
        }
        assert_eq!(rights_of("가 => 나", 0), Some(vec!["나".to_owned()]));
    }
}
