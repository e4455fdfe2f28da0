//! A piece of a text around what was found in it.

use checker::Span;

use super::letters::{Letters, is_same};

/// Letters before the first mark, at most.
const BEFORE_CHARS: usize = 24;
/// Letters of a snippet, at most, without the marks of omission.
const SNIPPET_CHARS: usize = 120;

/// A piece of a text on one line, with every place of every word in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, composed (NFC); `…` where the text goes on.
    pub text: String,
    /// Bytes of `text`, ascending and apart.
    pub marks: Vec<Span>,
}

/// The size only: it is text of an article.
impl std::fmt::Debug for Snippet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Snippet({} bytes, {} marks)", self.text.len(), self.marks.len())
    }
}

/// The piece around the letter at `first`.
pub(super) fn around(letters: &Letters, first: usize, words: &[Vec<char>]) -> Snippet {
    let from = first.saturating_sub(BEFORE_CHARS);
    let to = letters.shown.len().min(from + SNIPPET_CHARS);
    let shown = letters.shown.get(from..to).unwrap_or_default();
    let folded = letters.folded.get(from..to).unwrap_or_default();
    let is_marked = marked(folded, words);
    let mut snippet = Snippet { text: String::new(), marks: Vec::new() };
    if from > 0 {
        snippet.text.push('…');
    }
    let mut open = None;
    for (letter, is_marked) in shown.iter().zip(is_marked) {
        snippet.step(is_marked, &mut open);
        let is_plain = !letter.is_whitespace() && !letter.is_control();
        snippet.text.push(if is_plain { *letter } else { ' ' });
    }
    snippet.step(false, &mut open);
    if to < letters.shown.len() {
        snippet.text.push('…');
    }
    snippet
}

impl Snippet {
    /// Opens or closes a mark before the next letter.
    fn step(&mut self, is_marked: bool, open: &mut Option<usize>) {
        let at = self.text.len();
        match (is_marked, *open) {
            (true, None) => *open = Some(at),
            (false, Some(start)) => {
                self.marks.push(Span::new(start, at));
                *open = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
}

/// For each letter whether it belongs to a place of a word.
fn marked(text: &[char], words: &[Vec<char>]) -> Vec<bool> {
    let mut is_marked = vec![false; text.len()];
    for word in words {
        for (start, place) in text.windows(word.len()).enumerate() {
            if word.iter().zip(place).all(|(asked, there)| is_same(*asked, *there)) {
                is_marked.iter_mut().skip(start).take(word.len()).for_each(|mark| *mark = true);
            }
        }
    }
    is_marked
}
