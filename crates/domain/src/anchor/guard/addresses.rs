//! Web and mail addresses, handles, hashtags and code: nobody puts their spelling right.

/// Whether the addresses of two texts differ.
pub(super) fn differ(old: &str, new: &str) -> bool {
    old != new && words(old) != words(new)
}

fn words(text: &str) -> Vec<&str> {
    let plain = text.split_whitespace().filter(|word| is_address(word));
    plain.chain(text.split('`').skip(1).step_by(2)).collect()
}

fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(|one: char| !one.is_alphanumeric() && !"#@".contains(one));
    let begins = |mark: char| word.starts_with(mark) && word.len() > 1;
    word.contains("://")
        || word.contains("www.")
        || word.contains('@')
        || begins('#')
        || word.contains(['\\', '{', '}', '_', '='])
        || has_domain(word)
}

/// `example.co.kr`: a letter or digit, a dot and at least two letters.
fn has_domain(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| {
        let (before, after) = word.split_at_checked(at).unwrap_or_default();
        let letters = after.chars().skip(1).take_while(char::is_ascii_alphabetic).count();
        letters >= 2 && before.ends_with(|one: char| one.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;

    #[test]
    fn addresses_and_code_are_confirmed() {
        const DOUBT: Option<&str> = Some("주소나 코드가 바뀝니다");
        for changed in [
            "누리집 https://a.kr/[갯수>개수] 참조",
            "누리집 [한글.한국/갯수>http://a.kr]",
            "메일은 [a@b.kr>c@b.kr]이다",
            "😀 #[갯수>개수] 태그",
            "[참조>www.evil.kr] 하세요",
            "`[갯수>개수] 세기` 함수",
            "[example.com>example.org]",
            "[참조>@someone]",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
        assert_eq!(doubt("누리집 https://a.kr 의 [갯수>개수]"), None);
    }
}
