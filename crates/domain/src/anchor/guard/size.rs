//! How much a change takes in, adds and takes away.

use super::{Change, without_spaces};

/// A plain edit covers at most so many characters.
const EDIT_LIMIT_CHARS: usize = 60;

/// A plain edit adds or removes at most so many characters, spaces aside.
const DIFFERENCE_LIMIT_CHARS: usize = 10;

pub(super) fn is_wide(change: &Change<'_>) -> bool {
    change.original.chars().count() > EDIT_LIMIT_CHARS
}

pub(super) fn is_longer(change: &Change<'_>) -> bool {
    let (old, new) = lengths(change);
    new > old + DIFFERENCE_LIMIT_CHARS || old == 0 && new > 0
}

/// Words go, or nothing is left of them, or a sentence or line loses its end.
pub(super) fn is_shorter(change: &Change<'_>) -> bool {
    let (old, new) = lengths(change);
    let is_gone = !has_letters(change.replacement) && has_letters(change.original);
    let joins_sentences = ends(change.original) > ends(change.replacement) && new < old;
    let joins_lines = lines(change.original) > lines(change.replacement);
    old > new + DIFFERENCE_LIMIT_CHARS || is_gone || joins_sentences || joins_lines
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

fn lengths(change: &Change<'_>) -> (usize, usize) {
    let chars = |text: &str| without_spaces(text).chars().count();
    (chars(change.original), chars(change.replacement))
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// Sentences that end inside the text and are followed by more of it.
fn ends(text: &str) -> usize {
    ["다. ", "다.\n", "요. ", "? ", "! "].iter().map(|end| text.matches(end).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;

    #[test]
    fn what_grows_shrinks_or_covers_much_is_confirmed() {
        let long = "가나다 라마바 ".repeat(9);
        for (changed, expected) in [
            (format!("[{long}>{long}끝]"), "고친 범위가 넓습니다"),
            ("[왔다>왔으며 모두에게 사과했다고 거짓말했다]".into(), "없던 말이 늘어납니다"),
            ("[그는 모두에게 고맙다고 말하고 갔다>갔다]".into(), "있던 말이 지워집니다"),
            ("그는 [자주>] 왔다 😀".into(), "있던 말이 지워집니다"),
            ("그는 [왔다. 또 왔다>왔다]".into(), "있던 말이 지워집니다"),
            ("그는 왔다.[\n> ]비가 왔다.".into(), "있던 말이 지워집니다"),
        ] {
            assert_eq!(doubt(&changed), Some(expected), "{changed}");
        }
        assert_eq!(doubt("그는[,>] 왔다"), None);
        assert_eq!(doubt("[을 을>을] 본다"), None);
    }
}
