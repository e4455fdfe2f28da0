//! Characters as such: what no article takes from a model, and letters of other scripts.

use super::super::fold::is_invisible;
use super::{Change, is_syllable};

/// Whether a replacement must not be offered at all: control characters, characters nobody sees,
/// more line breaks, or markup, unless the original has them too.
pub(in super::super) fn is_unfit(original: &str, replacement: &str) -> bool {
    let count = |text: &str, is: fn(char) -> bool| text.chars().filter(|one| is(*one)).count();
    let is_line_end = |one: char| {
        matches!(one, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let is_control = |one: char| one.is_control() || is_private(one);
    count(replacement, is_line_end) > count(original, is_line_end)
        || count(replacement, is_control) > count(original, is_control)
        || count(replacement, is_invisible) > count(original, is_invisible)
        || MARKUP.iter().any(|mark| replacement.contains(mark) && !original.contains(mark))
        || has_tag(replacement) && !has_tag(original)
}

/// What begins or ends markup, a link or a template.
const MARKUP: &[&str] = &[
    "](",
    "**",
    "__",
    "```",
    "<!",
    "&lt;",
    "&#",
    "{{",
    "${",
    "javascript:",
    "data:",
    "://",
    "</",
    "/>",
];

/// `<b`, `< a href=`.
fn has_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        rest.trim_start().starts_with(|one: char| one.is_ascii_alphabetic() || one == '/')
    })
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fffd}')
}

/// A sentence of the model as it may be shown: one line, without what nobody sees, not too long.
pub(crate) fn clean(text: &str, limit_chars: usize) -> String {
    let shown = text.chars().filter(|one| !is_invisible(*one) && !is_private(*one));
    let spaced = shown.map(|one| if one.is_control() || one.is_whitespace() { ' ' } else { one });
    let words: String = spaced.take(4 * limit_chars).collect();
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().nth(limit_chars).is_none() {
        return line;
    }
    line.chars().take(limit_chars.saturating_sub(1)).chain(['…']).collect()
}

/// Whether letters of other scripts differ: Latin names, Chinese characters.
pub(super) fn is_foreign_changed(change: &Change<'_>) -> bool {
    let foreign = |text: &str| -> String {
        text.chars().filter(|one| one.is_alphabetic() && !is_hangul(*one)).collect()
    };
    foreign(change.original) != foreign(change.replacement)
}

fn is_hangul(character: char) -> bool {
    is_syllable(character)
        || matches!(character, '\u{1100}'..='\u{11ff}' | 'ㄱ'..='ㆎ' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;
    use super::{clean, is_unfit};

    #[test]
    fn no_article_takes_these() {
        for replacement in [
            "가\u{0}",
            "가\n나",
            "가\u{202e}",
            "가\u{200b}",
            "<b>가</b>",
            "<script>",
            "[가](나)",
            "**가**",
            "&lt;b",
            "javascript:x",
            "http://a.kr",
            "가\u{e000}",
            "가\u{2028}나",
            "< img src=x",
            "${가}",
        ] {
            assert!(is_unfit("가", replacement), "{replacement:?}");
        }
        for (original, replacement) in [
            ("가", "나 😀"),
            ("a < b", "a < 나"),
            ("<b>가</b>", "<b>나</b>"),
            ("가\n나", "다\n나"),
            ("가", "가-나"),
        ] {
            assert!(!is_unfit(original, replacement), "{replacement:?}");
        }
    }

    #[test]
    fn sentences_are_shown_on_one_line() {
        assert_eq!(clean(" 가\u{202e}나\n\n다\u{0} ", 9), "가나 다");
        assert_eq!(clean("가나다라", 3), "가나…");
        assert_eq!(clean("", 3), "");
    }

    #[test]
    fn other_scripts_are_confirmed() {
        const DOUBT: Option<&str> = Some("로마자나 한자가 바뀝니다");
        for changed in
            ["[Iphone>iPhone]을", "[韓>美] 대통령", "그는 [Kim>Lee]이다", "[한미>韓美] 회담"]
        {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
        assert_eq!(doubt("AI[을>를] 쓴다"), None);
    }
}
