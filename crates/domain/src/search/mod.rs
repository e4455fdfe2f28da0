//! Searching a user's articles: words are found wherever they stand, with whatever stands around
//! them, and Hangul by its initial consonants too.
//!
//! A word of the query is found in a text where each of its letters is the letter there or the
//! initial consonant of the syllable there, so that 금리 finds 기준금리를 and ㄱㅈㄱㄹ finds 기준금리.
//! Text is composed (NFC) and letter case makes no difference.

mod grams;
mod letters;
mod snippet;

pub use grams::grams_of;
pub use snippet::Snippet;

use crate::conversation::Conversation;
use letters::{Letters, is_same};

/// A query holds at most so many words; what is more is left out.
pub const WORDS_LIMIT: usize = 8;
/// A word holds at most so many letters; what is more is left out.
pub const WORD_LIMIT_CHARS: usize = 40;

/// What is searched for: words that must all be found in one text.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<Vec<char>>,
}

/// The number of words only: what is searched for may be text of an article.
impl std::fmt::Debug for SearchQuery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SearchQuery({} words)", self.words.len())
    }
}

/// Where in a conversation something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPlace {
    /// In its title.
    Title,
    /// In its draft, or in an article that was sent to be proofread.
    Article,
    /// In another message.
    Message,
}

impl SearchPlace {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Article => "article",
            Self::Message => "message",
        }
    }

    /// Where a message of that kind counts.
    #[must_use]
    pub fn of_message(kind: &str) -> Self {
        if kind == "article" { Self::Article } else { Self::Message }
    }
}

/// A conversation in which something was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// Its header.
    pub conversation: Conversation,
    /// Where: the title before the draft, the draft before messages, newer messages before older.
    pub place: SearchPlace,
    /// What stands there.
    pub snippet: Snippet,
}

impl SearchQuery {
    /// The words of a query; none where there is no word.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let letters = Letters::of(text);
        let words = letters.folded.split(|letter| letter.is_whitespace());
        let words = words.filter(|word| !word.is_empty()).take(WORDS_LIMIT);
        let words: Vec<Vec<char>> =
            words.map(|word| word.iter().copied().take(WORD_LIMIT_CHARS).collect()).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// What stands in a text that holds all words; none where one is missing.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Snippet> {
        let letters = Letters::of(text);
        let mut first = usize::MAX;
        for word in &self.words {
            first = first.min(position(word, &letters.folded)?);
        }
        Some(snippet::around(&letters, first, &self.words))
    }

    /// Grams that are among those of every text in which the query is found.
    #[must_use]
    pub fn grams(&self) -> Vec<String> {
        grams::grams_of_words(&self.words)
    }
}

/// Where a word is found first.
fn position(word: &[char], text: &[char]) -> Option<usize> {
    let mut places = text.windows(word.len());
    places.position(|place| word.iter().zip(place).all(|(asked, there)| is_same(*asked, *there)))
}

#[cfg(test)]
mod tests {
    use super::SearchQuery;

    fn check(query: &str, text: &str, expected: Option<&str>) {
        let found = SearchQuery::new(query).and_then(|query| query.find(text));
        let marked = found.map(|snippet| {
            let mut marked = snippet.text.clone();
            for span in snippet.marks.iter().rev() {
                marked.insert(span.end, ']');
                marked.insert(span.start, '[');
            }
            marked
        });
        assert_eq!(marked.as_deref(), expected, "{query}");
    }

    #[test]
    fn words_are_found_with_their_particles_and_by_initial_consonants() {
        let text = "한은이 기준금리를 동결했다";
        check("금리", text, Some("한은이 기준[금리]를 동결했다"));
        check("ㄱㅈㄱㄹ", text, Some("한은이 [기준금리]를 동결했다"));
        check("기준ㄱ", text, Some("한은이 [기준금]리를 동결했다"));
        check("동결 금리", text, Some("한은이 기준[금리]를 [동결]했다"));
        check("금리 인상", text, None);
        check("ㄲㅈ", text, None);
        check("ㅋㅋ", "웃음 ㅋㅋ 카카오 😀", Some("웃음 [ㅋㅋ] [카카]오 😀"));
    }

    #[test]
    fn case_composition_and_spaces_make_no_difference() {
        check("fomc", "미 FOMC가", Some("미 [FOMC]가"));
        check("한\u{1100}", "하\u{11ab}국", Some("[한국]"));
        check("글\u{3000}", "글\n끝", Some("[글] 끝"));
        check("é", "cafe\u{301}", Some("caf[é]"));
        check(" \n", "글", None);
        check("", "글", None);
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found() {
        let text = format!("{}😀 금리는 {}", "가".repeat(50), "나".repeat(200));
        let expected = format!("…{}😀 [금리]는 {}…", "가".repeat(22), "나".repeat(91));
        check("금리", &text, Some(&expected));
    }
}
