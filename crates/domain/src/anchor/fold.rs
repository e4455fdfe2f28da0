//! A text as quotations of it are compared: shapes of marks and spaces, decomposed letters and
//! characters nobody sees make no difference, and every place keeps its exact bytes.

use checker::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in comparable form, cut into tokens: a letter with what combines with it, a run of
/// spaces, an ellipsis.
#[derive(Debug)]
pub(super) struct Folded<'t> {
    given: &'t str,
    text: String,
    /// Where each token begins, here and in the given text.
    starts: Vec<(usize, usize)>,
}

impl<'t> Folded<'t> {
    pub(super) fn new(given: &'t str) -> Self {
        let (text, starts) = (String::with_capacity(given.len()), Vec::new());
        let mut folded = Self { given, text, starts };
        let mut rest = given;
        while let Some(first) = rest.chars().next() {
            let at = given.len() - rest.len();
            let len = token_len(rest, first);
            let (token, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
            folded.put(token, first, at);
            rest = after;
        }
        folded
    }

    fn put(&mut self, token: &str, first: char, at: usize) {
        if is_invisible(first) {
            // It belongs to what stands before it.
            return;
        }
        self.starts.push((self.text.len(), at));
        match shape(token, first) {
            Some(shape) => self.text.push(shape),
            // Most letters are composed and stand alone.
            None if token.len() == first.len_utf8() && is_syllable(first) => self.text.push(first),
            None => self.text.extend(token.nfc().filter(|one| !is_invisible(*one))),
        }
    }

    pub(super) fn given(&self) -> &'t str {
        self.given
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the given text under folded bytes, when these are whole tokens.
    pub(super) fn span(&self, start: usize, end: usize) -> Option<Span> {
        let first = self.starts.binary_search_by_key(&start, |one| one.0).ok()?;
        let start = self.starts.get(first)?.1;
        if end == self.text.len() {
            return Some(Span::new(start, self.given.len()));
        }
        let next = self.starts.binary_search_by_key(&end, |one| one.0).ok()?;
        Some(Span::new(start, self.starts.get(next)?.1))
    }

    /// The folded place of a given one, when a token begins there or the text ends.
    pub(super) fn place(&self, given: usize) -> Option<usize> {
        if given == self.given.len() {
            return Some(self.text.len());
        }
        let at = self.starts.binary_search_by_key(&given, |one| one.1).ok()?;
        self.starts.get(at).map(|one| one.0)
    }

    /// How many tokens both begin with.
    fn common_head(&self, other: &Self) -> usize {
        self.tokens().zip(other.tokens()).take_while(|(one, two)| one == two).count()
    }

    /// How many tokens both end with.
    fn common_tail(&self, other: &Self) -> usize {
        let both = self.tokens().rev().zip(other.tokens().rev());
        both.take_while(|(one, two)| one == two).count()
    }

    fn tokens(&self) -> impl DoubleEndedIterator<Item = &str> {
        (0..self.starts.len()).map(|at| {
            let start = self.starts.get(at).map_or(0, |one| one.0);
            let end = self.starts.get(at + 1).map_or(self.text.len(), |one| one.0);
            self.text.get(start..end).unwrap_or_default()
        })
    }

    /// The given text of tokens `from` up to `to`.
    fn given_of(&self, from: usize, to: usize) -> &'t str {
        let start = |at: usize| self.starts.get(at).map_or(self.given.len(), |one| one.1);
        self.given.get(start(from)..start(to)).unwrap_or_default()
    }
}

/// The replacement of a quoted original, told in the article's own characters: what the model left
/// as it is stays as the article writes it.
pub(super) fn retold(quoted: &str, replacement: &str, article: &str) -> String {
    let (quoted, new, own) = (Folded::new(quoted), Folded::new(replacement), Folded::new(article));
    if quoted.text != own.text {
        return replacement.to_owned();
    }
    let (old_len, new_len) = (quoted.starts.len(), new.starts.len());
    let head = quoted.common_head(&new);
    let tail = quoted.common_tail(&new).min(old_len.min(new_len) - head);
    let middle = new.given_of(head, new_len - tail);
    let own_len = own.starts.len();
    format!("{}{middle}{}", own.given_of(0, head), own.given_of(own_len - tail, own_len))
}

/// A character nobody sees: it joins, separates, hides or turns what stands around it.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Bytes of the token that begins here.
fn token_len(rest: &str, first: char) -> usize {
    let run = |belongs: fn(char) -> bool| rest.find(|one| !belongs(one)).unwrap_or(rest.len());
    if first.is_whitespace() {
        return run(char::is_whitespace);
    }
    if is_dot(first) {
        return run(is_dot);
    }
    let mut chars = rest.char_indices().skip(1);
    let mut before = first;
    let end = chars.find(|(_, next)| {
        let is_joined = joins(*next) || before == '\u{200d}' && !is_invisible(first);
        let is_apart = !is_joined && *next != '\u{200d}';
        before = *next;
        is_apart
    });
    end.map_or(rest.len(), |(at, _)| at)
}

/// Whether a character is a Hangul syllable.
pub(super) fn is_syllable(character: char) -> bool {
    ('가'..='힣').contains(&character)
}

fn is_dot(character: char) -> bool {
    matches!(character, '.' | '…' | '⋯' | '‥')
}

/// Whether a character combines with the one before it.
fn joins(character: char) -> bool {
    !is_syllable(character) && !character.is_ascii() && joins_rarely(character)
}

fn joins_rarely(character: char) -> bool {
    matches!(
        character,
        '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{1f3fb}'..='\u{1f3ff}'
    ) || is_combining_mark(character)
}

/// The one shape of marks and spaces that come in many.
fn shape(token: &str, first: char) -> Option<char> {
    match first {
        _ if first.is_whitespace() => Some(' '),
        '.' if token.len() == 1 => Some('.'),
        _ if is_dot(first) => Some('…'),
        '“' | '”' | '„' | '‟' | '"' | '＂' | '〝' | '〞' => Some('"'),
        '‘' | '’' | '‚' | '‛' | '\'' | '＇' | '′' | '`' => Some('\''),
        '–' | '—' | '―' | '−' | '‐' | '‑' | '-' => Some('-'),
        '·' | 'ㆍ' | '・' | '‧' | '•' | '∙' => Some('·'),
        '~' | '～' | '〜' | '∼' => Some('~'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Folded, retold};
    use checker::Span;

    fn check(given: &str, folded: &str) {
        assert_eq!(Folded::new(given).text(), folded, "{given:?}");
    }

    #[test]
    fn shapes_and_what_nobody_sees_make_no_difference() {
        check("“가”\u{a0} \t‘나’…", "\"가\" '나'…");
        check("가... 1.5 나⋯⋯", "가… 1.5 나…");
        check("\u{feff}가\u{200b}나\u{202e}", "가나");
        check("\u{1112}\u{1161}\u{11ab}글 😀👍🏽", "한글 😀👍🏽");
        check("", "");
    }

    #[test]
    fn places_are_whole_tokens() {
        let given = "가\u{200b}나 \u{1112}\u{1161}\u{11ab} 👨\u{200d}👩";
        let folded = Folded::new(given);
        assert_eq!(folded.span(0, 3), Some(Span::new(0, 6)));
        let at = folded.text().find('한').unwrap();
        assert_eq!(
            folded.span(at, at + 3).and_then(|span| span.of(given)),
            Some("\u{1112}\u{1161}\u{11ab}")
        );
        assert_eq!(folded.place(given.find('\u{1161}').unwrap()), None);
        assert_eq!(folded.place(given.find('👩').unwrap()), None);
        assert_eq!(folded.place(given.len()), Some(folded.text().len()));
    }

    #[test]
    fn what_the_model_left_stays_as_the_article_writes_it() {
        assert_eq!(retold("\"됬다\"고", "\"됐다\"고", "“됬다”고"), "“됐다”고");
        assert_eq!(retold("할수 있다…", "할 수 있다…", "할수\u{a0}있다..."), "할 수\u{a0}있다...");
        assert_eq!(retold("가", "가나", "가\u{200b}"), "가\u{200b}나");
        assert_eq!(retold("가", "나", "다"), "나");
    }
}
