//! Places a model's findings in the text and guards it: what does not match is dropped, what
//! touches digits, names or quotations is shown as something to confirm, never as a plain edit.

mod guard;

use checker::{Checker, Settings, Span};

use crate::finding::{Finding, FindingSource};
use crate::id::FindingId;
use crate::model::ModelFinding;

/// Anchors the findings of one answer in one text.
#[derive(Debug)]
pub struct Anchor<'t> {
    text: &'t str,
    checker: &'t Checker,
    settings: &'t Settings,
    quotations: Vec<Span>,
    chars: usize,
    changed_chars: usize,
    placed: Vec<Finding>,
}

/// What became of a model's finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchored {
    /// A finding of its own, or a rule's finding that the model confirms or adds to; it carries the
    /// rule finding's id then and takes its place.
    Placed(Finding),
    /// It says what is known already.
    Repeated,
    /// Its original is not in the text, or not at one certain place.
    NotInText,
}

impl<'t> Anchor<'t> {
    /// Begins with the findings of the rules.
    #[must_use]
    pub fn new(
        text: &'t str,
        checker: &'t Checker,
        settings: &'t Settings,
        rules: &[Finding],
    ) -> Self {
        Self {
            text,
            checker,
            settings,
            quotations: guard::quotations(text),
            chars: text.chars().count(),
            changed_chars: 0,
            placed: rules.to_vec(),
        }
    }

    /// Anchors one finding; `id` is used when it is a finding of its own.
    pub fn place(&mut self, finding: ModelFinding, id: FindingId) -> Anchored {
        let Some(span) = locate(self.text, &finding) else { return Anchored::NotInText };
        let replacements: Vec<String> = finding
            .replacements
            .iter()
            .filter(|replacement| **replacement != finding.original)
            .cloned()
            .collect();
        if replacements.is_empty() && !finding.replacements.is_empty() {
            return Anchored::Repeated;
        }
        if let Some(merged) = self.merge(span, &replacements) {
            return merged;
        }
        let placed = self.guard(span, replacements, finding, id);
        self.placed.push(placed.clone());
        Anchored::Placed(placed)
    }

    /// Every finding so far, by place.
    #[must_use]
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.placed.sort_by_key(|finding| finding.span);
        self.placed
    }

    /// Joins with a finding that is there: the same result is the same finding, the same place with
    /// another result is an alternative.
    fn merge(&mut self, span: Span, replacements: &[String]) -> Option<Anchored> {
        let text = self.text;
        let wanted = replacements.first().map(|new| applied(text, span, new));
        let same = self.placed.iter_mut().find(|known| {
            let result = known.replacements.first().map(|new| applied(text, known.span, new));
            known.span.overlaps(span) && result == wanted
        });
        if let Some(known) = same {
            if known.source != FindingSource::Rule {
                return Some(Anchored::Repeated);
            }
            known.source = FindingSource::Both;
            return Some(Anchored::Placed(known.clone()));
        }
        let known = self.placed.iter_mut().find(|known| known.span == span)?;
        let new: Vec<String> =
            replacements.iter().filter(|new| !known.replacements.contains(new)).cloned().collect();
        if new.is_empty() {
            return Some(Anchored::Repeated);
        }
        known.replacements.extend(new);
        known.safe = false;
        Some(Anchored::Placed(known.clone()))
    }
}

/// The one place where the original stands: alone in the text, or alone with its context.
fn locate(text: &str, finding: &ModelFinding) -> Option<Span> {
    let original = finding.original.as_str();
    if original.is_empty() {
        return None;
    }
    let fits = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + original.len()..).unwrap_or_default();
        finding.before.as_deref().is_none_or(|context| before.ends_with(context))
            && finding.after.as_deref().is_none_or(|context| after.starts_with(context))
    };
    let mut all = text.match_indices(original).map(|(at, _)| at);
    let first = all.next()?;
    let at = match all.next() {
        None => first,
        Some(second) => {
            let mut fitting = [first, second].into_iter().chain(all).filter(|at| fits(*at));
            let only = fitting.next()?;
            if fitting.next().is_some() {
                return None;
            }
            only
        }
    };
    Some(Span::new(at, at + original.len()))
}

fn applied(text: &str, span: Span, replacement: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    format!("{before}{replacement}{after}")
}

#[cfg(test)]
mod tests {
    use super::{Anchor, Anchored};
    use crate::finding::{Finding, FindingSource};
    use crate::id::FindingId;
    use crate::model::ModelFinding;
    use checker::{Category, Checker, RuleId, Settings, Severity, Span};

    fn model(original: &str, replacement: &str) -> ModelFinding {
        ModelFinding {
            original: original.into(),
            before: None,
            after: None,
            replacements: vec![replacement.into()],
            category: Category::Spelling,
            severity: Severity::Error,
            message: "맞춤법".into(),
            reference: None,
            confidence: Some(0.9),
        }
    }

    fn rule(span: Span, original: &str, replacement: &str) -> Finding {
        Finding {
            id: FindingId::new("r-1"),
            span,
            original: original.into(),
            replacements: vec![replacement.into()],
            category: Category::Spacing,
            rule: Some(RuleId::new("spacing/dependent-noun")),
            source: FindingSource::Rule,
            severity: Severity::Error,
            message: String::new(),
            reference: None,
            confidence: Some(1.0),
            safe: true,
        }
    }

    fn place(text: &str, rules: &[Finding], finding: ModelFinding) -> Anchored {
        let (checker, settings) = (Checker::new(), Settings::default());
        Anchor::new(text, &checker, &settings, rules).place(finding, FindingId::new("a-1"))
    }

    fn placed(text: &str, finding: ModelFinding) -> Finding {
        match place(text, &[], finding) {
            Anchored::Placed(finding) => finding,
            other => panic!("not placed: {other:?}"),
        }
    }

    const LONG: &str =
        "정부는 올해 예산안을 확정했다고 밝혔다. 관계 부처는 후속 대책을 서둘러 마련하기로 했다. ";

    #[test]
    fn the_original_must_stand_at_one_certain_place() {
        assert_eq!(place("가나다", &[], model("라", "마")), Anchored::NotInText);
        assert_eq!(place("가나다", &[], model("", "마")), Anchored::NotInText);
        assert_eq!(place("나라와 나라", &[], model("나라", "국가")), Anchored::NotInText);
        let mut finding = model("나라", "국가");
        finding.after = Some("와".into());
        let text = format!("{LONG}우리 나라와 이웃 나라의 회담");
        assert_eq!(placed(&text, finding).span, Span::new(LONG.len() + 7, LONG.len() + 13));
    }

    #[test]
    fn a_plain_edit_is_safe_and_never_an_error() {
        let text = format!("😀 {LONG}어의없는 일이다.");
        let found = placed(&text, model("어의없는", "어이없는"));
        assert_eq!(found.span.of(&text), Some("어의없는"));
        assert_eq!(
            (found.category, found.severity, found.safe),
            (Category::Spelling, Severity::Warning, true)
        );
    }

    #[test]
    fn decomposed_hangul_is_another_string_and_finds_nothing() {
        let text = format!("{LONG}\u{1100}\u{1161}");
        assert_eq!(place(&text, &[], model("가", "나")), Anchored::NotInText);
    }

    fn check_guarded(text: &str, original: &str, replacement: &str, doubt: &str) {
        let found = placed(text, model(original, replacement));
        assert_eq!((found.category, found.safe), (Category::Fact, false), "{text}");
        assert_eq!(found.message, format!("확인 필요({doubt}): 맞춤법"));
    }

    #[test]
    fn digits_names_and_quotations_ask_for_confirmation() {
        check_guarded(
            &format!("{LONG}매출은 300억원이다."),
            "300억원",
            "30억원",
            "숫자가 바뀝니다",
        );
        check_guarded(&format!("{LONG}그는 “됬다”고 했다."), "됬다", "됐다", "직접 인용문입니다");
        check_guarded(&format!("{LONG}김철수 장관은"), "김철수", "김철호", "이름일 수 있습니다");
        check_guarded(
            &format!("{LONG}김철수 장관은"),
            "김철수 장관은",
            "김철호 장관은",
            "이름일 수 있습니다",
        );
        let long = "가나다 라마바 ".repeat(9);
        check_guarded(&format!("{}{long}", LONG.repeat(9)), &long, "짧게", "고친 범위가 넓습니다");
    }

    #[test]
    fn beyond_the_share_every_edit_asks_for_confirmation() {
        let text = "한 문장을 통째로 고쳐 쓰면 안 된다는 규칙을 지키는지 본다. 나머지는 그대로 두어야 한다. 그래야 글쓴이의 뜻이 남는다.";
        let (checker, settings) = (Checker::new(), Settings::default());
        let mut anchor = Anchor::new(text, &checker, &settings, &[]);
        let first = anchor.place(model("한 문장을 통째로", "문장 전체를"), FindingId::new("a-1"));
        let second = anchor
            .place(model("나머지는 그대로 두어야 한다", "나머지는 두자"), FindingId::new("a-2"));
        let category = |anchored| match anchored {
            Anchored::Placed(finding) => finding.category,
            other => panic!("{other:?}"),
        };
        assert_eq!([category(first), category(second)], [Category::Spelling, Category::Fact]);
    }

    #[test]
    fn the_same_fix_from_both_is_one_finding() {
        let text = format!("{LONG}할수 있다");
        let at = LONG.len();
        let known = rule(Span::new(at, at + 6), "할수", "할 수");
        let both = Finding { source: FindingSource::Both, ..known.clone() };
        let wider = model("할수 있다", "할 수 있다");
        assert_eq!(
            place(&text, std::slice::from_ref(&known), wider),
            Anchored::Placed(both.clone())
        );
        assert_eq!(place(&text, &[both], model("할수", "할 수")), Anchored::Repeated);
        let other = Finding {
            replacements: vec!["할 수".into(), "할 줄".into()],
            safe: false,
            ..known.clone()
        };
        assert_eq!(place(&text, &[known], model("할수", "할 줄")), Anchored::Placed(other));
    }

    #[test]
    fn a_replacement_that_changes_nothing_says_nothing() {
        assert_eq!(place("가나다", &[], model("나", "나")), Anchored::Repeated);
    }
}
