//! What holds of every text: no panic, spans that fit, the same findings however the text is
//! composed and however it came to be, and peace after every suggestion is taken.

use checker::{ArticleDate, Checker, Memory, Settings, Suggestion};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

thread_local! {
    static CHECKER: Checker = Checker::new();
}

fn check(text: &str) -> Vec<Suggestion> {
    let settings = Settings { hints: true, ..Settings::default() };
    CHECKER.with(|checker| checker.check(text, &settings))
}

/// Words that rules look at, with what may stand around them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[가-힣]{1,4}",
        "[0-9]{1,5}(만|억|원|%|일|시|년만에)?",
        "[A-Z]{2,4}(을|를|은|는)",
        "[“”‘’\"'()〈〉《》「」『』.,~]{1,2}",
        prop_oneof![
            Just("몇일".to_owned()),
            Just("정책를".to_owned()),
            Just("할수있다".to_owned()),
            Just("되서".to_owned()),
            Just("갯수가".to_owned()),
            Just("오후 18시".to_owned()),
            Just("20~30만".to_owned()),
            Just("컨텐츠를".to_owned()),
            Just("2월 30일(화)".to_owned()),
            Just("😀".to_owned()),
            Just("e\u{301}".to_owned()),
            Just("\0".to_owned()),
            Just("\u{200f}".to_owned()),
            Just("ﾡ".to_owned()),
            Just("\r".to_owned()),
        ],
    ];
    proptest::collection::vec((piece, "[ \n]?"), 0..14)
        .prop_map(|all| all.into_iter().map(|(piece, gap)| piece + &gap).collect())
}

/// The text with a piece put in place of what lies between two places, in thousandths of it.
fn edited(text: &str, edit: &(usize, usize, String)) -> String {
    let place = |thousandths: usize| {
        let place = text.len() * thousandths / 1000;
        (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
    };
    let (from, to) = (place(edit.0.min(edit.1)), place(edit.0.max(edit.1)));
    let mut text = text.to_owned();
    text.replace_range(from..to, &edit.2);
    text
}

/// A paragraph more or less, and a word more or less.
fn edits() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    let piece = prop_oneof![pieces(), Just("\n".to_owned()), Just(String::new())];
    let near = (0..=1000usize, 0..40usize).prop_map(|(from, len)| (from, (from + len).min(1000)));
    let edit = (near, piece).prop_map(|((from, to), piece)| (from, to, piece));
    proptest::collection::vec(edit, 1..5)
}

fn applied(text: &str, suggestions: &[Suggestion]) -> String {
    let mut text = text.to_owned();
    for one in suggestions.iter().rev() {
        if let Some(first) = one.replacements.first() {
            text.replace_range(one.span.start..one.span.end, first);
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn spans_fit_any_text(text in prop_oneof![pieces(), ".{0,60}"]) {
        let mut end = 0;
        for one in check(&text) {
            prop_assert_eq!(one.span.of(&text), Some(one.original.as_str()));
            prop_assert!(one.span.start >= end, "overlapping or out of order");
            end = one.span.end;
        }
    }

    #[test]
    fn composed_and_decomposed_text_give_the_same_findings(text in pieces()) {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        let said = |text: &str| -> Vec<_> {
            let all = check(text).into_iter();
            all.map(|one| (one.rule, one.original.nfc().collect::<String>(), one.replacements)).collect()
        };
        prop_assert_eq!(said(&composed), said(&decomposed));
    }

    #[test]
    fn checking_again_finds_what_checking_finds(
        paragraphs in proptest::collection::vec(pieces(), 1..6),
        edits in edits(),
        limit_bytes in prop_oneof![Just(2_000usize), Just(1_000_000)],
    ) {
        let memory = Memory::new(limit_bytes);
        let settings = Settings {
            hints: true,
            article_date: Some(ArticleDate { year: 2026, month: 11, day: 24 }),
            ..Settings::default()
        };
        let mut text = paragraphs.join("\n");
        for edit in &edits {
            text = edited(&text, edit);
            let (again, whole) = CHECKER.with(|checker| {
                (checker.check_again(&text, &settings, &memory), checker.check(&text, &settings))
            });
            prop_assert_eq!(again, whole, "{:?}", text);
        }
    }

    #[test]
    fn taking_every_suggestion_comes_to_rest(text in pieces()) {
        let mut text = text;
        let mut rounds = 0;
        loop {
            let found: Vec<_> =
                check(&text).into_iter().filter(|one| !one.replacements.is_empty()).collect();
            if found.is_empty() {
                break;
            }
            rounds += 1;
            prop_assert!(rounds <= 4, "never comes to rest: {text:?} {found:?}");
            text = applied(&text, &found);
        }
    }

    #[test]
    fn bytes_become_utf16_units_and_bytes_again(text in prop_oneof![pieces(), ".{0,600}"]) {
        let index = checker::utf16::Utf16Index::new(&text);
        let units: Vec<u16> = text.encode_utf16().collect();
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for at in ends {
            let unit = index.unit_of(at);
            let head = String::from_utf16_lossy(units.get(..unit).unwrap_or_default());
            prop_assert_eq!(Some(head.as_str()), text.get(..at));
            prop_assert_eq!(index.byte_of(unit), Some(at));
        }
    }
}
