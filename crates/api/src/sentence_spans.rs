//! Where the sentences of a text lie, for clients that want to know which one a finding is in.

use checker::Span;

/// The sentences of a text in order, without the white space around them.
///
/// A sentence ends at a line break, or at its mark and the closing quotes and brackets after it when
/// white space follows; `2.5%` ends none.
pub(crate) fn sentence_spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut start, mut has_ended) = (0, false);
    for (at, character) in text.char_indices() {
        let is_break = matches!(character, '\n' | '\r') || (has_ended && character.is_whitespace());
        if is_break {
            spans.extend(trimmed(text, Span::new(start, at)));
            start = at;
        }
        has_ended = is_mark(character) || (has_ended && is_closing(character));
    }
    spans.extend(trimmed(text, Span::new(start, text.len())));
    spans
}

fn is_mark(character: char) -> bool {
    matches!(character, '.' | '?' | '!' | '…' | '。' | '？' | '！')
}

fn is_closing(character: char) -> bool {
    matches!(character, '"' | '\'' | '”' | '’' | ')' | ']' | '」' | '』' | '》' | '〉')
}

/// The span without white space at its ends, or `None` when nothing is left.
fn trimmed(text: &str, span: Span) -> Option<Span> {
    let whole = span.of(text)?;
    let start = span.start + (whole.len() - whole.trim_start().len());
    let kept = whole.trim();
    (!kept.is_empty()).then(|| Span::new(start, start + kept.len()))
}

#[cfg(test)]
mod tests {
    use super::sentence_spans;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> =
            sentence_spans(text).into_iter().map(|span| span.of(text).unwrap()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_at_marks_and_lines() {
        check("", &[]);
        check(" \n ", &[]);
        check("금리는 2.5%다. 😀 끝?!  뒤", &["금리는 2.5%다.", "😀 끝?!", "뒤"]);
        check("“간다.” 그는\r\n\r\n제목", &["“간다.”", "그는", "제목"]);
        check("\u{1112}\u{1161}\u{11ab}다. 뒤", &["\u{1112}\u{1161}\u{11ab}다.", "뒤"]);
    }
}
