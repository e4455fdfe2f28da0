//! Abbreviations in Latin capitals that an article uses without saying what they stand for.

use std::collections::HashSet;

use crate::Suggestion;
use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Word};

/// What every reader of a newspaper knows.
const KNOWN: &str = "AI TV IT PC CEO CFO CTO COO GDP GNP GNI EU UN US USA UK FTA LG SK KT CJ GS HD LS KB NH DB \
     DL HMM KBS MBC SBS JTBC TBS EBS YTN CNN BBC NHK CCTV DNA RNA PCR DMZ FBI CIA NASA NATO OECD IMF WHO \
     WTO G7 G20 APEC ASEAN OPEC FIFA IOC NBA MLB KBO PGA LPGA UFC MVP SUV KTX SRT LED LCD USB PDF SNS APP \
     VIP VR AR IP ID PD MC DJ OST QR ATM VAT IPO ESG ETF CB BW PF R D IR PR HR CCO OLED DRAM D램 HBM GPU CPU NPU \
     5G 6G LTE LNG LPG EV AS OK NO TOP BTS IBM HP GM BMW NC KAIST POSTECH DSR LTV DTI REC CD MOU KIA SM JYP YG VS";

/// Longer runs of capitals are names or shouts.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=6;

/// An article of so many different abbreviations is a table.
const LIMIT: usize = 200;

pub(super) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let known: HashSet<&str> = KNOWN.split_whitespace().collect();
    let mut seen: HashSet<&str> = HashSet::new();
    for word in document.words().iter().filter(|word| !document.is_protected(word.span)) {
        let Some((span, letters)) = abbreviation(text, word) else { continue };
        if known.contains(letters) || seen.len() > LIMIT || !seen.insert(letters) {
            continue;
        }
        let before = text.get(..span.start).unwrap_or_default();
        let after = text.get(span.end..).unwrap_or_default();
        // 국내총생산(GDP) and GDP(국내총생산) say what it is.
        if before.ends_with('(') || after.starts_with('(') || document.is_in_title(span) {
            continue;
        }
        let rule = rule::rule("consistency/abbreviation");
        out.extend(rule.and_then(|rule| rule.suggestion(text, span, Vec::new())));
    }
}

/// The capitals of a word that holds nothing else but Hangul and marks.
fn abbreviation<'t>(text: &'t str, word: &Word) -> Option<(crate::Span, &'t str)> {
    let mut latin = word.runs.iter().filter(|run| run.kind == Kind::Latin);
    let run = latin.next()?;
    let letters = run.span.of(text)?;
    let is_alone = latin.next().is_none() && word.runs.iter().all(|run| run.kind != Kind::Digits);
    let is_capital = letters.chars().all(|letter| letter.is_ascii_uppercase());
    (is_alone && is_capital && LETTERS.contains(&letters.len())).then_some((run.span, letters))
}
