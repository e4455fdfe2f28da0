//! Finds the one place that a model's quotation means. Never guesses between two.

use checker::Span;
use memchr::memmem::Finder;

use super::fold::Folded;
use crate::model::ModelFinding;

/// A quotation longer than this is no finding but a rewriting.
const ORIGINAL_LIMIT_CHARS: usize = 400;

/// Of a context so many characters next to the original count: what models add beyond is often
/// inexact, and no longer needed to tell two places apart.
const CONTEXT_CHARS: usize = 20;

/// The one place where the original stands, as the model writes it or in other shapes: alone in the
/// text, or alone with its context.
pub(super) fn locate(text: &Folded<'_>, finding: &ModelFinding) -> Option<Span> {
    let original = finding.original.as_str();
    if original.trim().is_empty() || original.chars().nth(ORIGINAL_LIMIT_CHARS).is_some() {
        return None;
    }
    let context = Context::new(text, finding);
    let exact = || {
        let places = places(text.given(), original);
        let whole = move |at: &usize| {
            text.place(*at).is_some() && text.place(*at + original.len()).is_some()
        };
        places.filter(whole).map(|at| Span::new(at, at + original.len()))
    };
    let quoted = Folded::new(original);
    let alike = || {
        let found = places(text.text(), quoted.text());
        found.filter_map(|at| text.span(at, at + quoted.text().len()))
    };
    match only(exact()) {
        Only::One(span) if context.fits(span) => Some(span),
        // It stands there once, but another place of other shapes fits the context.
        Only::One(span) => alike().all(|other| !context.fits(other)).then_some(span),
        Only::Many => only(exact().filter(|span| context.fits(*span))).one(),
        Only::None => match only(alike()) {
            Only::Many => only(alike().filter(|span| context.fits(*span))).one(),
            found => found.one(),
        },
    }
}

/// What stands before and after an original, spaces aside.
struct Context<'a> {
    text: &'a Folded<'a>,
    before: Vec<char>,
    after: Vec<char>,
}

impl<'a> Context<'a> {
    fn new(text: &'a Folded<'a>, finding: &ModelFinding) -> Self {
        let folded = |given: &Option<String>| {
            let given = given.as_deref().unwrap_or_default();
            Folded::new(given).text().replace(' ', "")
        };
        let (before, after) = (folded(&finding.before), folded(&finding.after));
        Self {
            text,
            before: before.chars().rev().take(CONTEXT_CHARS).collect(),
            after: after.chars().take(CONTEXT_CHARS).collect(),
        }
    }

    /// Whether that place has this context; a context that reaches beyond the text fits as far as
    /// the text goes.
    fn fits(&self, span: Span) -> bool {
        let text = self.text.text();
        let [start, end] = [span.start, span.end].map(|given| self.text.place(given));
        let before = start.and_then(|start| text.get(..start)).unwrap_or_default();
        let after = end.and_then(|end| text.get(end..)).unwrap_or_default();
        is_along(&self.before, before.chars().rev()) && is_along(&self.after, after.chars())
    }
}

fn is_along(context: &[char], text: impl Iterator<Item = char>) -> bool {
    let mut seen = text.filter(|character| *character != ' ').peekable();
    (context.is_empty() || seen.peek().is_some())
        && context.iter().zip(seen).all(|(wanted, found)| *wanted == found)
}

/// How many there are.
enum Only {
    None,
    One(Span),
    Many,
}

impl Only {
    fn one(self) -> Option<Span> {
        match self {
            Self::One(span) => Some(span),
            Self::None | Self::Many => None,
        }
    }
}

fn only(mut spans: impl Iterator<Item = Span>) -> Only {
    match (spans.next(), spans.next()) {
        (None, _) => Only::None,
        (Some(span), None) => Only::One(span),
        (Some(_), Some(_)) => Only::Many,
    }
}

/// Every place of a string, also where it overlaps itself.
fn places<'a>(text: &'a str, wanted: &'a str) -> impl Iterator<Item = usize> {
    let finder = Finder::new(wanted);
    let step = wanted.chars().next().map_or(0, char::len_utf8);
    let mut from = if step == 0 { text.len() + 1 } else { 0 };
    std::iter::from_fn(move || {
        let at = from + finder.find(text.as_bytes().get(from..)?)?;
        from = at + step;
        Some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::super::fold::Folded;
    use super::locate;
    use crate::anchor::samples::model;

    /// `expected` is what stands before the place, and the place.
    fn check(text: &str, [before, original, after]: [&str; 3], expected: Option<(&str, &str)>) {
        let mut finding = model(original, "새");
        finding.before = Some(before.to_owned()).filter(|one| !one.is_empty());
        finding.after = Some(after.to_owned()).filter(|one| !one.is_empty());
        let span = locate(&Folded::new(text), &finding);
        let found = span.map(|span| (text.get(..span.start).unwrap(), span.of(text).unwrap()));
        assert_eq!(found, expected, "{text:?} {original:?}");
    }

    #[test]
    fn it_stands_at_one_certain_place_or_nowhere() {
        check("가나다 😀", ["", "나", ""], Some(("가", "나")));
        check("가나다", ["", "라", ""], None);
        check("가나다", ["", "", ""], None);
        check("가 나", ["", " ", ""], None);
        check("나라와 나라", ["", "나라", ""], None);
        check("나라와 나라", ["", "나라", "와"], Some(("", "나라")));
        check("나라와 나라와", ["", "나라", "와"], None);
        check("나라와 나라", ["없는 말", "나라", ""], None);
        // It stands there twice when it overlaps itself.
        check("가가가", ["", "가가", ""], None);
        check("가가가", ["가", "가가", ""], Some(("가", "가가")));
        check(&"가".repeat(500), ["", &"가".repeat(500), ""], None);
    }

    #[test]
    fn other_shapes_of_marks_and_spaces_are_the_same_place() {
        check("그는 “됬다”고 했다", ["", "\"됬다\"고", ""], Some(("그는 ", "“됬다”고")));
        check("할수\u{a0} 있다", ["", "할수 있다", ""], Some(("", "할수\u{a0} 있다")));
        check("글쎄… 그는", ["", "글쎄...", ""], Some(("", "글쎄…")));
        check("매\u{200b}출이", ["", "매출", ""], Some(("", "매\u{200b}출")));
        let decomposed = "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af} 뒤";
        check(
            decomposed,
            ["", "몇일", ""],
            Some(("", "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}")),
        );
        check("몇일 뒤", ["", "\u{1106}\u{1167}\u{11be}일", ""], Some(("", "몇일")));
        // What is written exactly so is meant.
        check("할 수 할  수", ["", "할  수", ""], Some(("할 수 ", "할  수")));
        // The text has it exactly once, but the context says the other one.
        check("\"가\"라고 “가”는", ["", "\"가\"", "는"], None);
    }

    #[test]
    fn context_may_be_longer_shorter_or_trimmed() {
        let text = "우리 나라와 이웃 나라의 회담";
        let second = Some(("우리 나라와 이웃 ", "나라"));
        check(text, ["이웃", "나라", ""], second);
        check(text, ["이웃 ", "나라", "의  회담"], second);
        check(text, ["", "나라", "의 회담 그리고 더"], second);
        check(text, ["  나라와이웃", "나라", ""], second);
        check("“가” 나, '가' 다", ["\"", "가", "\" 나"], Some(("“", "가")));
    }

    #[test]
    fn half_a_letter_is_no_place() {
        check("\u{1100}\u{1161}\u{11a8}", ["", "\u{1100}\u{1161}", ""], None);
        check("cafe\u{301}", ["", "cafe", ""], None);
        check("👨\u{200d}👩 가족", ["", "👨", ""], None);
        check("끝났다...", ["", "끝났다.", ""], None);
    }
}
