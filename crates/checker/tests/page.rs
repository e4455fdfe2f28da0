//! The page that tells how to write a rule is right: its examples are read and hold.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use checker::{Checker, Pack, Settings};

fn block(language: &str) -> String {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/CHECKER.md"));
    let page = page.unwrap();
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_rules_of_the_page_do_what_their_examples_say() {
    let pack = Pack::from_toml("docs/CHECKER.md", &block("toml")).unwrap();
    assert_eq!(pack.len(), 3);
    let checker = Checker::with_packs(vec![pack]);
    let rules: Vec<_> = checker.rules().collect();
    let own = rules.iter().rev().take(3);
    let failures: Vec<_> = own.flat_map(|rule| checker.try_examples(rule)).collect();
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn the_dictionary_of_the_page_is_read() {
    let pack = Pack::from_csv("docs/CHECKER.md", &block("csv")).unwrap();
    let checker = Checker::with_packs(vec![pack]);
    let found = checker.check("언더패스를 팠다. 😀\n언더패스 공법", &Settings::default());
    let said: Vec<_> = found.iter().map(|one| (one.original.as_str(), &one.replacements)).collect();
    assert_eq!(said, [("언더패스", &vec!["지하차도".to_owned()])]);
}
