//! Quotation marks and brackets: whoever moves them makes speech of a report or a report of speech.

use super::Change;

/// Whether other marks stand in the replacement than in the original, whatever their shape.
pub(super) fn differ(change: &Change<'_>) -> bool {
    marks(change.original) != marks(change.replacement)
}

fn marks(text: &str) -> Vec<char> {
    let mark = |character| match character {
        '“' | '”' | '"' | '„' | '＂' => Some('"'),
        '‘' | '’' | '\'' | '‚' | '＇' => Some('\''),
        '(' | ')' | '[' | ']' | '「' | '」' | '『' | '』' | '〈' | '〉' | '《' | '》' | '<'
        | '>' | '【' | '】' => Some(character),
        _ => None,
    };
    text.chars().filter_map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;

    #[test]
    fn marks_are_not_moved_unseen() {
        const DOUBT: Option<&str> = Some("따옴표나 괄호가 바뀝니다");
        assert_eq!(doubt("그는 [간다>“간다”]고 했다"), DOUBT);
        assert_eq!(doubt("이 [법>법(法)]은"), Some("로마자나 한자가 바뀝니다"));
        assert_eq!(doubt("한국은행[>(한은)]은"), DOUBT);
        assert_eq!(doubt("영화 [\"기생충\">“기생충”] 😀"), None);
    }
}
