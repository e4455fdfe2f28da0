//! The words the checker knows, with their tags; made by `examples/build_lexicon.rs`.

use fst::Map;
use fst::raw::Output;

static DATA: &[u8] = include_bytes!("../data/lexicon.fst");

const COMMON_NOUN: u64 = 1;
const PROPER_NOUN: u64 = 1 << 1;
const DEPENDENT_NOUN: u64 = 1 << 2;
const NUMERAL: u64 = 1 << 3;
const PRONOUN: u64 = 1 << 4;
const STEM: u64 = 1 << 5 | 1 << 6 | 1 << 7;
const MODIFIER: u64 = 1 << 9 | 1 << 10 | 1 << 11;
const PARTICLE: u64 = 1 << 12;
const PREFIX: u64 = 1 << 14;
const NOUN_SUFFIX: u64 = 1 << 15;
const ROOT: u64 = 1 << 16;
const SUFFIX_FORM: u64 = 1 << 18;
const KINDS_AT: u32 = 20;
const KINDS: u64 = 0x3ff;
const RANK_AT: u32 = 32;

/// What the lexicon says of one surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tags(u64);

impl Tags {
    fn has(self, bits: u64) -> bool {
        self.0 & bits != 0
    }

    /// A common or proper noun.
    pub(crate) fn is_noun(self) -> bool {
        self.has(COMMON_NOUN | PROPER_NOUN)
    }

    /// A common noun.
    pub(crate) fn is_common_noun(self) -> bool {
        self.has(COMMON_NOUN)
    }

    /// Whatever particles follow: noun, numeral, pronoun.
    pub(crate) fn is_nominal(self) -> bool {
        self.has(COMMON_NOUN | PROPER_NOUN | DEPENDENT_NOUN | NUMERAL | PRONOUN)
    }

    /// Adverb, determiner, interjection.
    pub(crate) fn is_modifier(self) -> bool {
        self.has(MODIFIER)
    }

    /// A particle.
    pub(crate) fn is_particle(self) -> bool {
        self.has(PARTICLE)
    }

    /// Stands before a noun: 재, 신, 비.
    pub(crate) fn is_prefix(self) -> bool {
        self.has(PREFIX)
    }

    /// Stands after a noun and leaves it one: 들, 성, 화.
    pub(crate) fn is_noun_suffix(self) -> bool {
        self.has(NOUN_SUFFIX)
    }

    /// A root that 하다 makes an adjective of: 깨끗.
    pub(crate) fn is_root(self) -> bool {
        self.has(ROOT)
    }

    /// The stem of a verb or adjective, or a form of one.
    pub(crate) fn is_predicate(self) -> bool {
        self.has(STEM) || self.kinds() != 0
    }

    /// A form that makes a predicate of the noun before it: 하, 돼, 스러워.
    pub(crate) fn is_suffix_form(self) -> bool {
        self.has(SUFFIX_FORM)
    }

    /// Kinds of the form (`morph::conjugation::kind`); 0 when it is none.
    pub(crate) fn kinds(self) -> u16 {
        u16::try_from(self.0 >> KINDS_AT & KINDS).unwrap_or_default()
    }

    /// How common, from 0 to 7.
    pub(crate) fn rank(self) -> u64 {
        self.0 >> RANK_AT & 7
    }
}

/// The lexicon; reading it costs nothing, it lies in the binary.
#[derive(Debug)]
pub(crate) struct Lexicon {
    map: Option<Map<&'static [u8]>>,
}

impl Lexicon {
    pub(crate) fn new() -> Self {
        // The data is part of the program; a test reads it.
        Self { map: Map::new(DATA).ok() }
    }

    /// The tags of a surface; none when it is unknown.
    pub(crate) fn tags(&self, surface: &str) -> Option<Tags> {
        self.map.as_ref()?.get(surface).map(Tags)
    }

    /// Whether the surface is a common or proper noun.
    pub(crate) fn is_noun(&self, surface: &str) -> bool {
        self.tags(surface).is_some_and(Tags::is_noun)
    }

    /// Every surface at the start of the text, the shortest first, with its length in bytes.
    pub(crate) fn prefixes(&self, text: &str, mut found: impl FnMut(usize, Tags)) {
        let Some(fst) = self.map.as_ref().map(Map::as_fst) else { return };
        let mut node = fst.root();
        let mut output = Output::zero();
        for (at, byte) in text.bytes().enumerate() {
            let Some(index) = node.find_input(byte) else { return };
            let transition = node.transition(index);
            output = output.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() {
                found(at + 1, Tags(output.cat(node.final_output()).value()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lexicon;
    use crate::morph::conjugation::kind;

    #[test]
    fn knows_words_and_their_tags() {
        let lexicon = Lexicon::new();
        assert!(lexicon.is_noun("정부") && lexicon.is_noun("금융"));
        assert!(lexicon.tags("뒤집").unwrap().is_predicate());
        assert!(!lexicon.is_noun("있다가"));
        assert_eq!(lexicon.tags("뷁쉙"), None);
        assert_eq!(lexicon.tags("커졌").unwrap().kinds(), kind::PAST);
        assert!(lexicon.tags("스러워").unwrap().is_suffix_form());
    }

    #[test]
    fn finds_words_at_the_start_of_a_text() {
        let mut found = Vec::new();
        Lexicon::new().prefixes("정부가", |end, _| found.push(end));
        assert_eq!(found, [3, 6]);
    }
}
