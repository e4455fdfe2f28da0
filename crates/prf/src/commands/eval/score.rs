//! Holds findings against gold: which errors were corrected, which only located, what was false.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::findings::Found;
use super::gold::{Edit, Passage};

/// What became of one marked error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// No finding touches it.
    Missed,
    /// A finding touches it but corrects it otherwise.
    Located,
    /// A finding's first replacement gives an accepted text.
    Right,
}

/// What became of one passage.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// One for each edit.
    pub(super) hits: Vec<Hit>,
    /// One for each finding: whether an edit took it.
    pub(super) used: Vec<bool>,
}

/// Errors of one category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    /// Marked in the set.
    pub(super) gold: usize,
    /// Corrected.
    pub(super) right: usize,
    /// Corrected or touched.
    pub(super) located: usize,
}

/// The whole measurement in counts, from which every share follows; also the baseline's shape.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Score {
    pub(super) passages: usize,
    /// Everything the checker reported.
    pub(super) findings: usize,
    /// Reported in passages without an error.
    pub(super) clean_findings: usize,
    /// Unicode code points of passages without an error.
    pub(super) clean_characters: usize,
    pub(super) categories: BTreeMap<String, Counts>,
}

impl Score {
    pub(super) fn of(passages: &[Passage], found: &[Vec<Found>], verdicts: &[Verdict]) -> Self {
        let mut score = Self { passages: passages.len(), ..Self::default() };
        for ((passage, findings), verdict) in passages.iter().zip(found).zip(verdicts) {
            score.findings += findings.len();
            if passage.edits.is_empty() {
                score.clean_findings += findings.len();
                score.clean_characters += passage.text.chars().count();
            }
            for (edit, hit) in passage.edits.iter().zip(&verdict.hits) {
                let counts = score.categories.entry(edit.category.clone()).or_default();
                counts.gold += 1;
                counts.right += usize::from(*hit == Hit::Right);
                counts.located += usize::from(*hit != Hit::Missed);
            }
        }
        score
    }

    /// All categories together.
    pub(super) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.categories.values() {
            total.gold += counts.gold;
            total.right += counts.right;
            total.located += counts.located;
        }
        total
    }

    /// How well errors are corrected.
    pub(super) fn correction(&self) -> Quality {
        Quality::new(self.total().right, self.findings, self.total().gold)
    }

    /// How well errors are pointed at.
    pub(super) fn detection(&self) -> Quality {
        Quality::new(self.total().located, self.findings, self.total().gold)
    }

    pub(super) fn clean_findings_per_10000(&self) -> f64 {
        share(self.clean_findings, self.clean_characters) * 10_000.0
    }
}

/// Precision, recall and F0.5, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Quality {
    pub(super) precision: f64,
    pub(super) recall: f64,
    /// Weighs precision twice as much as recall.
    pub(super) f05: f64,
}

impl Quality {
    fn new(good: usize, findings: usize, gold: usize) -> Self {
        let (precision, recall) = (share(good, findings), share(good, gold));
        let below = 0.25 * precision + recall;
        let f05 = if below > 0.0 { 1.25 * precision * recall / below } else { 0.0 };
        Self { precision, recall, f05 }
    }
}

/// `part` of `whole`; nothing of nothing is 0.
#[expect(clippy::cast_precision_loss, reason = "counts of a text lie far below 2^52")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

pub(super) fn judge_all(passages: &[Passage], found: &[Vec<Found>]) -> Vec<Verdict> {
    passages.iter().zip(found).map(|(passage, findings)| judge(passage, findings)).collect()
}

/// Each edit in turn takes the first free finding that corrects it, else the first that touches it.
fn judge(passage: &Passage, findings: &[Found]) -> Verdict {
    let points: Vec<char> = passage.text.chars().collect();
    let mut used = vec![false; findings.len()];
    let mut hits = Vec::new();
    for edit in &passage.edits {
        let wanted: Vec<String> = edit
            .replacements
            .iter()
            .map(|replacement| applied(&points, (edit.start, edit.end), replacement))
            .collect();
        let free = || findings.iter().enumerate().zip(&used).filter(|(_, is_used)| !**is_used);
        let right = free().find(|((_, one), _)| is_right(&points, one, edit, &wanted));
        let taken = right.or_else(|| free().find(|((_, one), _)| touches(one, edit)));
        let hit = match (right, taken) {
            (Some(_), _) => Hit::Right,
            (None, Some(_)) => Hit::Located,
            (None, None) => Hit::Missed,
        };
        hits.push(hit);
        let index = taken.map(|((index, _), _)| index);
        if let Some(is_used) = index.and_then(|index| used.get_mut(index)) {
            *is_used = true;
        }
    }
    Verdict { hits, used }
}

/// A consistency error has several places; a finding at exactly another of them counts as right.
fn is_right(points: &[char], finding: &Found, edit: &Edit, wanted: &[String]) -> bool {
    let span = (finding.start, finding.end);
    let first = finding.replacements.first();
    first.is_some_and(|new| wanted.contains(&applied(points, span, new)))
        || edit.alt_spans.contains(&span)
}

fn touches(finding: &Found, edit: &Edit) -> bool {
    let is_empty = finding.start == finding.end;
    std::iter::once(&(edit.start, edit.end)).chain(&edit.alt_spans).any(|&(start, end)| {
        let overlaps = finding.start < end && start < finding.end;
        let stands_at = is_empty && start <= finding.start && finding.start <= end;
        overlaps || stands_at
    })
}

fn applied(points: &[char], (start, end): (usize, usize), new: &str) -> String {
    let before = points.get(..start).unwrap_or_default().iter();
    let after = points.get(end..).unwrap_or_default().iter();
    before.copied().chain(new.chars()).chain(after.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Found, Hit, Passage, Score, Verdict, judge};

    fn found(start: usize, end: usize, replacements: &[&str]) -> Found {
        let replacements = replacements.iter().map(|&one| one.to_owned()).collect();
        let rule = "spelling/fixed-form".to_owned();
        Found { start, end, replacements, category: "spelling", level: "error", rule }
    }

    /// `😀 몇일 뒤 30일(화)`: a word to correct and a day with two places.
    fn passage() -> Passage {
        serde_json::from_str(
            r#"{"id": "a", "text": "😀 몇일 뒤 30일(화)", "edits": [
            {"start": 2, "end": 4, "original": "몇일", "replacements": ["며칠"],
             "category": "spelling"},
            {"start": 11, "end": 12, "original": "화", "replacements": ["월", "수"],
             "category": "consistency", "alt_spans": [[7, 10]]}]}"#,
        )
        .unwrap()
    }

    fn check(findings: &[Found], hits: [Hit; 2], used: &[bool]) {
        let expected = Verdict { hits: hits.to_vec(), used: used.to_vec() };
        assert_eq!(judge(&passage(), findings), expected);
    }

    #[test]
    fn an_edit_takes_the_finding_that_corrects_it() {
        check(&[], [Hit::Missed, Hit::Missed], &[]);
        check(&[found(2, 4, &["며칠"])], [Hit::Right, Hit::Missed], &[true]);
        check(&[found(2, 6, &["며칠 뒤"])], [Hit::Right, Hit::Missed], &[true]);
        check(&[found(2, 4, &["몇 일", "며칠"])], [Hit::Located, Hit::Missed], &[true]);
        check(&[found(2, 4, &[])], [Hit::Located, Hit::Missed], &[true]);
        check(&[found(4, 4, &[","])], [Hit::Located, Hit::Missed], &[true]);
        check(&[found(0, 1, &["x"])], [Hit::Missed, Hit::Missed], &[false]);
        check(
            &[found(2, 3, &["몇"]), found(2, 4, &["며칠"])],
            [Hit::Right, Hit::Missed],
            &[false, true],
        );
    }

    #[test]
    fn another_place_of_the_same_error_counts() {
        check(&[found(11, 12, &["수"])], [Hit::Missed, Hit::Right], &[true]);
        check(&[found(7, 10, &["29일"])], [Hit::Missed, Hit::Right], &[true]);
        check(&[found(7, 9, &["29"])], [Hit::Missed, Hit::Located], &[true]);
    }

    #[test]
    fn shares_follow_from_counts() {
        let clean: Passage = serde_json::from_str(r#"{"id": "b", "text": "가😀나다"}"#).unwrap();
        let passages = [passage(), clean];
        let findings = [vec![found(2, 4, &["며칠"])], vec![found(0, 1, &["거"])]];
        let score = Score::of(&passages, &findings, &super::judge_all(&passages, &findings));
        let quality = score.correction();
        assert_eq!((quality.precision, quality.recall, quality.f05), (0.5, 0.5, 0.5));
        assert_eq!((score.clean_findings, score.clean_characters), (1, 4));
        assert_eq!(score.clean_findings_per_10000(), 2_500.0);
        assert_eq!(Score::default().correction().f05, 0.0);
    }
}
