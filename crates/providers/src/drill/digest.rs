//! A digest that is the same on every machine and in every release: FNV-1a with 128 bits. It tells
//! prompts apart; it keeps no secret.

use std::fmt;

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Stands for everything that was taken in, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(u128);

impl Digest {
    /// The digest of one part.
    #[must_use]
    pub fn of(part: &str) -> Self {
        Self(BASIS).then(part)
    }

    /// Takes in one more part; where one part ends and the next begins counts.
    #[must_use]
    pub fn then(self, part: &str) -> Self {
        let length = (part.len() as u64).to_le_bytes();
        let bytes = length.iter().chain(part.as_bytes());
        Self(bytes.fold(self.0, |state, byte| (state ^ u128::from(*byte)).wrapping_mul(PRIME)))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn order_and_borders_count() {
        let all = [
            Digest::of("가나"),
            Digest::of("가").then("나"),
            Digest::of("나").then("가"),
            Digest::of("가나").then(""),
            Digest::of("\u{1100}\u{1161}😀"),
        ];
        for (number, one) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == one), Some(number));
        }
        assert_eq!(Digest::of("").to_string(), "9d30c1f78465995be47dda5e4e4e77ed");
    }
}
