//! The committed baseline: written on request, and held against a new measurement.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;

use super::score::{Quality, Score};

/// How a measurement differs from its baseline.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// What got worse, or why the two cannot be compared.
    drops: Vec<String>,
    /// What got better.
    gains: Vec<String>,
}

impl Comparison {
    pub(super) fn is_drop(&self) -> bool {
        !self.drops.is_empty()
    }

    /// What a person reads about it; nothing where nothing changed.
    pub(super) fn lines(&self, baseline: &Path) -> Vec<String> {
        let path = baseline.display();
        let mut lines = Vec::new();
        if self.is_drop() {
            lines.push(format!("error: the measurement fell below {path}"));
        }
        lines.extend(self.drops.iter().map(|drop| format!("  worse: {drop}")));
        lines.extend(self.gains.iter().map(|gain| format!("  better: {gain}")));
        if !self.is_drop() && !self.gains.is_empty() {
            lines.push(format!("above {path}: raise it in a commit of its own"));
        }
        lines
    }

    fn note<T: PartialOrd + std::fmt::Display>(&mut self, name: &str, was: &T, is: &T) {
        if is < was {
            self.drops.push(format!("{name} {was} → {is}"));
        } else if is > was {
            self.gains.push(format!("{name} {was} → {is}"));
        }
    }

    /// Shares are compared as they are and shown with four places.
    fn note_share(&mut self, name: &str, was: f64, is: f64) {
        let line = format!("{name} {was:.4} → {is:.4}");
        if is < was {
            self.drops.push(line);
        } else if is > was {
            self.gains.push(line);
        }
    }
}

/// Overall precision, recall and F0.5, corrected errors by category, and findings in clean text.
pub(super) fn compare(baseline: &Score, score: &Score) -> Comparison {
    let mut comparison = Comparison { drops: changes_of_set(baseline, score), gains: Vec::new() };
    if comparison.is_drop() {
        return comparison;
    }
    let Quality { precision, recall, f05 } = baseline.correction();
    let now = score.correction();
    comparison.note_share("precision", precision, now.precision);
    comparison.note_share("recall", recall, now.recall);
    comparison.note_share("F0.5", f05, now.f05);
    for (category, was) in &baseline.categories {
        let is = score.categories.get(category).copied().unwrap_or_default();
        comparison.note(&format!("{category} corrected"), &was.right, &is.right);
    }
    let (was, is) = (baseline.clean_findings, score.clean_findings);
    let line = format!("findings in clean passages {was} → {is}");
    match is.cmp(&was) {
        std::cmp::Ordering::Greater => comparison.drops.push(line),
        std::cmp::Ordering::Less => comparison.gains.push(line),
        std::cmp::Ordering::Equal => {}
    }
    comparison
}

/// Counts of another set say nothing about this one.
fn changes_of_set(baseline: &Score, score: &Score) -> Vec<String> {
    let mut changes = Vec::new();
    let mut note = |name: &str, was: usize, is: usize| {
        if was != is {
            changes.push(format!(
                "the set itself changed, write the baseline anew: {name} {was} → {is}"
            ));
        }
    };
    note("passages", baseline.passages, score.passages);
    note("characters of clean passages", baseline.clean_characters, score.clean_characters);
    let names: BTreeSet<_> = baseline.categories.keys().chain(score.categories.keys()).collect();
    for name in names {
        let gold = |one: &Score| one.categories.get(name).map_or(0, |counts| counts.gold);
        note(&format!("{name} errors"), gold(baseline), gold(score));
    }
    changes
}

/// # Errors
///
/// A file that cannot be read or is no baseline.
pub(super) fn read(path: &Path) -> anyhow::Result<Score> {
    let place = || format!("could not read the baseline {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    serde_json::from_str(&text).with_context(place)
}

/// # Errors
///
/// A file that cannot be written.
pub(super) fn write(path: &Path, score: &Score) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(score)? + "\n";
    std::fs::write(path, text)
        .with_context(|| format!("could not write the baseline {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::super::score::{Counts, Score};
    use super::compare;

    fn score(right: usize, findings: usize, clean_findings: usize) -> Score {
        let counts = Counts { gold: 4, right, located: right };
        let categories = [("spelling".to_owned(), counts)].into();
        Score { passages: 5, findings, clean_findings, clean_characters: 100, categories }
    }

    fn check(baseline: &Score, now: &Score, drops: &[&str], gains: &[&str]) {
        let comparison = compare(baseline, now);
        assert_eq!(comparison.drops, drops);
        assert_eq!(comparison.gains, gains);
    }

    #[test]
    fn a_drop_is_told_by_name() {
        check(&score(2, 2, 0), &score(2, 2, 0), &[], &[]);
        check(
            &score(2, 2, 0),
            &score(1, 2, 1),
            &[
                "precision 1.0000 → 0.5000",
                "recall 0.5000 → 0.2500",
                "F0.5 0.8333 → 0.4167",
                "spelling corrected 2 → 1",
                "findings in clean passages 0 → 1",
            ],
            &[],
        );
        check(
            &score(1, 2, 0),
            &score(1, 1, 0),
            &[],
            &["precision 0.5000 → 1.0000", "F0.5 0.4167 → 0.6250"],
        );
    }

    #[test]
    fn another_set_is_not_compared() {
        let mut larger = score(2, 2, 0);
        larger.passages = 6;
        larger.categories.insert("typo".to_owned(), Counts { gold: 1, right: 0, located: 0 });
        check(
            &score(2, 2, 0),
            &larger,
            &[
                "the set itself changed, write the baseline anew: passages 5 → 6",
                "the set itself changed, write the baseline anew: typo errors 0 → 1",
            ],
            &[],
        );
    }
}
