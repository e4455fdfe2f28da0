//! Findings out of a model's prose: each JSON object is read as soon as its last brace comes.

use checker::{Category, Severity};
use domain::model::{ModelEvent, ModelFinding};
use serde::Deserialize;

/// One object may hold so many bytes; what is longer is no finding.
const OBJECT_LIMIT_BYTES: usize = 16 * 1024;

/// Scans text for top-level objects; arrays, fences and words around them are passed over.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    object: String,
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    is_too_long: bool,
}

impl Scanner {
    /// Takes the next piece of text and gives what it completes.
    pub(crate) fn push(&mut self, text: &str) -> Vec<ModelEvent> {
        text.chars().filter_map(|character| self.take(character)).collect()
    }

    /// The end of the text: an object still open is unreadable.
    pub(crate) fn finish(&mut self) -> Option<ModelEvent> {
        let is_open = self.depth > 0;
        *self = Self::default();
        is_open.then_some(ModelEvent::UnreadableFinding)
    }

    fn take(&mut self, character: char) -> Option<ModelEvent> {
        if self.is_no_object(character) {
            *self = Self::default();
        }
        if self.depth == 0 && character != '{' {
            return None;
        }
        if self.is_in_string && character == '\n' {
            // A string has lost its end; what follows is not part of it.
            *self = Self::default();
            return Some(ModelEvent::UnreadableFinding);
        }
        if self.object.len() >= OBJECT_LIMIT_BYTES {
            self.is_too_long = true;
        } else {
            self.object.push(character);
        }
        if self.is_in_string {
            match character {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' => self.is_escaped = true,
                '"' => self.is_in_string = false,
                _ => {}
            }
            return None;
        }
        match character {
            '"' => self.is_in_string = true,
            '{' => self.depth += 1,
            '}' => self.depth -= 1,
            _ => {}
        }
        (self.depth == 0).then(|| self.end())
    }

    /// Whether the open brace stands in prose: a name follows it in every object.
    fn is_no_object(&self, character: char) -> bool {
        let is_first = self.depth == 1 && self.object.trim_end() == "{" && !self.is_in_string;
        is_first && !character.is_whitespace() && !matches!(character, '"' | '}')
    }

    fn end(&mut self) -> ModelEvent {
        let object = std::mem::take(&mut self.object);
        if std::mem::take(&mut self.is_too_long) {
            return ModelEvent::UnreadableFinding;
        }
        match serde_json::from_str::<Written>(&object) {
            Ok(written) => ModelEvent::Finding(written.finding()),
            Err(_) => ModelEvent::UnreadableFinding,
        }
    }
}

/// A finding as models write it.
#[derive(Deserialize)]
struct Written {
    original: String,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    replacement: Option<String>,
    #[serde(default)]
    replacements: Vec<String>,
    #[serde(default)]
    category: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    confidence: Option<f32>,
}

impl Written {
    fn finding(self) -> ModelFinding {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let mut replacements: Vec<String> = filled(self.replacement).into_iter().collect();
        replacements.extend(self.replacements.into_iter().filter(|text| !text.is_empty()));
        replacements.dedup();
        ModelFinding {
            original: self.original,
            before: filled(self.before),
            after: filled(self.after),
            replacements,
            category: Category::from_name(&self.category).unwrap_or(Category::Sentence),
            severity: Severity::from_name(&self.severity).unwrap_or(Severity::Warning),
            message: self.message,
            reference: filled(self.reference),
            confidence: self.confidence.filter(|confidence| confidence.is_finite()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;
    use checker::{Category, Severity};
    use domain::model::{ModelEvent, ModelFinding};
    use proptest::prelude::*;

    fn finding(original: &str, replacement: &str) -> ModelEvent {
        ModelEvent::Finding(ModelFinding {
            original: original.into(),
            before: None,
            after: None,
            replacements: vec![replacement.into()],
            category: Category::Sentence,
            severity: Severity::Warning,
            message: String::new(),
            reference: None,
            confidence: None,
        })
    }

    fn check(text: &str, expected: &[ModelEvent]) {
        let mut scanner = Scanner::default();
        let mut events = scanner.push(text);
        events.extend(scanner.finish());
        assert_eq!(events, expected, "{text}");
    }

    #[test]
    fn reads_objects_however_they_are_wrapped() {
        let one = r#"{"original":"몇일","replacement":"며칠"}"#;
        let two = r#"{"original":"}{\"😀","replacements":["]"],"category":"없음"}"#;
        let both = [finding("몇일", "며칠"), finding("}{\"😀", "]")];
        check(&format!("{one}\n{two}"), &both);
        check(&format!("```json\n[{one},\n {two}]\n```"), &both);
        check(&format!("찾은 지적입니다. {one} 그리고 {two} 끝."), &both);
        check("지적할 것이 없습니다.", &[]);
    }

    #[test]
    fn a_stray_mark_does_not_swallow_what_follows() {
        let good = r#"{"original":"몇일","replacement":"며칠"}"#;
        let found = finding("몇일", "며칠");
        check(&format!("틀림 {{1}} {{ 보기 {good}"), std::slice::from_ref(&found));
        check(&format!("{{{good}"), std::slice::from_ref(&found));
        let unreadable = ModelEvent::UnreadableFinding;
        check(&format!("{{\"original\":\"가\n{good}"), &[unreadable, found]);
    }

    #[test]
    fn reads_every_field() {
        let text = r#"{"original":"가","before":"나","after":"","replacement":"다",
            "replacements":["다","라"],"category":"spacing","severity":"hint","message":"이유",
            "reference":"제41항","confidence":0.25,"extra":{"a":[1]}}"#;
        let expected = ModelFinding {
            original: "가".into(),
            before: Some("나".into()),
            after: None,
            replacements: vec!["다".into(), "라".into()],
            category: Category::Spacing,
            severity: Severity::Hint,
            message: "이유".into(),
            reference: Some("제41항".into()),
            confidence: Some(0.25),
        };
        check(text, &[ModelEvent::Finding(expected)]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_passed_over() {
        let unreadable = ModelEvent::UnreadableFinding;
        let good = r#"{"original":"가","replacement":"나"}"#;
        check(&format!("{{\"a\":1}}{good}"), &[unreadable.clone(), finding("가", "나")]);
        check(&format!("{{\"oops\"}}{good}"), &[unreadable.clone(), finding("가", "나")]);
        check(r#"{"original":"끝이 없"#, std::slice::from_ref(&unreadable));
        let long = format!("{{\"original\":\"{}\"}}{good}", "가".repeat(10_000));
        check(&long, &[unreadable, finding("가", "나")]);
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_findings(
            text in r#"([가-힣 ]|\{"original":"[가-힣\\n]{1,4}","replacement":"[}{가]"\}|[{}"\\]){0,12}"#,
            cut in 0usize..100,
        ) {
            let mut whole = Scanner::default();
            let mut expected = whole.push(&text);
            expected.extend(whole.finish());
            let mut pieces = Scanner::default();
            let head: String = text.chars().take(cut).collect();
            let tail: String = text.chars().skip(cut).collect();
            let mut events = pieces.push(&head);
            events.extend(pieces.push(&tail));
            events.extend(pieces.finish());
            prop_assert_eq!(events, expected);
        }
    }
}
