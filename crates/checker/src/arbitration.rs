//! One suggestion for each place: the graver, then the longer, then the surer, then the earlier.

use std::cmp::Reverse;

use crate::Suggestion;

/// Leaves the best of those that overlap, ordered by place.
pub(crate) fn arbitrate(mut all: Vec<Suggestion>) -> Vec<Suggestion> {
    fn rank(one: &Suggestion) -> impl Ord + '_ {
        (one.span.start, Reverse(one.severity), Reverse(one.span.len()), one.rule.as_str())
    }
    all.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut kept: Vec<Suggestion> = Vec::with_capacity(all.len());
    for one in all {
        // Kept ones do not overlap and come in order, so only the last can be in the way.
        match kept.last() {
            Some(last) if last.span.overlaps(one.span) => {
                if is_better(&one, last) {
                    kept.pop();
                    kept.push(one);
                }
            }
            _ => kept.push(one),
        }
    }
    kept
}

fn is_better(one: &Suggestion, other: &Suggestion) -> bool {
    let rank = |one: &Suggestion| (one.severity, one.span.len());
    rank(one) > rank(other)
}
