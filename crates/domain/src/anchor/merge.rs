//! What two findings have to do with each other.

use checker::Span;

use crate::finding::{Finding, FindingSource};

/// Spans so many bytes apart may still be two ways to say the same: of `을 을` either may go.
const NEAR_BYTES: usize = 40;

/// At most so many ways to write one place are offered.
pub(super) const REPLACEMENTS_LIMIT: usize = 6;

/// What a new finding is to those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// It makes the same text as the one at that index, or says of the same place that somebody
    /// should look.
    Same(usize),
    /// It makes another text of the same place.
    Alternative(usize),
    /// It reaches into another one's place.
    Overlapping,
    /// Nothing.
    New,
}

/// Compares with every finding that is there; the strongest relation counts. `is_doubtful` is an
/// alternative only to what another model's finding says, never to a rule's.
pub(super) fn relate(
    text: &str,
    known: &[Finding],
    (span, replacements): (Span, &[String]),
    is_doubtful: bool,
) -> Relation {
    let is_said = |one: &Finding, new: &String| {
        one.replacements.iter().any(|old| is_same(text, (one.span, old), (span, new)))
    };
    let says_same = |one: &Finding| match replacements {
        [] => one.replacements.is_empty() && one.span == span,
        all => is_near(one.span, span) && all.iter().all(|new| is_said(one, new)),
    };
    if let Some(at) = known.iter().position(says_same) {
        return Relation::Same(at);
    }
    let is_alternative = |one: &Finding| {
        one.span == span
            && !replacements.is_empty()
            && !one.replacements.is_empty()
            && (one.source == FindingSource::Ai || !is_doubtful)
    };
    if let Some(at) = known.iter().position(is_alternative) {
        return Relation::Alternative(at);
    }
    match known.iter().any(|one| one.span.overlaps(span)) {
        true => Relation::Overlapping,
        false => Relation::New,
    }
}

fn is_near(one: Span, other: Span) -> bool {
    one.start <= other.end + NEAR_BYTES && other.start <= one.end + NEAR_BYTES
}

/// Whether two edits make the same of the text: nothing but what lies around both is compared.
fn is_same(text: &str, one: (Span, &str), other: (Span, &str)) -> bool {
    let both = Span::new(one.0.start.min(other.0.start), one.0.end.max(other.0.end));
    let applied = |(span, new): (Span, &str)| {
        let before = Span::new(both.start, span.start).of(text).unwrap_or_default();
        let after = Span::new(span.end, both.end).of(text).unwrap_or_default();
        format!("{before}{new}{after}")
    };
    applied(one) == applied(other)
}
