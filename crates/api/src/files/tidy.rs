//! What every text out of a file goes through: one kind of line end, no characters of control, no
//! heaps of empty lines.

/// A title may hold so many characters.
const TITLE_LIMIT_CHARS: usize = 200;

/// Lines end with `\n`, pages too; controls but tabs, marks of byte order and soft hyphens are gone.
pub(super) fn lines(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    tidy.push('\n');
                }
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => tidy.push('\n'),
            '\n' | '\t' => tidy.push(character),
            '\u{feff}' | '\u{ad}' | '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => tidy.push(character),
        }
    }
    tidy
}

/// The paragraphs of a document, one a line: no spaces at their ends, at most one empty line in a row,
/// none at either end.
pub(super) fn paragraphs(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut is_after_empty = true;
    for line in lines(text).lines().map(str::trim_end) {
        if line.is_empty() && is_after_empty {
            continue;
        }
        is_after_empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end_matches('\n').len());
    tidy
}

/// A title in one line.
pub(super) fn title(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(lines).collect();
    words.join(" ").trim().chars().take(TITLE_LIMIT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::{lines, paragraphs, title};

    #[test]
    fn control_characters_go_and_lines_stay() {
        assert_eq!(
            lines("\u{feff}가\r\n나\r다\u{0}\u{7}\t라\u{c}마\u{ad}😀"),
            "가\n나\n다\t라\n마😀"
        );
        assert_eq!(lines("\u{1112}\u{1161}\u{11ab}"), "\u{1112}\u{1161}\u{11ab}");
        assert_eq!(paragraphs("\n\n가  \n\n\n나\n \n"), "가\n\n나");
        assert_eq!(paragraphs("\n \n"), "");
        assert_eq!(title(" 금리\n 동결\u{0} 😀 "), "금리 동결 😀");
        assert_eq!(title(&"가".repeat(300)).chars().count(), 200);
    }
}
