//! The words the checker knows, with their tags; made by `examples/build_lexicon.rs`.

use fst::Map;

static DATA: &[u8] = include_bytes!("../data/lexicon.fst");

const NOUN: u64 = 1 | 1 << 1;
const STEM: u64 = 1 << 5 | 1 << 6 | 1 << 7;
const INFLECTED: u64 = 1 << 17;

/// The tags of one surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tags(u64);

impl Tags {
    /// A common or proper noun.
    pub(crate) fn is_noun(self) -> bool {
        self.0 & NOUN != 0
    }

    /// The stem of a verb or adjective, or one with its ending.
    pub(crate) fn is_predicate(self) -> bool {
        self.0 & (STEM | INFLECTED) != 0
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
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn knows_words_and_their_tags() {
        let lexicon = Lexicon::new();
        assert!(lexicon.is_noun("정부") && lexicon.is_noun("금융"));
        assert!(lexicon.tags("뒤집").unwrap().is_predicate());
        assert!(!lexicon.is_noun("있다가"));
        assert_eq!(lexicon.tags("뷁쉙"), None);
    }
}
