//! Any text: spans fit, findings come in order, and a text checked again says the same.

#![no_main]

use std::sync::LazyLock;

use checker::{ArticleDate, Checker, Memory, Settings};
use libfuzzer_sys::fuzz_target;

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::new);

fuzz_target!(|text: &str| {
    let article_date = Some(ArticleDate { year: 2026, month: 11, day: 24 });
    let settings = Settings { hints: true, article_date, ..Settings::default() };
    let found = CHECKER.check(text, &settings);
    let mut end = 0;
    for one in &found {
        assert!(one.span.start >= end, "overlapping or out of order");
        assert_eq!(one.span.of(text), Some(one.original.as_str()));
        assert!(one.replacements.iter().all(|right| *right != one.original), "changes nothing");
        end = one.span.end;
    }
    let memory = Memory::new(100_000);
    assert_eq!(CHECKER.check_again(text, &settings, &memory), found);
    assert_eq!(CHECKER.check_again(text, &settings, &memory), found);
});
