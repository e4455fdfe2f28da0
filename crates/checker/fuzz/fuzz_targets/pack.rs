//! Any style pack: it is read or refused with a line that exists, and what it says fits any text.

#![no_main]

use checker::{Checker, Pack, Settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines = text.matches('\n').count() + 1;
    for read in [Pack::from_toml("a.toml", text), Pack::from_csv("a.csv", text)] {
        match read {
            Ok(pack) if !pack.is_empty() => {
                let checker = Checker::with_packs(vec![pack]);
                for one in checker.check(text, &Settings { hints: true, ..Settings::default() }) {
                    assert_eq!(one.span.of(text), Some(one.original.as_str()));
                }
            }
            Ok(_) => {}
            Err(error) => assert!((1..=lines).contains(&error.line), "{error} of {lines} lines"),
        }
    }
});
