//! What may not stand as a plain edit of the model. A guard looks at the words around a change
//! before and after it, and says in Korean what an editor has to confirm.

mod addresses;
mod alike;
mod counters;
mod letters;
mod marks;
mod meaning;
mod names;
mod numbers;
mod quotations;
mod size;

use checker::Span;

use super::fold::is_syllable;

pub(super) use alike::is_alike;
pub(crate) use letters::clean;
pub(super) use letters::is_unfit;
use names::Names;
use quotations::Quotations;

/// Words on either side that a guard reads along: `300억` before a `달러` that becomes `원`.
const WORDS_AROUND: usize = 2;
/// And at most so many bytes of them.
const REACH_BYTES: usize = 90;

/// What the guards know of the whole article.
#[derive(Debug)]
pub(super) struct Guards {
    names: Names,
    quotations: Quotations,
}

/// One replacement at its place.
#[derive(Debug)]
struct Change<'a> {
    span: Span,
    original: &'a str,
    replacement: &'a str,
    /// The changed words and those around them, as they stand.
    old: String,
    /// The same words after the change.
    new: String,
}

/// Whether a change touches what one guard watches over.
type Guard = fn(&Guards, &Change<'_>) -> bool;

/// Every guard with its sentence, the gravest first: the first that speaks is shown.
const GUARDS: [(Guard, &str); 11] = [
    (|_, change| numbers::differ(&change.old, &change.new), "숫자나 단위가 바뀝니다"),
    (|guards, change| guards.quotations.is_rewritten(change), "직접 인용문이나 제목입니다"),
    (|_, change| meaning::is_reversed(&change.old, &change.new), "뜻이 뒤집힐 수 있습니다"),
    (|guards, change| guards.names.differ(change), "이름일 수 있습니다"),
    (|_, change| addresses::differ(&change.old, &change.new), "주소나 코드가 바뀝니다"),
    (|_, change| meaning::is_negated(&change.old, &change.new), "부정하는 말이 바뀝니다"),
    (|_, change| letters::is_foreign_changed(change), "로마자나 한자가 바뀝니다"),
    (|_, change| marks::differ(change), "따옴표나 괄호가 바뀝니다"),
    (|_, change| size::is_wide(change), "고친 범위가 넓습니다"),
    (|_, change| size::is_longer(change), "없던 말이 늘어납니다"),
    (|_, change| size::is_shorter(change), "있던 말이 지워집니다"),
];

impl Guards {
    pub(super) fn new(text: &str) -> Self {
        Self { names: Names::new(text), quotations: Quotations::new(text) }
    }

    /// What a person has to confirm of a replacement; none when it may stand as a plain edit.
    pub(super) fn doubt(&self, text: &str, span: Span, replacement: &str) -> Option<&'static str> {
        let change = Change::new(text, span, replacement);
        GUARDS.iter().find(|(guard, _)| guard(self, &change)).map(|(_, doubt)| *doubt)
    }

    /// Whether somebody is quoted there: what was said is not put right in bulk.
    pub(super) fn is_quoted(&self, span: Span) -> bool {
        self.quotations.touch(span)
    }
}

impl<'a> Change<'a> {
    fn new(text: &'a str, span: Span, replacement: &'a str) -> Self {
        let line = super::line_around(text, span, REACH_BYTES);
        let before = Span::new(line.start, span.start).of(text).unwrap_or_default();
        let after = Span::new(span.end, line.end).of(text).unwrap_or_default();
        let (before, after) = (last_words(before), first_words(after));
        let original = span.of(text).unwrap_or_default();
        Self {
            span,
            original,
            replacement,
            old: format!("{before}{original}{after}"),
            new: format!("{before}{replacement}{after}"),
        }
    }
}

/// The last words with the piece of a word after them: `은 300억 달` of `매출은 300억 달`.
fn last_words(text: &str) -> &str {
    let spaces = text.char_indices().rev().filter(|(_, one)| one.is_whitespace());
    let cut = spaces.map(|(at, space)| at + space.len_utf8()).nth(WORDS_AROUND);
    cut.and_then(|at| text.get(at..)).unwrap_or(text)
}

/// The first words with the piece of a word before them.
fn first_words(text: &str) -> &str {
    let spaces = text.char_indices().filter(|(_, one)| one.is_whitespace());
    let cut = spaces.map(|(at, _)| at).nth(WORDS_AROUND);
    cut.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// A text without its spaces.
fn without_spaces(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Guards are tried on an article with one change in it, written `앞 [원문>고침] 뒤`.
#[cfg(test)]
mod tests {
    use super::Guards;
    use checker::Span;

    /// What is confirmed of the change that stands in the text.
    pub(super) fn doubt(marked: &str) -> Option<&'static str> {
        let (before, rest) = marked.split_once('[').unwrap();
        let (change, after) = rest.split_once(']').unwrap();
        let (original, replacement) = change.split_once('>').unwrap();
        let text = format!("{before}{original}{after}");
        let span = Span::new(before.len(), before.len() + original.len());
        Guards::new(&text).doubt(&text, span, replacement)
    }

    #[test]
    fn words_around_are_read_along() {
        let words = "하나 둘 셋 넷";
        assert_eq!(super::last_words(words), "둘 셋 넷");
        assert_eq!(super::first_words(words), "하나 둘 셋");
        assert_eq!(super::last_words(""), "");
        let text = "가".repeat(50) + "나\n" + &"😀".repeat(50);
        let change = super::Change::new(&text, Span::new(150, 153), "다");
        assert_eq!(change.old, "가".repeat(30) + "나");
        let change = super::Change::new(&text, Span::new(154, 158), "다");
        assert_eq!(change.old, "😀".repeat(23));
    }

    #[test]
    fn plain_edits_raise_no_doubt() {
        for plain in [
            "😀 그는 [몇일>며칠] 뒤 왔다.",
            "[할수>할 수] 있다.",
            "정부[은>는] 밝혔다.",
            "[어의없는>어이없는] 일이다.",
            "그러지 [안는다>않는다].",
            "그러면 [않>안] 된다.",
            "재미[업는>없는] 영화",
            "김철수 장관은 [몇일>며칠] 뒤 왔다.",
            "매출은 300억원으로 [늘었슴>늘었음]",
            "[컨텐츠>콘텐츠]를 만든다.",
            "밥을 먹[엇>었]다",
        ] {
            assert_eq!(doubt(plain), None, "{plain}");
        }
    }
}
