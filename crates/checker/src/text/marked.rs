//! Stretches of a text that rules treat in their own way: addresses, code and tags that nothing
//! touches, titles that are left as they are, and direct speech that is judged more mildly.

use super::word::{Mark, Word};
use crate::Span;

/// A title or a quotation longer than this has lost its closing mark.
const LIMIT_BYTES: usize = 900;

/// Stretches by kind, each ascending.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    /// Addresses, hashtags, code and tags.
    pub(crate) protected: Vec<Span>,
    /// What stands between 〈〉, 《》, 「」 and 『』.
    pub(crate) titles: Vec<Span>,
    /// What stands between “ and ”.
    pub(crate) speech: Vec<Span>,
}

impl Marked {
    pub(crate) fn new(text: &str, words: &[Word], marks: &[Mark]) -> Self {
        let holds = |character: char| marks.iter().any(|mark| mark.character == character);
        let mut protected = addresses(text, words, marks);
        if holds('`') || holds('<') {
            let code = between(text, marks, '`', '`').filter(|span| is_code(text, *span));
            protected.extend(code);
            protected.extend(between(text, marks, '<', '>').filter(|span| is_tag(text, *span)));
            protected.sort_unstable_by_key(|span| (span.start, span.end));
        }
        let mut titles: Vec<_> = [('〈', '〉'), ('《', '》'), ('「', '」'), ('『', '』')]
            .into_iter()
            .flat_map(|(open, close)| between(text, marks, open, close))
            .collect();
        titles.sort_unstable_by_key(|span| span.start);
        let speech = between(text, marks, '“', '”').collect();
        Self { protected, titles, speech }
    }

    /// What is marked in a line, with places from its start. No stretch goes beyond its line.
    pub(crate) fn within(&self, line: Span) -> Self {
        let part = |stretches: &[Span]| {
            let from = stretches.partition_point(|one| one.start < line.start);
            let to = stretches.partition_point(|one| one.start < line.end);
            let part = stretches.get(from..to).unwrap_or_default();
            part.iter().map(|one| one.within(line.start)).collect()
        };
        Self {
            protected: part(&self.protected),
            titles: part(&self.titles),
            speech: part(&self.speech),
        }
    }
}

/// Whether one of the stretches touches the span.
pub(crate) fn touches(stretches: &[Span], span: Span) -> bool {
    let at = stretches.partition_point(|one| one.end <= span.start);
    stretches.get(at).is_some_and(|one| one.overlaps(span))
}

/// Whether the span lies inside one of the stretches.
pub(crate) fn holds(stretches: &[Span], span: Span) -> bool {
    let at = stretches.partition_point(|one| one.end < span.end);
    stretches.get(at).is_some_and(|one| one.start <= span.start && span.end <= one.end)
}

/// What stands between two marks on one line, the marks aside.
fn between<'m>(
    text: &'m str,
    marks: &'m [Mark],
    open: char,
    close: char,
) -> impl Iterator<Item = Span> + use<'m> {
    let mut after = 0;
    let mut closing = marks.iter().filter(move |mark| mark.character == close).peekable();
    marks.iter().filter(move |mark| mark.character == open).filter_map(move |mark| {
        let start = mark.at + open.len_utf8();
        if mark.at < after {
            return None;
        }
        while closing.next_if(|one| one.at < start).is_some() {}
        let end = closing.peek()?.at;
        let closed = end + close.len_utf8();
        if closed > start + LIMIT_BYTES || text.get(start..end)?.contains('\n') {
            return None;
        }
        after = closed;
        Some(Span::new(start, end))
    })
}

/// The words that are addresses and hashtags: most texts hold none of the marks of these.
fn addresses(text: &str, words: &[Word], marks: &[Mark]) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for mark in marks.iter().filter(|mark| is_of_address(text, mark)) {
        let word = words.get(words.partition_point(|word| word.span.end <= mark.at));
        let Some(word) = word.filter(|word| is_address(text, word)) else { continue };
        if found.last() != Some(&word.span) {
            found.push(word.span);
        }
    }
    found
}

/// Whether a mark is what addresses and hashtags are told by.
fn is_of_address(text: &str, mark: &Mark) -> bool {
    match mark.character {
        '#' | '@' => true,
        ':' => text.get(mark.at..).is_some_and(|rest| rest.starts_with("://")),
        '.' => text.get(..mark.at).is_some_and(|head| head.ends_with("www")),
        _ => false,
    }
}

fn is_code(text: &str, span: Span) -> bool {
    span.of(text).is_some_and(|code| !code.is_empty() && code.len() < 200)
}

/// `<p>`, `</a>`, `<br/>`: a letter or a slash follows the bracket.
fn is_tag(text: &str, span: Span) -> bool {
    span.of(text).is_some_and(|tag| {
        tag.trim_start_matches('/').starts_with(|one: char| one.is_ascii_alphabetic())
    })
}

fn is_address(text: &str, word: &Word) -> bool {
    let word = word.span.of(text).unwrap_or_default();
    let has_domain = || {
        word.split_once('@').is_some_and(|(_, domain)| domain.contains('.'))
            || word.contains("www.")
    };
    word.starts_with('#') && word.len() > 1 || word.contains("://") || has_domain()
}

#[cfg(test)]
mod tests {
    use super::{LIMIT_BYTES, Marked, holds};
    use crate::text::word::{marks, words};

    fn new(text: &str) -> Marked {
        let words = words(text);
        Marked::new(text, &words, &marks(text, &words))
    }

    fn check(text: &str, expected: [&[&str]; 3]) {
        let marked = new(text);
        let said = |spans: &[crate::Span]| -> Vec<String> {
            spans.iter().map(|span| span.of(text).unwrap().to_owned()).collect()
        };
        let found = [said(&marked.protected), said(&marked.titles), said(&marked.speech)];
        assert_eq!(found, expected.map(<[_]>::to_vec));
    }

    #[test]
    fn finds_what_is_treated_in_its_own_way() {
        check(
            "😀 https://a.kr/갯수 #갯수 `갯수` <p>갯수</p>",
            [&["https://a.kr/갯수", "#갯수", "갯수", "p", "/p"], &[], &[]],
        );
        check(
            "소설 《갯수》와 〈몇일〉, “되서 좋다”고 “안 닫힌",
            [&[], &["갯수", "몇일"], &["되서 좋다"]],
        );
        check("3 < 5 > 2, 〈열리고》", [&[], &[], &[]]);
    }

    #[test]
    fn what_is_never_closed_is_not_marked() {
        let long = "가".repeat(LIMIT_BYTES / 3);
        let text = format!("“{long}” “나 “{}” 〈다\n라〉 “마", long.strip_suffix('가').unwrap());
        let speech = new(&text).speech;
        // The first is too long by its mark; of two that open the later is as long as may be.
        let from = text.find("나 “").unwrap() + "나 “".len();
        assert_eq!(speech, [crate::Span::new(from, from + LIMIT_BYTES - 3)]);
        assert_eq!(new("〈다\n라〉").titles, []);
    }

    #[test]
    fn a_span_lies_inside_or_not() {
        let text = "“몇일”을";
        let speech = new(text).speech;
        assert!(holds(&speech, crate::Span::new(3, 9)));
        assert!(!holds(&speech, crate::Span::new(3, 15)));
    }
}
