//! The likeliest way to cut a run of Hangul into words between spaces, by the costs of the model.

use super::analysis::Analyser;
use super::costs::{Costs, EDGE, Part};
use crate::lexicon::Lexicon;

/// Longer runs are not looked at: three words that were written together are shorter.
pub(crate) const LIMIT_BYTES: usize = 42;
/// So many ends are kept at each place.
const BEAM: usize = 10;
/// More than any way costs.
const NEVER: i32 = 1 << 24;

/// A run as so many words as it has cuts and one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) cost: i32,
    /// Bytes before each space; 0 where there is none.
    pub(crate) cuts: [u8; 2],
    /// Whether each space must stand there, as far as the words on its sides tell.
    pub(crate) is_sure: bool,
}

impl Way {
    /// The words of the run.
    pub(crate) fn parts<'r>(&self, run: &'r str) -> Option<Vec<&'r str>> {
        let mut parts = Vec::new();
        let (mut rest, mut from) = (run, 0);
        for cut in self.cuts.into_iter().map(usize::from).filter(|cut| *cut > 0) {
            let (part, tail) = rest.split_at_checked(cut - from)?;
            parts.push(part);
            (rest, from) = (tail, cut);
        }
        parts.push(rest);
        Some(parts)
    }
}

const NO_WAY: Way = Way { cost: NEVER, cuts: [0, 0], is_sure: true };

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Nothing,
    /// A space that may be left out, or that an analysis often sees where there is none.
    Doubtful,
    Space,
}

/// The best ways that end at one place with one class, by the number of their spaces.
#[derive(Debug, Clone, Copy)]
struct End {
    right: u16,
    ways: [Way; 3],
}

/// How much likelier than two words three must be.
const MORE_MARGIN: i32 = 1500;

impl Analyser {
    /// The likeliest way to read a run as two or three words, when it is likelier than one word by
    /// `margin` and each space must stand.
    pub(crate) fn words_apart(&self, run: &str, margin: i32, lexicon: &Lexicon) -> Option<Way> {
        let [one, two, three] = ways(run, self.costs.as_ref()?, lexicon);
        let cost = |way: Option<Way>| way.map_or(NEVER, |way| way.cost);
        let best = if cost(three) + MORE_MARGIN < cost(two) { three } else { two }?;
        (best.is_sure && best.cost + margin <= cost(one)).then_some(best)
    }
}

/// The best ways to read a run as one word, as two and as three; none when there is no such way.
pub(crate) fn ways(run: &str, costs: &Costs, lexicon: &Lexicon) -> [Option<Way>; 3] {
    let mut ends: Vec<Vec<End>> = vec![Vec::new(); run.len() + 1];
    let start = Way { cost: 0, ..NO_WAY };
    if run.len() > LIMIT_BYTES {
        return [None; 3];
    }
    if let Some(first) = ends.first_mut() {
        first.push(End { right: EDGE, ways: [start, NO_WAY, NO_WAY] });
    }
    for at in (0..run.len()).step_by(3) {
        let Some(rest) = run.get(at..) else { return [None; 3] };
        let mut here = ends.get_mut(at).map(std::mem::take).unwrap_or_default();
        here.sort_unstable_by_key(|end| end.ways.map(|way| way.cost).into_iter().min());
        here.truncate(BEAM);
        let last = run.get(..at).and_then(|head| head.chars().next_back());
        let mut put = |to: usize, token: super::costs::Token, may_be_apart: bool| {
            let first = costs.first_part(token.left);
            let mut best = End { right: token.right, ways: [NO_WAY; 3] };
            for end in &here {
                let joint = if at == 0 {
                    Some(Joint::Nothing)
                } else {
                    joint(costs.last_part(end.right), first, last)
                };
                let Some(joint) = joint else { continue };
                let cost = costs.connection(end.right, token.left) + token.cost;
                extend(&mut best.ways, &end.ways, cost, (joint, at));
            }
            if !may_be_apart {
                best.ways[1] = NO_WAY;
                best.ways[2] = NO_WAY;
            }
            if let Some(there) = ends.get_mut(to) {
                merge(there, best);
            }
        };
        costs.words(rest, lexicon, |length, token| put(at + length, token, true));
        if at == 0
            && let Some(token) = costs.unknown()
        {
            for length in (3..=rest.len()).step_by(3) {
                put(length, token, false);
            }
        }
    }
    let mut all = [NO_WAY; 3];
    for end in ends.last().into_iter().flatten() {
        if may_end(costs.last_part(end.right)) {
            extend(&mut all, &end.ways, costs.connection(end.right, EDGE), (Joint::Nothing, 0));
        }
    }
    all.map(|way| (way.cost < NEVER).then_some(way))
}

fn merge(there: &mut Vec<End>, best: End) {
    if best.ways.iter().all(|way| way.cost >= NEVER) {
        return;
    }
    match there.iter_mut().find(|end| end.right == best.right) {
        Some(end) => extend(&mut end.ways, &best.ways, 0, (Joint::Nothing, 0)),
        None => there.push(best),
    }
}

/// Takes over what is better, `cost` added, with what stands between the two at a place.
fn extend(to: &mut [Way; 3], from: &[Way; 3], cost: i32, (joint, at): (Joint, usize)) {
    let shift = usize::from(joint != Joint::Nothing);
    for (spaces, way) in from.iter().enumerate() {
        let Some(best) = to.get_mut(spaces + shift) else { continue };
        let all = way.cost + cost;
        if way.cost < NEVER && all < best.cost {
            *best = Way { cost: all, ..*way };
            best.is_sure &= joint != Joint::Doubtful;
            if let (1, Some(place)) = (shift, best.cuts.get_mut(spaces)) {
                *place = u8::try_from(at).unwrap_or_default();
            }
        }
    }
}

/// What stands between two words; none when one cannot follow the other.
fn joint(before: Part, after: Part, last: Option<char>) -> Option<Joint> {
    use Joint::{Doubtful, Nothing, Space};
    use Part::{
        Adjective, Adnominal, Adverb, Auxiliary, Conjunction, Connective, Copula, Dependent,
        Determiner, Final, Interjection, Name, NegativeCopula, Nominaliser, Noun, NounSuffix,
        Numeral, Particle, PreFinal, Prefix, Pronoun, Verb, VerbSuffix,
    };
    let is_noun = matches!(after, Noun | Name | Numeral | Pronoun | Prefix);
    let is_predicate = matches!(after, Verb | Adjective | NegativeCopula);
    let is_modifier = matches!(after, Adverb | Conjunction | Determiner);
    let is_word = is_noun || is_predicate || is_modifier;
    match before {
        Noun | Name | Numeral | Pronoun | Dependent | NounSuffix | Nominaliser => match after {
            Noun | Name | Numeral | Particle | Copula | NounSuffix | VerbSuffix => Some(Nothing),
            Dependent => Some(Doubtful),
            _ => (is_predicate || is_modifier).then_some(Doubtful),
        },
        Verb | Adjective | Auxiliary | Copula | NegativeCopula | VerbSuffix | PreFinal => {
            matches!(after, PreFinal | Final | Connective | Nominaliser | Adnominal)
                .then_some(Nothing)
        }
        Adverb => match after {
            Particle | VerbSuffix | Copula => Some(Nothing),
            _ => is_word.then_some(Space),
        },
        Conjunction => is_word.then_some(Space),
        Interjection => is_word.then_some(Doubtful),
        Determiner => (is_noun || after == Dependent).then_some(Space),
        Particle => match after {
            Particle | Copula => Some(Nothing),
            _ => is_word.then_some(Space),
        },
        Final => (after == Particle).then_some(Nothing),
        Connective => {
            let is_open = !last.is_some_and(|last| "고지게야나다면며서도니".contains(last));
            match after {
                Particle => Some(Nothing),
                Auxiliary if is_open => Some(Nothing),
                Auxiliary => Some(Space),
                _ if is_predicate && is_open => Some(Doubtful),
                _ => is_word.then_some(Space),
            }
        }
        Adnominal => (after == Dependent || is_noun || is_modifier).then_some(Space),
        Prefix => matches!(after, Noun | Name).then_some(Nothing),
    }
}

fn may_end(last: Part) -> bool {
    !matches!(
        last,
        Part::Verb
            | Part::Adjective
            | Part::Auxiliary
            | Part::Copula
            | Part::NegativeCopula
            | Part::PreFinal
            | Part::Prefix
            | Part::VerbSuffix
    )
}

#[cfg(test)]
mod tests {
    use super::{Analyser, Lexicon, ways};

    /// The likeliest two words, and whether they are likelier than one.
    fn check(run: &str, expected: (&[&str], bool)) {
        let (analyser, lexicon) = (Analyser::new(), Lexicon::new());
        let [one, two, _] = ways(run, analyser.costs.as_ref().unwrap(), &lexicon);
        let two = two.unwrap();
        assert_eq!((two.parts(run).unwrap().as_slice(), two.cost < one.unwrap().cost), expected);
    }

    #[test]
    fn weighs_two_words_against_one() {
        check("수출은크게", (&["수출은", "크게"], true));
        check("받고있는", (&["받고", "있는"], true));
        check("학교에서도", (&["학교에서", "도"], false));
    }

    #[test]
    fn a_space_that_may_be_left_out_is_not_sure() {
        let (analyser, lexicon) = (Analyser::new(), Lexicon::new());
        let sure = |run| analyser.words_apart(run, 0, &lexicon).is_some();
        assert!(sure("받고있는"));
        assert!(!sure("잡아뜯었다"));
    }
}
