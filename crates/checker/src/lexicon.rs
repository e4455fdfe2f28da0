//! The words the checker knows, with their tags; made by `examples/build_lexicon`.

use std::cell::Cell;

use crawdad::Trie;

use crate::packed::unpacked;

static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.trie"));

const COMMON_NOUN: u32 = 1;
const PROPER_NOUN: u32 = 1 << 1;
const DEPENDENT_NOUN: u32 = 1 << 2;
const NUMERAL: u32 = 1 << 3;
const PRONOUN: u32 = 1 << 4;
const STEM: u32 = 1 << 5 | 1 << 6 | 1 << 7;
const MODIFIER: u32 = 1 << 9 | 1 << 10 | 1 << 11;
const PARTICLE: u32 = 1 << 12;
const PREFIX: u32 = 1 << 14;
const NOUN_SUFFIX: u32 = 1 << 15;
const ROOT: u32 = 1 << 16;
const SUFFIX_FORM: u32 = 1 << 17;
const KINDS_AT: u32 = 18;
const KINDS: u32 = 0x3ff;
const RANK_AT: u32 = 28;

/// What the lexicon says of one surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tags(u32);

impl Tags {
    fn has(self, bits: u32) -> bool {
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
        u64::from(self.0 >> RANK_AT & 7)
    }
}

/// The lexicon: a double array over characters, read once from the data in the binary.
pub(crate) struct Lexicon {
    trie: Trie,
}

/// A trie of the build: packed where the binary must be small, which costs time and memory at a start.
pub(crate) fn trie_of(data: &[u8]) -> Trie {
    if cfg!(feature = "packed") {
        // The build has seen that it comes back whole.
        return Trie::deserialize_from_slice(&unpacked(data).unwrap_or_default()).0;
    }
    Trie::deserialize_from_slice(data).0
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Lexicon").field("nodes", &self.trie.num_elems()).finish()
    }
}

impl Lexicon {
    pub(crate) fn new() -> Self {
        Self { trie: trie_of(DATA) }
    }

    /// The tags of a surface; none when it is unknown.
    pub(crate) fn tags(&self, surface: &str) -> Option<Tags> {
        self.trie.exact_match(surface.chars()).map(Tags)
    }

    /// Whether the surface is a common or proper noun.
    pub(crate) fn is_noun(&self, surface: &str) -> bool {
        self.tags(surface).is_some_and(Tags::is_noun)
    }

    /// Every surface at the start of the text, the shortest first, with its length in bytes.
    pub(crate) fn prefixes(&self, text: &str, mut found: impl FnMut(usize, Tags)) {
        self.any_prefix(text, |end, tags| {
            found(end, tags);
            false
        });
    }

    /// Whether a surface at the start of the text is what is sought; the rest are not looked at.
    pub(crate) fn any_prefix(
        &self,
        text: &str,
        mut is_sought: impl FnMut(usize, Tags) -> bool,
    ) -> bool {
        // The search takes no more characters than those of the surface it has found.
        let end = Cell::new(0);
        let characters = text.chars().inspect(|one| end.set(end.get() + one.len_utf8()));
        let mut found = self.trie.common_prefix_search(characters);
        found.any(|(tags, _)| is_sought(end.get(), Tags(tags)))
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
