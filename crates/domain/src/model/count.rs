//! How many tokens a text likely takes, where no provider has said so yet.

/// A token is so many units; a character beyond ASCII takes 260 of them (139,000 characters of the
/// service's Korean prompts measured 65,000 tokens), an ASCII character a quarter of a token.
const UNITS: u64 = 556;
const WIDE_UNITS: u64 = 260;
const ASCII_UNITS: u64 = 139;

/// A count of likely tokens that grows with a text as it comes; where the text was cut into pieces
/// makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenCount(u64);

impl TokenCount {
    /// That of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::default().plus(text)
    }

    /// With a further piece of text.
    #[must_use]
    pub fn plus(self, text: &str) -> Self {
        let units = |one: char| if one.is_ascii() { ASCII_UNITS } else { WIDE_UNITS };
        Self(self.0.saturating_add(text.chars().map(units).sum()))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Tokens, rounded up.
    #[must_use]
    pub fn tokens(self) -> u64 {
        self.0.div_ceil(UNITS)
    }
}

#[cfg(test)]
mod tests {
    use super::TokenCount;

    #[test]
    fn the_rule_is_the_measured_one() {
        let count = |text: &str| TokenCount::of(text).tokens();
        assert_eq!(count(&"가".repeat(139_000)), 65_000);
        assert_eq!(count(&"a".repeat(4_000)), 1_000);
        assert_eq!([count(""), count("a"), count("😀"), count("가나다")], [0, 1, 1, 2]);
        assert_eq!(count("\u{1100}\u{1161}"), 1);
        assert_eq!(TokenCount::of("가나").and(TokenCount::of("다")), TokenCount::of("가나다"));
    }
}
