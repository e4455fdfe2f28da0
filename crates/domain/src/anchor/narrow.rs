//! Cuts an edit down to the words it changes, so that two edits beside each other do not overlap.

use checker::Span;

/// The words that change, and what they become; never nothing on either side.
pub(super) fn narrow(text: &str, span: Span, replacements: Vec<String>) -> (Span, Vec<String>) {
    let original = span.of(text).unwrap_or_default();
    let head = replacements.iter().map(|new| common_head(original, new)).min().unwrap_or(0);
    let head = after_last_space(original, head);
    let rest = original.get(head..).unwrap_or_default();
    let rests = replacements.iter().map(|new| new.get(head..).unwrap_or_default());
    let tail = rests.map(|new| common_tail(rest, new)).min().unwrap_or(0);
    let tail = before_first_space(rest, tail);
    let inner = |text: &str| {
        let end = text.len().checked_sub(tail)?;
        text.get(head..end).filter(|words| !words.is_empty()).map(str::to_owned)
    };
    let narrowed: Option<Vec<String>> = replacements.iter().map(|new| inner(new)).collect();
    match (inner(original), narrowed) {
        (Some(_), Some(narrowed)) => (Span::new(span.start + head, span.end - tail), narrowed),
        (None, _) | (_, None) => (span, replacements),
    }
}

/// Bytes up to the first character that differs.
fn common_head(one: &str, other: &str) -> usize {
    let both = one.chars().zip(other.chars());
    both.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

/// Bytes from the end up to the last character that differs.
fn common_tail(one: &str, other: &str) -> usize {
    let both = one.chars().rev().zip(other.chars().rev());
    both.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

fn after_last_space(text: &str, head: usize) -> usize {
    let common = text.get(..head).unwrap_or_default();
    let last = common.char_indices().rev().find(|(_, one)| one.is_whitespace());
    last.map_or(0, |(at, space)| at + space.len_utf8())
}

fn before_first_space(text: &str, tail: usize) -> usize {
    let common = text.get(text.len() - tail..).unwrap_or_default();
    common.find(char::is_whitespace).map_or(0, |at| tail - at)
}

#[cfg(test)]
mod tests {
    use super::narrow;
    use checker::Span;

    fn check(original: &str, replacement: &str, expected: [&str; 2]) {
        let span = Span::new(0, original.len());
        let (span, replacements) = narrow(original, span, vec![replacement.to_owned()]);
        assert_eq!([span.of(original).unwrap(), replacements[0].as_str()], expected);
    }

    #[test]
    fn only_the_words_that_change_are_left() {
        check("할수 있다", "할 수 있다", ["할수", "할 수"]);
        check("그가 할 수있다 😀", "그가 할 수 있다 😀", ["수있다", "수 있다"]);
        check("해 냈다", "해냈다", ["해 냈다", "해냈다"]);
        check("몇일", "며칠", ["몇일", "며칠"]);
        check("가나 다라 마바", "가나 라 마바", ["다라", "라"]);
        // Whole words come or go with a word beside them.
        check("을 을 본다", "을 본다", ["을 본다", "본다"]);
        check("새 집", "새 큰 집", ["집", "큰 집"]);
        check("가나", "가나", ["가나", "가나"]);
    }

    #[test]
    fn every_replacement_keeps_its_words() {
        let text = "할수 없이";
        let all = vec!["할 수 없이".to_owned(), "하는 수 없이".to_owned()];
        let (span, replacements) = narrow(text, Span::new(0, text.len()), all);
        assert_eq!(span.of(text), Some("할수"));
        assert_eq!(replacements, ["할 수", "하는 수"]);
    }
}
