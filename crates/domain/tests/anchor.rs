//! What holds of the anchor for any text and any findings: spans that fit, one result in any order,
//! and peace after everything that may be taken in bulk is taken.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use checker::{Category, Checker, Settings, Severity};
use domain::anchor::Anchor;
use domain::finding::{Finding, FindingSource, from_suggestions};
use domain::id::FindingId;
use domain::model::ModelFinding;
use proptest::prelude::*;

thread_local! {
    static CHECKER: Checker = Checker::new();
}

fn finding(original: &str, replacement: &str, category: Category) -> ModelFinding {
    ModelFinding {
        original: original.into(),
        before: None,
        after: None,
        replacements: vec![replacement.into()],
        category,
        severity: Severity::Error,
        message: "이유".into(),
        reference: None,
        confidence: Some(0.9),
    }
}

/// Everything that is found of a text after these findings of a model came in.
fn anchored(text: &str, findings: &[ModelFinding]) -> Vec<Finding> {
    let settings = Settings::default();
    CHECKER.with(|checker| {
        let rules = from_suggestions(checker.check(text, &settings));
        let mut anchor = Anchor::new(text, checker, &settings, &rules);
        for (at, one) in findings.iter().enumerate() {
            let _ = anchor.place(one.clone(), FindingId::new(format!("m-{at}")));
        }
        anchor.into_findings()
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[가-힣]{1,3}",
        "[0-9]{1,3}(만|억|원|%)?",
        "[“”‘’\"'()〈〉「」.,…]",
        prop_oneof![
            Just("몇일".to_owned()),
            Just("할수".to_owned()),
            Just("김철수 장관".to_owned()),
            Just("😀".to_owned()),
            Just("e\u{301}".to_owned()),
            Just("\u{1106}\u{1167}\u{11be}".to_owned()),
            Just("\u{200b}".to_owned()),
            Just("\u{202e}".to_owned()),
            Just("\u{a0}".to_owned()),
            Just("\r".to_owned()),
        ],
    ];
    proptest::collection::vec((piece, "[ \n]?"), 0..10)
        .prop_map(|all| all.into_iter().map(|(piece, gap)| piece + &gap).collect())
}

/// A finding that quotes some of the text, or anything.
fn findings(text: String) -> impl Strategy<Value = (String, Vec<ModelFinding>)> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let last = places.len() - 1;
    let quoted = {
        let (text, places) = (text.clone(), places);
        (0..=last, 0..=8usize).prop_map(move |(from, len)| {
            text[places[from]..places[(from + len).min(last)]].to_owned()
        })
    };
    let words = prop_oneof![4 => quoted, 1 => pieces(), 1 => ".{0,8}"];
    let context = proptest::option::of(prop_oneof!["[가-힣 ]{0,2}", ".{0,3}"]);
    let category = proptest::sample::select(Category::ALL.to_vec());
    let replacements = proptest::collection::vec(prop_oneof![pieces(), ".{0,8}"], 0..3);
    let one = (words, context.clone(), context, replacements, category).prop_map(
        |(original, before, after, replacements, category)| ModelFinding {
            original,
            before,
            after,
            replacements,
            category,
            severity: Severity::Error,
            message: String::new(),
            reference: None,
            confidence: Some(f32::NAN),
        },
    );
    (Just(text), proptest::collection::vec(one, 0..8))
}

fn applied(text: &str, one: &Finding, new: &str) -> String {
    format!("{}{new}{}", &text[..one.span.start], &text[one.span.end..])
}

/// What may be written where, and what has to be confirmed; ids, wording and order aside.
fn said(text: &str, findings: &[Finding]) -> BTreeSet<(Vec<String>, usize, bool, &'static str)> {
    findings
        .iter()
        .map(|one| {
            let mut results: Vec<_> =
                one.replacements.iter().map(|new| applied(text, one, new)).collect();
            results.sort_unstable();
            let place = if results.is_empty() { one.span.start } else { 0 };
            (results, place, one.category == Category::Fact, one.source.name())
        })
        .collect()
}

/// Whether two of these make the same text at different places, as where one of two equal letters goes.
fn say_the_same_elsewhere(text: &str, findings: &[ModelFinding]) -> bool {
    let alone = findings.iter().map(|one| anchored(text, std::slice::from_ref(one)));
    let models = alone.flatten().filter(|one| one.source == FindingSource::Ai);
    let mut places = BTreeMap::new();
    models
        .filter_map(|one| Some((applied(text, &one, one.replacements.first()?), one.span)))
        .any(|(new, span)| places.insert(new, span).is_some_and(|known| known != span))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn spans_fit_and_guards_hold((text, findings) in pieces().prop_flat_map(findings)) {
        let found = anchored(&text, &findings);
        for one in &found {
            prop_assert_eq!(one.span.of(&text), Some(one.original.as_str()));
            prop_assert!(!one.safe || one.replacements.len() == 1 && one.category != Category::Fact);
            if one.source == FindingSource::Ai {
                prop_assert!(one.severity < Severity::Error);
                prop_assert_eq!(one.confidence, None);
                let new = one.replacements.concat();
                let hidden = |text: &str| text.matches(['\u{200b}', '\u{202e}', '\r', '\n']).count();
                prop_assert!(one.replacements.len() != 1 || hidden(&new) <= hidden(&one.original));
            }
        }
        // Of what may be taken in bulk nothing overlaps.
        let safe: Vec<_> = found.iter().filter(|one| one.safe).collect();
        prop_assert!(safe.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        // A resumed answer says everything again.
        let twice = [findings.clone(), findings].concat();
        prop_assert_eq!(anchored(&text, &twice), found);
    }

    #[test]
    fn any_order_gives_the_same(
        (text, findings) in pieces().prop_flat_map(findings),
        turn in 0..8usize,
    ) {
        // The share of changed text depends on what came before: a short text has none.
        prop_assume!(text.chars().count() <= 60);
        let mut other = findings;
        other.iter_mut().for_each(|one| one.replacements.truncate(1));
        prop_assume!(!say_the_same_elsewhere(&text, &other));
        let expected = said(&text, &anchored(&text, &other));
        other.reverse();
        prop_assert_eq!(&said(&text, &anchored(&text, &other)), &expected);
        let turn = turn.min(other.len());
        other.rotate_left(turn);
        prop_assert_eq!(&said(&text, &anchored(&text, &other)), &expected);
    }
}

/// The passages of the gold set.
fn passages() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/gold");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let lines = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    let text = |line: &str| {
        let passage: serde_json::Value = serde_json::from_str(line).unwrap();
        passage["text"].as_str().unwrap().to_owned()
    };
    lines.flat_map(|file| file.lines().map(text).collect::<Vec<_>>()).collect()
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// A model that puts a slip into a word of the text: a letter, a space or a particle.
fn slip(text: &str, dice: &mut Dice) -> ModelFinding {
    let words: Vec<&str> = text.split_whitespace().collect();
    let word = words[dice.roll(words.len())];
    let mut chars: Vec<char> = word.chars().collect();
    let at = dice.roll(chars.len());
    match dice.roll(6) {
        0 => chars.insert(at, ' '),
        1 => chars[at] = ['은', '는', '이', '가', '을', '를'][dice.roll(6)],
        2 => {
            chars.remove(at);
        }
        3 => chars.push(','),
        _ => {
            // Another vowel or final consonant.
            let step = [1, 28, 56][dice.roll(3)];
            let moved = char::from_u32(u32::from(chars[at]) + step).unwrap_or('가');
            if ('가'..='힣').contains(&chars[at]) && ('가'..='힣').contains(&moved) {
                chars[at] = moved;
            }
        }
    }
    let new: String = chars.into_iter().collect();
    let categories = [Category::Spelling, Category::Spacing, Category::Particle];
    finding(word, &new, categories[dice.roll(3)])
}

#[test]
fn what_may_be_taken_in_bulk_brings_nothing_new() {
    let settings = Settings::default();
    let mut dice = Dice(20_261_124);
    let (mut tried, mut safe) = (0, 0);
    let mut broken = Vec::new();
    let key = |one: &checker::Suggestion| (one.rule.as_str().to_owned(), one.original.clone());
    for text in passages() {
        let findings: Vec<_> = (0..6).map(|_| slip(&text, &mut dice)).collect();
        let found = anchored(&text, &findings);
        tried += findings.len();
        let before: Vec<_> =
            CHECKER.with(|one| one.check(&text, &settings)).iter().map(key).collect();
        for one in found.iter().filter(|one| one.safe && one.source == FindingSource::Ai) {
            safe += 1;
            let mut changed = text.clone();
            changed.replace_range(one.span.start..one.span.end, &one.replacements[0]);
            let after = CHECKER.with(|checker| checker.check(&changed, &settings));
            let new: Vec<_> = after.iter().map(key).filter(|new| !before.contains(new)).collect();
            if !new.is_empty() {
                broken.push((one.original.clone(), one.replacements.clone(), new));
            }
        }
    }
    assert_eq!(broken, []);
    assert!(safe * 20 > tried, "the test must try what it is about: {safe} of {tried}");
}
