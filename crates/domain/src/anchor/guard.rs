//! What may not stand as a plain edit of the model: digits, names, quotations, wide or many
//! changes, and what the rules find wrong.

use checker::{Category, Severity, Span};

use super::Anchor;
use crate::finding::{Finding, FindingSource};
use crate::id::FindingId;
use crate::model::ModelFinding;

/// Of all characters of the text, the share that plain edits of the model may touch, in percent;
/// beyond it every further edit asks for confirmation.
const CHANGED_SHARE_LIMIT_PERCENT: usize = 30;

/// A plain edit covers at most so many characters.
const EDIT_LIMIT_CHARS: usize = 60;

/// Words after which the word before is taken for a name.
const TITLES: [&str; 24] = [
    "씨",
    "장관",
    "차관",
    "총리",
    "대통령",
    "의원",
    "대표",
    "회장",
    "사장",
    "부회장",
    "총재",
    "위원장",
    "교수",
    "원장",
    "청장",
    "시장",
    "지사",
    "감독",
    "선수",
    "검사",
    "판사",
    "변호사",
    "기자",
    "연구원",
];

impl Anchor<'_> {
    /// The finding with its doubts: what fails a guard asks for confirmation.
    pub(super) fn guard(
        &mut self,
        span: Span,
        replacements: Vec<String>,
        finding: ModelFinding,
        id: FindingId,
    ) -> Finding {
        let chars = finding.original.chars().count();
        let over_share =
            (self.changed_chars + chars) * 100 > self.chars * CHANGED_SHARE_LIMIT_PERCENT;
        let doubt = self.doubt(span, &finding.original, &replacements).or_else(|| {
            (over_share && self.chars > EDIT_LIMIT_CHARS).then_some("고친 분량이 많습니다")
        });
        let is_plain = doubt.is_none() && finding.category != Category::Fact;
        if is_plain {
            self.changed_chars += chars;
        }
        let safe = is_plain
            && replacements.len() == 1
            && matches!(
                finding.category,
                Category::Spelling
                    | Category::Spacing
                    | Category::Particle
                    | Category::Ending
                    | Category::Loanword
                    | Category::Punctuation
            );
        let message = match doubt {
            Some(doubt) => format!("확인 필요({doubt}): {}", finding.message),
            None => finding.message,
        };
        Finding {
            id,
            span,
            original: finding.original,
            replacements,
            category: if doubt.is_some() { Category::Fact } else { finding.category },
            rule: None,
            source: FindingSource::Ai,
            severity: finding.severity.min(Severity::Warning),
            message,
            reference: finding.reference,
            confidence: finding.confidence.map(|confidence| confidence.clamp(0.0, 1.0)),
            safe,
        }
    }

    /// Why an edit may not stand as a plain one.
    fn doubt(&self, span: Span, original: &str, replacements: &[String]) -> Option<&'static str> {
        let any = |differs: &dyn Fn(&str) -> bool| replacements.iter().any(|new| differs(new));
        if any(&|new| digits(original) != digits(new)) {
            return Some("숫자가 바뀝니다");
        }
        if any(&|new| without_spaces(original) != without_spaces(new))
            && self.quotations.iter().any(|quotation| quotation.overlaps(span))
        {
            return Some("직접 인용문입니다");
        }
        if self.touches_name(span, replacements) {
            return Some("이름일 수 있습니다");
        }
        if original.chars().count() > EDIT_LIMIT_CHARS {
            return Some("고친 범위가 넓습니다");
        }
        replacements
            .first()
            .is_some_and(|new| self.raises_error(span, new))
            .then_some("고친 말이 규칙에 어긋납니다")
    }

    /// Whether the word before a title inside or right after the span would change.
    fn touches_name(&self, span: Span, replacements: &[String]) -> bool {
        let line_end = line_around(self.text, span).end;
        let reach = Span::new(span.start, line_end);
        let words: Vec<&str> = reach.of(self.text).unwrap_or_default().split_whitespace().collect();
        let inside = span.of(self.text).unwrap_or_default().split_whitespace().count();
        words.windows(2).take(inside).any(|pair| {
            let [name, title] = pair else { return false };
            let is_title = TITLES.iter().any(|known| title.starts_with(known));
            is_title && is_name(name) && replacements.iter().any(|new| !new.contains(name))
        })
    }

    /// Whether the checker finds an error in the replaced words that it did not find before.
    fn raises_error(&self, span: Span, replacement: &str) -> bool {
        let line = line_around(self.text, span);
        let before = Span::new(line.start, span.start).of(self.text).unwrap_or_default();
        let after = Span::new(span.end, line.end).of(self.text).unwrap_or_default();
        let changed = format!("{before}{replacement}{after}");
        let touched = Span::new(before.len(), before.len() + replacement.len());
        let original = line.of(self.text).unwrap_or_default();
        let known: Vec<_> = self.checker.check(original, self.settings);
        self.checker.check(&changed, self.settings).into_iter().any(|found| {
            found.severity == Severity::Error
                && found.span.overlaps(touched)
                && !known.iter().any(|old| old.rule == found.rule && old.original == found.original)
        })
    }
}

fn line_around(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| span.end + at);
    Span::new(start, end)
}

fn digits(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .collect()
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Two to four Hangul syllables.
fn is_name(word: &str) -> bool {
    (2..=4).contains(&word.chars().count())
        && word.chars().all(|character| ('가'..='힣').contains(&character))
}

/// What stands between double quotation marks, line by line.
pub(super) fn quotations(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (at, character) in text.char_indices() {
        match (character, open) {
            ('\n', _) => open = None,
            ('“', _) | ('"', None) => open = Some(at + character.len_utf8()),
            ('”' | '"', Some(start)) => {
                found.push(Span::new(start, at));
                open = None;
            }
            _ => {}
        }
    }
    found
}
