//! Random numbers for traffic in virtual time.

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine and in every release.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(crate) fn between(&mut self, [from, to]: [u64; 2]) -> u64 {
        from + self.below(to - from + 1)
    }

    /// The wait for the next of so many events in that time.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds"
    )]
    pub(crate) fn exponential_ms(&mut self, time_ms: i64, events: f64) -> i64 {
        // From 2^-53 to 1.
        let uniform = ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        (-uniform.ln() * time_ms as f64 / events) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_random_numbers_are_splitmix64() {
        let mut random = Random(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([random.next(), random.next()], expected);
    }
}
