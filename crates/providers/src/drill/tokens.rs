//! How the simulator counts tokens: a fixed rule in place of a tokenizer, so that usage can be
//! computed beforehand. Korean prompts of the service measured 65,000 tokens for 139,000 characters.

/// A token is so many units; a character beyond ASCII takes 260 of them (65,000 tokens for 139,000
/// characters), an ASCII character a quarter of a token.
const UNITS: u64 = 556;
const WIDE_UNITS: u64 = 260;
const ASCII_UNITS: u64 = 139;

/// Tokens of a text, rounded up.
#[must_use]
pub fn count(text: &str) -> u64 {
    Count::default().plus(text).tokens()
}

/// A count that grows with a text as it comes; where it was cut makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count(u64);

impl Count {
    pub(crate) fn plus(self, text: &str) -> Self {
        Self(self.0 + text.chars().map(units).sum::<u64>())
    }

    pub(crate) fn tokens(self) -> u64 {
        self.0.div_ceil(UNITS)
    }
}

/// The longest beginning of the text with at most so many tokens.
pub(crate) fn beginning(text: &str, tokens: u64) -> &str {
    let mut left = tokens.saturating_mul(UNITS);
    for (at, character) in text.char_indices() {
        match left.checked_sub(units(character)) {
            Some(rest) => left = rest,
            None => return text.get(..at).unwrap_or(text),
        }
    }
    text
}

fn units(character: char) -> u64 {
    if character.is_ascii() { ASCII_UNITS } else { WIDE_UNITS }
}

#[cfg(test)]
mod tests {
    use super::{beginning, count};

    #[test]
    fn the_rule_is_the_measured_one() {
        assert_eq!(count(&"가".repeat(139_000)), 65_000);
        assert_eq!(count(&"a".repeat(4_000)), 1_000);
        assert_eq!([count(""), count("a"), count("😀"), count("가나다")], [0, 1, 1, 2]);
        assert_eq!(count("\u{1100}\u{1161}"), 1);
    }

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
