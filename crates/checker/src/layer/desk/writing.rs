//! Writes a value the way another amount of the article is written.

use super::amount::{Amount, ONE, decimal};

/// The value as `like` is written; none where its form cannot carry it.
pub(super) fn written_like(text: &str, like: &Amount<'_>, value: i128) -> Option<String> {
    let number = like.number.of(text)?;
    if value < 0 || number.contains(['천', '백', '분']) {
        return None;
    }
    if !number.contains(['만', '억', '조']) {
        return plain(number, like, value);
    }
    if number.contains('.') || value % ONE != 0 {
        return None;
    }
    let space = if number.contains(' ') { " " } else { "" };
    let mut rest = value / ONE;
    let mut parts = Vec::new();
    for (letter, worth) in [("조", 1_000_000_000_000), ("억", 100_000_000), ("만", 10_000), ("", 1)]
    {
        if rest / worth > 0 {
            parts.push(format!("{}{letter}", grouped(number, rest / worth)));
        }
        rest %= worth;
    }
    Some(parts.join(space))
}

fn plain(number: &str, like: &Amount<'_>, value: i128) -> Option<String> {
    if like.decimals > 0 {
        return Some(decimal(value, like.decimals));
    }
    (value % ONE == 0).then(|| grouped(number, value / ONE))
}

/// With commas where the other number has them.
fn grouped(like: &str, whole: i128) -> String {
    let digits = whole.to_string();
    if !like.contains(',') {
        return digits;
    }
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::amount::ONE;
    use super::super::reader::amounts;
    use super::written_like;

    #[test]
    fn writes_as_the_other_number_is_written() {
        let check = |like: &str, value: i128, right: &str| {
            let written = written_like(like, &amounts(like)[0], value * ONE);
            assert_eq!(written.as_deref(), Some(right), "{like}");
        };
        check("2100억원", 200_000_000_000, "2000억");
        check("9000억원", 1_230_000_000_000, "1조2300억");
        check("1조 2000억 원", 1_500_000_000_000, "1조 5000억");
        check("12,345명", 1234, "1,234");
        check("29명", 27, "27");
    }
}
