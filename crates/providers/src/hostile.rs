//! The table of hostile articles: whatever they make a model say, the worst that comes of it is a
//! suggestion that an editor sees and may reject.

use checker::{Category, Checker, Settings};
use domain::anchor::{Anchor, Anchored};
use domain::id::FindingId;
use domain::model::ModelEvent;
use proptest::prelude::*;
use serde::Deserialize;

use crate::findings::Scanner;

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    about: String,
    article: String,
    answer: String,
    expected: Vec<String>,
}

thread_local! {
    static CHECKER: Checker = Checker::new();
}

/// What becomes of every object of an answer about an article.
fn outcomes(article: &str, answer: &str) -> Vec<&'static str> {
    let mut scanner = Scanner::default();
    let mut events = scanner.push(answer);
    events.extend(scanner.finish());
    let settings = Settings::default();
    CHECKER.with(|checker| {
        let mut anchor = Anchor::new(article, checker, &settings, &[]);
        let numbered = events.into_iter().enumerate();
        numbered.map(|(at, event)| outcome(&mut anchor, article, event, at)).collect()
    })
}

fn outcome(anchor: &mut Anchor<'_>, article: &str, event: ModelEvent, at: usize) -> &'static str {
    let ModelEvent::Finding(finding) = event else { return "dropped" };
    let Anchored::Placed(one) = anchor.place(finding, FindingId::new(at.to_string())) else {
        return "dropped";
    };
    assert_eq!(one.span.of(article), Some(one.original.as_str()));
    assert!(!one.message.contains(['\n', '\u{202e}']), "{}", one.message);
    match (one.category, one.replacements.is_empty()) {
        _ if one.safe => "safe",
        (Category::Fact, true) => "look",
        (Category::Fact, false) => "confirm",
        _ => "plain",
    }
}

#[test]
fn the_worst_is_a_suggestion_that_an_editor_sees() {
    let table: Table = toml::from_str(include_str!("hostile.toml")).unwrap();
    for case in table.case {
        assert_eq!(outcomes(&case.article, &case.answer), case.expected, "{}", case.about);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_answer_about_any_article_is_taken_in(
        article in ".{0,40}",
        answer in r#"(.|[{}"\\:,\n]|\{"original":".{0,3}","replacement":".{0,3}"\}){0,20}"#,
    ) {
        outcomes(&article, &answer);
    }
}
