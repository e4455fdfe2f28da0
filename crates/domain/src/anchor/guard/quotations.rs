//! What somebody has said or written: between quotation marks and in titles, within one paragraph.
//! A mark without its partner reaches to the paragraph's end, or back to its beginning.

use checker::Span;

use super::super::fold::Folded;
use super::{Change, without_spaces};

/// Marks that open and close, most of them different from each other.
const PAIRS: [(char, char); 6] =
    [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('〈', '〉'), ('《', '》')];

/// Every quotation of an article, by where it begins.
#[derive(Debug)]
pub(super) struct Quotations {
    spans: Vec<Span>,
    /// How far any of the spans up to this one reaches.
    reaches: Vec<usize>,
}

impl Quotations {
    pub(super) fn new(text: &str) -> Self {
        let mut spans = Vec::new();
        for paragraph in paragraphs(text) {
            let inside = paragraph.of(text).unwrap_or_default();
            let mut found: Vec<Span> =
                PAIRS.iter().flat_map(|(open, close)| paired(inside, *open, *close)).collect();
            found.extend(straight(inside, '"'));
            found.extend(straight(inside, '\''));
            let moved =
                |span: Span| Span::new(span.start + paragraph.start, span.end + paragraph.start);
            spans.extend(found.into_iter().map(moved));
        }
        spans.sort_unstable();
        let reaches = spans.iter().scan(0, |reach: &mut usize, span| {
            *reach = (*reach).max(span.end);
            Some(*reach)
        });
        Self { reaches: reaches.collect(), spans }
    }

    /// Whether the span reaches into a quotation.
    pub(super) fn touch(&self, span: Span) -> bool {
        let before = self.spans.partition_point(|one| one.start < span.end);
        let reach = before.checked_sub(1).and_then(|last| self.reaches.get(last));
        reach.is_some_and(|reach| *reach > span.start)
    }

    /// Whether a change says something else inside a quotation; spacing and the shape of marks may
    /// be put right.
    pub(super) fn is_rewritten(&self, change: &Change<'_>) -> bool {
        let said = |text: &str| without_spaces(Folded::new(text).text());
        self.touch(change.span) && said(change.original) != said(change.replacement)
    }
}

/// Lines up to an empty one.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.trim().is_empty() {
            found.push(Span::new(start, at));
            start = end;
        }
        at = end;
    }
    found.push(Span::new(start, text.len()));
    found
}

fn paired(text: &str, open: char, close: char) -> Vec<Span> {
    let mut found = Vec::new();
    let mut opened: Option<usize> = None;
    let mut closed = 0;
    // A single mark that closes nothing is an apostrophe; a curly double one has lost its opening.
    let reaches_back = close == '”';
    for (at, mark) in text.match_indices([open, close]) {
        match (mark.starts_with(open), opened) {
            (true, None) => opened = Some(at + mark.len()),
            (true, Some(_)) => {}
            (false, Some(start)) => found.push(Span::new(start, at)),
            (false, None) if reaches_back => found.push(Span::new(closed, at)),
            (false, None) => {}
        }
        if mark.starts_with(close) {
            opened = None;
            closed = at + mark.len();
        }
    }
    found.extend(opened.map(|start| Span::new(start, text.len())));
    found
}

/// Straight marks open and close in turn. A single one opens only at the beginning of a word and
/// only when another closes it: `'23년` and `don't` are no quotations.
fn straight(text: &str, mark: char) -> Vec<Span> {
    let is_double = mark == '"';
    let mut found = Vec::new();
    let mut opened: Option<usize> = None;
    for (at, _) in text.match_indices(mark) {
        let before = text.get(..at).unwrap_or_default();
        match opened {
            Some(start) => {
                found.push(Span::new(start, at));
                opened = None;
            }
            None if is_double || !before.ends_with(char::is_alphanumeric) => opened = Some(at + 1),
            None => {}
        }
    }
    found.extend(opened.filter(|_| is_double).map(|start| Span::new(start, text.len())));
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;
    use super::Quotations;

    fn check(text: &str, expected: &[&str]) {
        let found = Quotations::new(text).spans;
        let found: Vec<_> = found.into_iter().map(|span| span.of(text).unwrap()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn quotations_end_with_their_mark_or_their_paragraph() {
        check("“가” 나 \"다\" ‘라’ 😀", &["가", "다", "라"]);
        check("“가 ‘나’ 다”", &["가 ‘나’ 다", "나"]);
        check("소설 《가》, 〈나〉, 「다」", &["가", "나", "다"]);
        check("“가\n나” 다", &["가\n나"]);
        check("“가\n\n나", &["가\n"]);
        check("“\u{1100}\u{1161}", &["\u{1100}\u{1161}"]);
        check("가” 나 “다", &["가", "다"]);
        check("\"가\" 나 \"다", &["가", "다"]);
        check("'23년 don't '가' 다", &["23년 don", "가"]);
        check("'23년", &[]);
    }

    #[test]
    fn what_was_said_is_confirmed_and_its_spacing_is_not() {
        const DOUBT: Option<&str> = Some("직접 인용문이나 제목입니다");
        for changed in [
            "그는 “[됬다>됐다]”고 했다",
            "그는 \"[됬다>됐다]\"고 했다",
            "그는 ‘[됬다>됐다]’고",
            "소설 「[갯수>개수]」",
            "“첫 줄\n둘째 줄 [됬다>됐다]”고",
            "그는 “안 닫힌 [됬다>됐다]",
            "안 열린 [됬다>됐다]”고 했다",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
        assert_eq!(doubt("그는 “[할수>할 수] 있다”고"), None);
        assert_eq!(doubt("“가”\n\n[됬다>됐다]"), None);
    }
}
