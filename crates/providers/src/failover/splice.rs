//! Joins an answer that was cut with what continues it: no character lost, none doubled.

/// An overlap of so many characters is no accident, wherever it begins.
const CERTAIN_CHARS: usize = 8;

/// Takes the pieces of a continuation and gives what is to be shown of them.
#[derive(Debug)]
pub(super) enum Splice {
    /// Every piece is shown as it comes.
    Through,
    /// The model went on after what was shown, less its white space at the end.
    AfterPrefill {
        /// White space that is shown already and may come once more.
        shown_space: String,
    },
    /// The model was asked to go on, and may repeat the end of what was shown.
    AfterRequest {
        shown: String,
        /// What came and could still be a repetition.
        held: String,
    },
}

impl Splice {
    /// What continues that text, by a model that was given it as a prefill or as a message.
    pub(super) fn after(shown: &str, is_prefill: bool) -> Self {
        if shown.is_empty() {
            return Self::Through;
        }
        if !is_prefill {
            return Self::AfterRequest { shown: shown.to_owned(), held: String::new() };
        }
        let kept = shown.trim_end().len();
        Self::AfterPrefill { shown_space: shown.get(kept..).unwrap_or_default().to_owned() }
    }

    /// The next piece of the continuation; what of it is to be shown now, perhaps nothing.
    pub(super) fn push(&mut self, piece: String) -> String {
        match self {
            Self::Through => piece,
            Self::AfterPrefill { shown_space } => {
                let rest = without_shown_space(shown_space, &piece);
                if shown_space.is_empty() {
                    *self = Self::Through;
                }
                rest.to_owned()
            }
            Self::AfterRequest { shown, held } => {
                held.push_str(&piece);
                if is_open(shown, held) {
                    return String::new();
                }
                self.release()
            }
        }
    }

    /// The end of the continuation: what was held back and turned out to be new.
    pub(super) fn finish(&mut self) -> String {
        self.release()
    }

    fn release(&mut self) -> String {
        let Self::AfterRequest { shown, held } = std::mem::replace(self, Self::Through) else {
            return String::new();
        };
        let repeated = ends(&shown).find(|end| held.starts_with(end.text) && end.is_certain());
        let rest = repeated.and_then(|end| held.strip_prefix(end.text));
        rest.unwrap_or(&held).to_owned()
    }
}

/// Takes off the white space that is shown already; the rest of it may come with the next piece.
fn without_shown_space<'p>(shown_space: &mut String, piece: &'p str) -> &'p str {
    let mut shown = shown_space.chars();
    let mut rest = piece.chars();
    loop {
        let before = rest.as_str();
        let Some(next) = rest.next() else {
            *shown_space = shown.as_str().to_owned();
            return before;
        };
        if shown.next() != Some(next) {
            shown_space.clear();
            return before;
        }
    }
}

/// Whether what came may still turn out to repeat the end of what was shown.
fn is_open(shown: &str, held: &str) -> bool {
    let mut longer = ends(shown).take_while(|end| end.text.len() > held.len());
    longer.any(|end| end.text.starts_with(held) && end.is_certain())
}

/// An end of what was shown, which a model may repeat.
struct End<'s> {
    text: &'s str,
    before: Option<char>,
}

impl End<'_> {
    /// One that begins with a word, or is long: no accident. A second line break may be meant.
    fn is_certain(&self) -> bool {
        let begins_a_word = self.before.is_none_or(char::is_whitespace)
            || self.text.starts_with(char::is_whitespace);
        let is_long = self.text.chars().nth(CERTAIN_CHARS - 1).is_some();
        (begins_a_word || is_long) && self.text.contains(|one: char| !one.is_whitespace())
    }
}

/// Every end of the text, the longest first.
fn ends(text: &str) -> impl Iterator<Item = End<'_>> {
    let mut left = text.chars();
    let mut before = None;
    std::iter::from_fn(move || {
        let end = End { text: left.as_str(), before };
        before = Some(left.next()?);
        Some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::Splice;
    use proptest::prelude::*;

    fn joined(shown: &str, is_prefill: bool, pieces: &[&str]) -> String {
        let mut splice = Splice::after(shown, is_prefill);
        let mut whole = shown.to_owned();
        for piece in pieces {
            whole.push_str(&splice.push((*piece).to_owned()));
        }
        whole + &splice.finish()
    }

    fn check(shown: &str, is_prefill: bool, continuation: &str, expected: &str) {
        let said = format!("{shown:?} + {continuation:?}");
        assert_eq!(joined(shown, is_prefill, &[continuation]), expected, "{said}");
        let characters: Vec<String> = continuation.chars().map(String::from).collect();
        let characters: Vec<&str> = characters.iter().map(String::as_str).collect();
        assert_eq!(joined(shown, is_prefill, &characters), expected, "{said} in characters");
    }

    #[test]
    fn white_space_a_prefill_may_not_end_with_is_shown_once() {
        check("금리는", true, " 2.5%", "금리는 2.5%");
        check("금리는 ", true, " 2.5%", "금리는 2.5%");
        check("금리는 ", true, "2.5%", "금리는 2.5%");
        check("금리는\n\n", true, "\n\n- 가", "금리는\n\n- 가");
        check("금리는\n", true, "\n\n- 가", "금리는\n\n- 가");
        check("금리는\n\n", true, "\n- 가", "금리는\n\n- 가");
        check("금리는 ", true, "\n- 가", "금리는 \n- 가");
        check(" \n", true, "금리", " \n금리");
        check("", true, " 금리", " 금리");
    }

    #[test]
    fn a_repeated_end_is_removed_only_where_it_is_certain() {
        check("한은은 금리를", false, " 내렸다.", "한은은 금리를 내렸다.");
        check("한은은 금리를", false, "금리를 내렸다.", "한은은 금리를 내렸다.");
        check("한은은 금리를", false, "한은은 금리를 내렸다.", "한은은 금리를 내렸다.");
        check("한은은 금리를 ", false, "금리를 내렸다.", "한은은 금리를 내렸다.");
        check("금리를\n", false, "\n내렸다.", "금리를\n\n내렸다.");
        check("발표했다", false, "다만 금리는", "발표했다다만 금리는");
        check("이번에 발표했다. 이", false, "이번 조치는", "이번에 발표했다. 이번 조치는");
        check("(기준금리는연2.5%", false, "기준금리는연2.5%다", "(기준금리는연2.5%다");
        check("(연2.5%", false, "연2.5%다", "(연2.5%연2.5%다");
        check("가 나 다", false, "나", "가 나 다나");
        check("가 😀", false, "😀 나", "가 😀 나");
        check("가 각", false, "각 나", "가 각 나");
    }

    /// Words that differ, so that no repetition is an accident.
    fn words(from: usize, count: usize) -> String {
        (from..from + count).map(|number| format!("말{number}은 ")).collect()
    }

    proptest! {
        #[test]
        fn any_cut_and_any_pieces_give_the_whole_answer(
            count in 1usize..12,
            at in 0usize..120,
            back in 0usize..4,
            is_prefill: bool,
            sizes in proptest::collection::vec(1usize..9, 1..40),
        ) {
            let whole = words(1, count) + "\n\n끝 😀 각.";
            let characters: Vec<char> = whole.chars().collect();
            let at = at % characters.len();
            let shown: String = characters[..at].iter().collect();
            let continuation: String = if is_prefill {
                // The model goes on after the trimmed text.
                whole.strip_prefix(shown.trim_end()).unwrap().to_owned()
            } else {
                // The model repeats the last words, from the beginning of one.
                let starts: Vec<usize> = (0..=at)
                    .filter(|&start| start == 0 || characters[start - 1] == ' ')
                    .collect();
                let begin = starts.len().checked_sub(back + 1).map_or(at, |index| starts[index]);
                characters[if back == 0 { at } else { begin }..].iter().collect()
            };
            let mut pieces = Vec::new();
            let mut left = continuation.chars().peekable();
            let mut sizes = sizes.iter().cycle();
            while left.peek().is_some() {
                let size = *sizes.next().unwrap();
                pieces.push(left.by_ref().take(size).collect::<String>());
            }
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(joined(&shown, is_prefill, &pieces), whole);
        }

        #[test]
        fn nothing_new_is_lost_however_it_is_cut(
            shown in "[가나 ]{0,20}",
            continuation in "[가나 ]{0,20}",
            cut in 0usize..20,
        ) {
            let head: String = continuation.chars().take(cut).collect();
            let tail: String = continuation.chars().skip(cut).collect();
            for is_prefill in [false, true] {
                let whole = joined(&shown, is_prefill, &[&continuation]);
                prop_assert_eq!(&joined(&shown, is_prefill, &[&head, &tail]), &whole);
                let added = whole.strip_prefix(&shown).unwrap();
                // What is taken off the continuation stands at the end of what was shown.
                let taken = continuation.strip_suffix(added).unwrap();
                prop_assert!(shown.ends_with(taken));
            }
        }
    }
}
