//! Places a model's findings in the text and guards them: what stands at no certain place is
//! dropped, what a guard doubts is shown as something to confirm, never as a plain edit.

mod fold;
mod guard;
mod locate;
mod merge;
mod narrow;
mod recheck;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use checker::{Category, Checker, Settings, Severity, Span};

use crate::finding::{Finding, FindingSource};
use crate::id::FindingId;
use crate::model::ModelFinding;

pub(crate) use fold::is_invisible;
pub(crate) use guard::clean;

use fold::{Folded, retold};
use guard::Guards;
use merge::{REPLACEMENTS_LIMIT, Relation, relate};
use recheck::{Recheck, Verdict};

/// Of all characters of the text, the share that plain edits of the model may touch, in percent;
/// beyond it every further edit asks for confirmation.
const CHANGED_SHARE_LIMIT_PERCENT: usize = 30;

/// A text of at most so many characters may be changed as a whole.
const SHORT_TEXT_CHARS: usize = 60;

/// So many findings of one answer are shown; a model that has more has lost its way.
const FINDINGS_LIMIT: usize = 300;

const MESSAGE_LIMIT_CHARS: usize = 300;
const REFERENCE_LIMIT_CHARS: usize = 120;

/// Anchors the findings of one answer in one text.
///
/// The order in which findings come decides ids, wording and which of two that overlap may be
/// taken in bulk (the first); the places and what may be written there are the same in any order,
/// as long as each proposes one replacement, no two make the same text at different places, and the
/// limits on changed text and findings are not reached.
#[derive(Debug)]
pub struct Anchor<'t> {
    text: &'t str,
    folded: Folded<'t>,
    guards: Guards,
    recheck: Recheck<'t>,
    chars: usize,
    changed_chars: usize,
    placed: Vec<Finding>,
    added: usize,
}

/// What became of a model's finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchored {
    /// A finding of its own, or one that was there and is confirmed or added to: it carries that
    /// one's id then and takes its place.
    Placed(Finding),
    /// It says what is known already, also when a resumed answer says it again.
    Repeated,
    /// The editor's or the house's words say that this is never flagged; doubts about facts remain.
    LeftAlone,
    /// Its original is not in the text, or not at one certain place; or the answer has had more
    /// findings than are shown.
    NotInText,
}

/// A finding at its place, before it is compared with the others.
struct Candidate {
    span: Span,
    replacements: Vec<String>,
    doubt: Option<&'static str>,
    /// What the checker says of the replacements, the worst of it.
    verdict: Verdict,
    /// Whether a guard or the model itself wants somebody to look.
    is_fact: bool,
}

impl<'t> Anchor<'t> {
    /// Begins with the findings of the rules.
    #[must_use]
    pub fn new(
        text: &'t str,
        checker: &'t Checker,
        settings: &'t Settings,
        rules: &[Finding],
    ) -> Self {
        Self {
            text,
            folded: Folded::new(text),
            guards: Guards::new(text),
            recheck: Recheck::new(text, checker, settings),
            chars: text.chars().count(),
            changed_chars: 0,
            placed: rules.to_vec(),
            added: 0,
        }
    }

    /// Anchors one finding; `id` is used when it is a finding of its own.
    pub fn place(&mut self, finding: ModelFinding, id: FindingId) -> Anchored {
        let Some(span) = locate::locate(&self.folded, &finding) else {
            return Anchored::NotInText;
        };
        let Some(candidate) = self.candidate(span, &finding) else { return Anchored::Repeated };
        if !candidate.is_fact && self.recheck.leaves_alone(candidate.span) {
            return Anchored::LeftAlone;
        }
        let edit = (candidate.span, candidate.replacements.as_slice());
        match relate(self.text, &self.placed, edit, candidate.is_fact) {
            Relation::Same(at) => self.confirm(at, &candidate),
            Relation::Alternative(at) => self.add_to(at, &candidate),
            Relation::Overlapping | Relation::New if self.added >= FINDINGS_LIMIT => {
                Anchored::NotInText
            }
            relation @ (Relation::Overlapping | Relation::New) => {
                let is_safe = relation == Relation::New && self.is_safe(&candidate, &finding);
                let placed = finished(self.text, candidate, finding, id, is_safe);
                if placed.category != Category::Fact {
                    self.changed_chars += placed.original.chars().count();
                }
                self.added += 1;
                self.placed.push(placed.clone());
                Anchored::Placed(placed)
            }
        }
    }

    /// Every finding so far, by place.
    #[must_use]
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.placed.sort_by_key(|finding| finding.span);
        self.placed
    }

    /// The words that change and what they may become; none when nothing would change.
    fn candidate(&mut self, span: Span, finding: &ModelFinding) -> Option<Candidate> {
        let original = span.of(self.text).unwrap_or_default();
        let mut replacements: Vec<String> = Vec::new();
        for given in &finding.replacements {
            let new = match original == finding.original {
                true => given.clone(),
                false => retold(&finding.original, given, original),
            };
            if new != original && !replacements.contains(&new) {
                replacements.push(new);
            }
        }
        if replacements.is_empty() && !finding.replacements.is_empty() {
            return None;
        }
        let all = replacements.len();
        replacements.retain(|new| !guard::is_unfit(original, new));
        let unfit = (replacements.len() < all).then_some("고친 말에 쓸 수 없는 글자가 있습니다");
        replacements.truncate(REPLACEMENTS_LIMIT);
        let (span, replacements) = match replacements.is_empty() {
            true => (span, replacements),
            false => narrow::narrow(self.text, span, replacements),
        };
        let mut doubt = unfit.or_else(|| self.doubt(span, &replacements));
        let mut verdict = Verdict::Clean;
        if doubt.is_none() {
            let all = replacements.iter().map(|new| self.recheck.verdict(span, new));
            verdict = all.max().unwrap_or(verdict);
            doubt = (verdict == Verdict::Wrong).then_some("고친 말이 규칙에 어긋납니다");
        }
        let is_fact = doubt.is_some() || finding.category == Category::Fact;
        Some(Candidate { span, replacements, doubt, verdict, is_fact })
    }

    /// Why the edit may not stand as a plain one.
    fn doubt(&self, span: Span, replacements: &[String]) -> Option<&'static str> {
        let (guards, text) = (&self.guards, self.text);
        if let Some(doubt) = replacements.iter().find_map(|new| guards.doubt(text, span, new)) {
            return Some(doubt);
        }
        let chars = span.of(text).unwrap_or_default().chars().count();
        let share = (self.changed_chars + chars) * 100;
        let is_over = !replacements.is_empty()
            && self.chars > SHORT_TEXT_CHARS
            && share > self.chars * CHANGED_SHARE_LIMIT_PERCENT;
        is_over.then_some("고친 분량이 많습니다")
    }

    /// Whether it may be accepted in bulk: one slip put right, outside quotations, after which the
    /// checker finds nothing that it did not find before.
    fn is_safe(&self, candidate: &Candidate, finding: &ModelFinding) -> bool {
        let [new] = candidate.replacements.as_slice() else { return false };
        let original = candidate.span.of(self.text).unwrap_or_default();
        candidate.doubt.is_none()
            && candidate.verdict == Verdict::Clean
            && may_be_safe(finding.category)
            && guard::is_alike(original, new)
            && !self.guards.is_quoted(candidate.span)
    }

    /// The same as one that is there; a doubt about it stays.
    fn confirm(&mut self, at: usize, candidate: &Candidate) -> Anchored {
        let Some(known) = self.placed.get_mut(at) else { return Anchored::Repeated };
        let is_new = match known.source {
            FindingSource::Rule => true,
            FindingSource::Ai => candidate.is_fact && known.category != Category::Fact,
            FindingSource::Both => false,
        };
        if !is_new {
            return Anchored::Repeated;
        }
        join(known, candidate);
        Anchored::Placed(known.clone())
    }

    /// Another way to write what one that is there is about.
    fn add_to(&mut self, at: usize, candidate: &Candidate) -> Anchored {
        let Some(known) = self.placed.get_mut(at) else { return Anchored::Repeated };
        let room = REPLACEMENTS_LIMIT.saturating_sub(known.replacements.len());
        let is_new = |one: &&String| !known.replacements.contains(one);
        let new: Vec<_> =
            candidate.replacements.iter().filter(is_new).take(room).cloned().collect();
        if new.is_empty() {
            return Anchored::Repeated;
        }
        known.replacements.extend(new);
        known.safe = false;
        join(known, candidate);
        Anchored::Placed(known.clone())
    }
}

/// Makes one finding of two: a rule's is the model's too, a model's takes over the other's doubt.
fn join(known: &mut Finding, candidate: &Candidate) {
    if known.source != FindingSource::Ai {
        known.source = FindingSource::Both;
        return;
    }
    if candidate.is_fact && known.category != Category::Fact {
        known.category = Category::Fact;
        known.safe = false;
        known.message = candidate
            .doubt
            .map_or_else(|| known.message.clone(), |doubt| to_confirm(doubt, &known.message));
    }
}

fn finished(
    text: &str,
    candidate: Candidate,
    finding: ModelFinding,
    id: FindingId,
    safe: bool,
) -> Finding {
    let message = guard::clean(&finding.message, MESSAGE_LIMIT_CHARS);
    let reference = finding.reference.map(|name| guard::clean(&name, REFERENCE_LIMIT_CHARS));
    let confidence = finding.confidence.filter(|confidence| confidence.is_finite());
    Finding {
        id,
        span: candidate.span,
        original: candidate.span.of(text).unwrap_or_default().to_owned(),
        replacements: candidate.replacements,
        category: candidate.doubt.map_or(finding.category, |_| Category::Fact),
        rule: None,
        source: FindingSource::Ai,
        severity: finding.severity.min(Severity::Warning),
        message: candidate.doubt.map_or(message.clone(), |doubt| to_confirm(doubt, &message)),
        reference: reference.filter(|name| !name.is_empty()),
        confidence: confidence.map(|confidence| confidence.clamp(0.0, 1.0)),
        safe,
    }
}

fn to_confirm(doubt: &str, message: &str) -> String {
    match message {
        "" => format!("확인 필요({doubt})"),
        message => format!("확인 필요({doubt}): {message}"),
    }
}

/// Kinds of fault that are put right without a change of meaning.
fn may_be_safe(category: Category) -> bool {
    match category {
        Category::Spelling
        | Category::Spacing
        | Category::Particle
        | Category::Ending
        | Category::Loanword
        | Category::Punctuation => true,
        Category::Number
        | Category::Redundancy
        | Category::Sentence
        | Category::Consistency
        | Category::Fact
        | Category::PlainLanguage
        | Category::HouseStyle
        | Category::Residue => false,
    }
}

/// The line a span lies in, all its lines when it reaches over more; at most so many bytes on
/// either side.
fn line_around(text: &str, span: Span, reach_bytes: usize) -> Span {
    let from = (span.start.saturating_sub(reach_bytes)..=span.start)
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(span.start);
    let to = (span.end..=(span.end + reach_bytes).min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(span.end);
    let before = text.get(from..span.start).unwrap_or_default();
    let after = text.get(span.end..to).unwrap_or_default();
    let start = before.rfind('\n').map_or(from, |at| from + at + 1);
    let end = after.find('\n').map_or(to, |at| span.end + at);
    Span::new(start, end)
}
