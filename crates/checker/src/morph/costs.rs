//! How unlikely words are, and one word after another: the costs of the model that mecab-ko-dic was
//! trained with on the Sejong corpus. Made by `examples/build_lexicon`.
//!
//! The bytes, little-endian: u16 right and left classes, u32 tokens; the part of speech of each right
//! and each left class; connections as i8 steps of 64, a row of right classes for each left one; the
//! tokens of unknown words, common nouns, proper nouns and adverbs, the last three without and with a
//! final consonant; tokens of u16 right class, u16 left class, i16 cost; a trie from words to first
//! token << 8 | number of tokens.

use crawdad::Trie;

use crate::lexicon::{Lexicon, Tags};
use crate::text::sound::final_of;

static DATA: &[u8] = include_bytes!("../../data/costs.bin");

const HEADER_BYTES: usize = 8;
const TOKEN_BYTES: usize = 6;
const STEP: i32 = 64;
/// Tokens of words that are not in the trie.
const OPEN_TOKENS: usize = 7;
/// Costs of the nouns of the lexicon by how common they are.
const NOUNS: [i32; 8] = [3500, 2900, 2650, 2350, 2000, 1550, 1000, 500];
/// The cost of a modifier that only the lexicon has.
const MODIFIER: i32 = 3900;

/// Parts of speech, in the order of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Noun,
    Name,
    Dependent,
    Numeral,
    Pronoun,
    Verb,
    Adjective,
    Auxiliary,
    Copula,
    NegativeCopula,
    Adverb,
    Conjunction,
    Determiner,
    Interjection,
    Particle,
    PreFinal,
    Final,
    Connective,
    Nominaliser,
    Adnominal,
    Prefix,
    NounSuffix,
    VerbSuffix,
}

impl Part {
    const ALL: [Self; 23] = [
        Self::Noun,
        Self::Name,
        Self::Dependent,
        Self::Numeral,
        Self::Pronoun,
        Self::Verb,
        Self::Adjective,
        Self::Auxiliary,
        Self::Copula,
        Self::NegativeCopula,
        Self::Adverb,
        Self::Conjunction,
        Self::Determiner,
        Self::Interjection,
        Self::Particle,
        Self::PreFinal,
        Self::Final,
        Self::Connective,
        Self::Nominaliser,
        Self::Adnominal,
        Self::Prefix,
        Self::NounSuffix,
        Self::VerbSuffix,
    ];

    fn of(byte: Option<&u8>) -> Self {
        let part = byte.and_then(|at| Self::ALL.get(usize::from(*at)));
        part.copied().unwrap_or(Self::Noun)
    }
}

/// One way to take a word: its classes as its neighbours see them, and its cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// The class of its end.
    pub(crate) right: u16,
    /// The class of its start.
    pub(crate) left: u16,
    pub(crate) cost: i32,
}

/// The class of the edges of a text.
pub(crate) const EDGE: u16 = 0;

/// The costs, read where they lie in the binary; only the words are unpacked.
pub(crate) struct Costs {
    words: Trie,
    right_parts: &'static [u8],
    left_parts: &'static [u8],
    connections: &'static [u8],
    open: &'static [u8],
    tokens: &'static [u8],
}

impl std::fmt::Debug for Costs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Costs").field("nodes", &self.words.num_elems()).finish()
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

impl Costs {
    /// Reads the data in the binary, which a test holds to be whole.
    pub(crate) fn new() -> Option<Self> {
        let (rights, lefts) = (usize::from(short(DATA, 0)?), usize::from(short(DATA, 2)?));
        let tokens = u32::from_le_bytes(DATA.get(4..8)?.try_into().ok()?) as usize;
        let rest = DATA.get(HEADER_BYTES..)?;
        let (right_parts, rest) = rest.split_at_checked(rights)?;
        let (left_parts, rest) = rest.split_at_checked(lefts)?;
        let (connections, rest) = rest.split_at_checked(rights * lefts)?;
        let (open, rest) = rest.split_at_checked(OPEN_TOKENS * TOKEN_BYTES)?;
        let (tokens, rest) = rest.split_at_checked(tokens * TOKEN_BYTES)?;
        let words = Trie::deserialize_from_slice(rest).0;
        Some(Self { words, right_parts, left_parts, connections, open, tokens })
    }

    /// The cost of a word whose start is of the class `left` after one whose end is of `right`.
    pub(crate) fn connection(&self, right: u16, left: u16) -> i32 {
        let at = usize::from(left) * self.right_parts.len() + usize::from(right);
        let steps = self.connections.get(at).copied().unwrap_or_default();
        i32::from(steps.cast_signed()) * STEP
    }

    /// The part of speech a word ends with.
    pub(crate) fn last_part(&self, right: u16) -> Part {
        Part::of(self.right_parts.get(usize::from(right)))
    }

    /// The part of speech a word begins with.
    pub(crate) fn first_part(&self, left: u16) -> Part {
        Part::of(self.left_parts.get(usize::from(left)))
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        let bytes = bytes.get(at * TOKEN_BYTES..)?;
        let cost = i32::from(short(bytes, 4)?.cast_signed());
        Some(Token { right: short(bytes, 0)?, left: short(bytes, 2)?, cost })
    }

    /// A word that nobody knows.
    pub(crate) fn unknown(&self) -> Option<Token> {
        Self::token(self.open, 0)
    }

    /// Every way to take a word at the start of the text, with its length in bytes.
    pub(crate) fn words(&self, text: &str, lexicon: &Lexicon, mut found: impl FnMut(usize, Token)) {
        let mut known = 0_u32;
        for (value, characters) in self.words.common_prefix_search(text.chars()) {
            // All of these words are Hangul, of three bytes each.
            let length = characters * 3;
            known |= 1 << characters.min(31);
            let first = (value >> 8) as usize;
            for at in first..first + (value & 0xff) as usize {
                if let Some(token) = Self::token(self.tokens, at) {
                    found(length, token);
                }
            }
        }
        lexicon.prefixes(text, |length, tags| {
            let is_listed = known >> (length / 3).min(31) & 1 == 1;
            let last = text.get(..length).and_then(|word| word.chars().next_back());
            let is_closed = last.and_then(final_of).is_some_and(|coda| coda != 0);
            if length > 3 {
                self.open(tags, is_listed, is_closed, &mut |token| found(length, token));
            }
        });
    }

    /// What a word of the lexicon may be: a noun, and a modifier when the trie does not have it.
    fn open(&self, tags: Tags, is_listed: bool, is_closed: bool, found: &mut impl FnMut(Token)) {
        let mut add = |kind: usize, cost: i32| {
            if let Some(token) = Self::token(self.open, 1 + kind * 2 + usize::from(is_closed)) {
                found(Token { cost, ..token });
            }
        };
        if tags.is_noun() {
            let kind = usize::from(!tags.is_common_noun());
            let rank = usize::try_from(tags.rank()).unwrap_or_default();
            add(kind, NOUNS.get(rank).copied().unwrap_or_default());
        }
        if tags.is_modifier() && !is_listed {
            add(2, MODIFIER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Costs, EDGE, Part};
    use crate::lexicon::Lexicon;

    fn parts(text: &str, length: usize) -> Vec<Part> {
        let (costs, lexicon) = (Costs::new().unwrap(), Lexicon::new());
        let mut parts = Vec::new();
        costs.words(text, &lexicon, |found, token| {
            if found == length {
                parts.push(costs.first_part(token.left));
            }
        });
        parts
    }

    #[test]
    fn knows_what_words_are() {
        assert_eq!(parts("정부는", 6), [Part::Noun]);
        assert!(parts("에서는", 6).contains(&Part::Particle));
        assert!(parts("크게", 3).contains(&Part::Adjective));
        assert_eq!(parts("뷁쉙", 6), []);
    }

    #[test]
    fn particles_follow_nouns_and_begin_no_text() {
        let (costs, lexicon) = (Costs::new().unwrap(), Lexicon::new());
        let mut noun = None;
        costs.words("정부", &lexicon, |length, token| noun = (length == 6).then_some(token));
        let mut particle = None;
        costs.words("에서", &lexicon, |length, token| {
            if length == 6 && costs.first_part(token.left) == Part::Particle {
                particle = particle.or(Some(token));
            }
        });
        let (noun, particle) = (noun.unwrap(), particle.unwrap());
        assert!(
            costs.connection(noun.right, particle.left) < costs.connection(EDGE, particle.left)
        );
    }
}
