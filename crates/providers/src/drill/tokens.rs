//! How the simulator counts tokens: by the domain's rule in place of a tokenizer, so that usage can be
//! computed beforehand.

use domain::model::TokenCount;

/// Tokens of a text, rounded up.
#[must_use]
pub fn count(text: &str) -> u64 {
    TokenCount::of(text).tokens()
}

/// The longest beginning of the text with at most so many tokens.
pub(crate) fn beginning(text: &str, tokens: u64) -> &str {
    let mut count = TokenCount::default();
    let over = text.char_indices().find(|(at, one)| {
        count = count.plus(text.get(*at..at + one.len_utf8()).unwrap_or_default());
        count.tokens() > tokens
    });
    over.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{beginning, count};

    #[test]
    fn a_beginning_never_counts_more_than_it_may() {
        let text = "금리는 2.5%로 동결됐습니다. 😀\u{1100}\u{1161}";
        for tokens in 0..=count(text) {
            let cut = beginning(text, tokens);
            assert!(count(cut) <= tokens && text.starts_with(cut), "{tokens}");
        }
        assert_eq!((beginning(text, 0), beginning(text, count(text))), ("", text));
        assert_eq!(beginning("가나다라", 1), "가나");
    }
}
