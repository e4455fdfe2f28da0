//! Grams: what an index keeps of a text, so that the texts in which a query can be found are known
//! without reading any.
//!
//! Of every run without a space there are the single letters and pairs of letters, and the singles,
//! pairs and threes of its consonants, where each syllable is replaced by its initial. Two letters
//! already tell texts apart, of initials it takes three: there are only nineteen. A gram is one token
//! of letters and digits for whatever cuts a text at anything else.

use foldhash::HashSetExt;

use super::letters::{Letters, initial, is_initial};

/// Three letters of 21 bits each, the missing ones of a shorter gram 0: numbers are told apart faster
/// than texts, and a long answer has thousands.
type Gram = u64;

/// Spreads grams over 64 bits: the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// What leaves ten bits of them.
const RECENT_SHIFT: u32 = 54;

/// Bits of a letter: Unicode ends at 0x10ffff.
const LETTER_BITS: u32 = 21;

/// Where ASCII that is neither letter nor digit lies in a gram: a private area, so that no gram is
/// cut there.
const PRIVATE: u32 = 0xe000;

/// The grams of a text, each once and in the order of their first place, with spaces between them.
#[must_use]
pub fn grams_of(text: &str) -> String {
    let letters = Letters::of(text);
    let mut grams = Grams::of_letters(letters.folded.len());
    let mut initials = Vec::new();
    for run in letters.folded.split(|letter| letter.is_whitespace()) {
        run.windows(1).chain(run.windows(2)).for_each(|letters| grams.add(letters));
        initials.clear();
        initials.extend(run.iter().map(|letter| reduced(*letter)));
        // Without an initial among them they are the letters themselves, which are there already.
        for count in 1..=3 {
            let new = initials.windows(count).filter(|letters| has_initial(letters));
            new.for_each(|letters| grams.add(letters));
        }
    }
    grams.written
}

/// Grams as they are written, and which of them are.
struct Grams {
    /// Of those that are known, the last for each of 1024 places.
    recent: Box<[Gram; 1024]>,
    known: foldhash::HashSet<Gram>,
    written: String,
}

impl Grams {
    /// Room for the grams of so many letters: about as many, of some eight bytes with the space.
    fn of_letters(count: usize) -> Self {
        let known = foldhash::HashSet::with_capacity(count);
        Self { recent: Box::new([0; 1024]), known, written: String::with_capacity(count * 8) }
    }

    fn add(&mut self, letters: &[char]) {
        let gram = gram(letters);
        // A large set is slower than a look at what stood in its place last.
        let place = usize::try_from(gram.wrapping_mul(SPREAD) >> RECENT_SHIFT).unwrap_or_default();
        let Some(recent) = self.recent.get_mut(place) else { return };
        if std::mem::replace(recent, gram) == gram || !self.known.insert(gram) {
            return;
        }
        if !self.written.is_empty() {
            self.written.push(' ');
        }
        self.written.extend(letters.iter().map(|letter| private(*letter)));
    }
}

/// Grams that every text with all these words has.
pub(super) fn grams_of_words(words: &[Vec<char>]) -> Vec<String> {
    let mut grams = Vec::new();
    for word in words {
        let pairs = word.windows(2).filter(|pair| !has_initial(pair));
        grams.extend(pairs.map(gram));
        if has_initial(word) {
            let initials: Vec<char> = word.iter().map(|letter| reduced(*letter)).collect();
            let wide = initials.windows(initials.len().min(3));
            grams.extend(wide.filter(|wide| has_initial(wide)).map(gram));
        } else if let [one] = word.as_slice() {
            grams.push(gram(&[*one]));
        }
    }
    texts(grams)
}

/// A syllable's initial; any other letter itself.
fn reduced(letter: char) -> char {
    initial(letter).unwrap_or(letter)
}

fn has_initial(letters: &[char]) -> bool {
    letters.iter().any(|letter| is_initial(*letter))
}

/// Of at most three letters.
fn gram(letters: &[char]) -> Gram {
    let at = |index: usize| letters.get(index).map_or(0, |letter| u64::from(u32::from(*letter)));
    (at(0) << (2 * LETTER_BITS)) | (at(1) << LETTER_BITS) | at(2)
}

/// Each gram once; what is made of nothing is no gram.
fn texts(mut grams: Vec<Gram>) -> Vec<String> {
    grams.sort_unstable();
    grams.dedup();
    grams.into_iter().map(written).filter(|gram| !gram.is_empty()).collect()
}

fn written(gram: Gram) -> String {
    let letter = |place: u32| u32::try_from((gram >> (place * LETTER_BITS)) & 0x1f_ffff).ok();
    let letters = [2, 1, 0].into_iter().filter_map(letter).filter(|letter| *letter != 0);
    letters.filter_map(char::from_u32).map(private).collect()
}

fn private(letter: char) -> char {
    if !letter.is_ascii() || letter.is_ascii_alphanumeric() {
        return letter;
    }
    char::from_u32(PRIVATE + u32::from(letter)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::grams_of;
    use crate::search::SearchQuery;

    #[test]
    fn a_text_has_singles_and_pairs_and_threes_of_initials() {
        for (text, expected) in [
            ("금리를 3%", "금 리 를 금리 리를 ㄱ ㄹ ㄱㄹ ㄹㄹ ㄱㄹㄹ 3 \u{e025} 3\u{e025}"),
            (" 금 GDP 금\n", "금 ㄱ g d p gd dp"),
            ("\u{1100}\u{1173}\u{11b7}리", "금 리 금리 ㄱ ㄹ ㄱㄹ"),
            ("Ärger", "ä r g e är rg ge er"),
            (" \n", ""),
        ] {
            assert_eq!(grams_of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_query_asks_for_grams_its_texts_have() {
        for (query, expected) in [
            ("금리", vec!["금리"]),
            ("금", vec!["금"]),
            ("ㄱㅈㄱㄹ", vec!["ㄱㅈㄱ", "ㅈㄱㄹ"]),
            ("ㄱㄹ", vec!["ㄱㄹ"]),
            ("기준ㄱ", vec!["ㄱㅈㄱ", "기준"]),
            ("gdp ㅋ", vec!["dp", "gd", "ㅋ"]),
        ] {
            assert_eq!(SearchQuery::new(query).unwrap().grams(), expected, "{query}");
        }
    }
}
