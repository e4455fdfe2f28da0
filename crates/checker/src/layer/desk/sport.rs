//! Scores that add up: strokes under par from birdies and bogeys, sets from their scores.

use super::amount::{Amount, ONE, begins, between};
use crate::rule;
use crate::{Span, Suggestion};

const REACH: usize = 6;

pub(super) fn check(text: &str, amounts: &[Amount<'_>], out: &mut Vec<Suggestion>) {
    for (at, amount) in amounts.iter().enumerate() {
        let before = amounts.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        if matches!(amount.unit, "언더파" | "오버파") {
            out.extend(par(text, before, amount));
        }
    }
    for (at, pair) in amounts.windows(2).enumerate() {
        let [one, other] = pair else { continue };
        let after = amounts.get(at + 2..(at + 20).min(amounts.len())).unwrap_or_default();
        out.extend(sets(text, one, other, after));
        let before = amounts.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        out.extend(points(text, before, one, other));
    }
}

/// `버디 7개와 보기 2개를 묶어 5언더파`.
fn par(text: &str, before: &[Amount<'_>], par: &Amount<'_>) -> Option<Suggestion> {
    const WORTH: &[(&str, i128)] = &[
        ("더블 보기", 2),
        ("더블보기", 2),
        ("트리플 보기", 3),
        ("트리플보기", 3),
        ("보기", 1),
        ("버디", -1),
        ("이글", -2),
        ("앨버트로스", -3),
    ];
    let holes: Vec<_> =
        before.iter().filter(|one| one.sentence == par.sentence && one.unit == "개").collect();
    let lead = text.get(holes.last()?.span.end..par.span.start)?;
    // Only what stands right after the holes is their sum; 합계 is that of several rounds.
    let is_round = ["묶어", "엮어", "기록하며", "기록해", "맞바꿔", "쳐", "써내", "적어"]
        .iter()
        .any(|word| lead.contains(word));
    if !is_round || lead.contains("합계") || lead.len() > 60 || par.is_open {
        return None;
    }
    let mut strokes = 0;
    for hole in &holes {
        let name = text.get(..hole.span.start)?.trim_end_matches(' ');
        let (_, worth) = WORTH.iter().find(|(kind, _)| name.ends_with(kind))?;
        strokes += worth * hole.value / ONE;
    }
    let is_under = par.unit == "언더파";
    let right = if is_under { -strokes } else { strokes };
    if right <= 0
        || right * ONE == par.value
        || !holes.iter().any(|hole| says(text, hole, "버디") || says(text, hole, "보기"))
    {
        return None;
    }
    rule::rule("consistency/par")?.suggestion(text, par.number, vec![right.to_string()])
}

fn says(text: &str, hole: &Amount<'_>, kind: &str) -> bool {
    text.get(..hole.span.start).unwrap_or_default().trim_end_matches(' ').ends_with(kind)
}

/// `세트 점수 3 대 1 … 25-21, 22-25, 25-19, 25-23`.
fn sets(
    text: &str,
    one: &Amount<'_>,
    other: &Amount<'_>,
    after: &[Amount<'_>],
) -> Option<Suggestion> {
    let lead = text.get(..one.span.start)?.trim_end_matches(' ');
    let is_named =
        ["세트 점수", "세트 스코어", "세트점수", "세트스코어", "게임 스코어", "게임스코어"]
            .iter()
            .any(|name| lead.ends_with(name));
    let link = between(text, one, other)?;
    if !is_named || !matches!(link, " 대 " | "-" | "대" | ":") {
        return None;
    }
    let played = played(text, other, after);
    let count = |is_won: fn(&(i128, i128)) -> bool| played.iter().filter(|set| is_won(set)).count();
    let won = count(|(us, them)| us > them);
    let lost = count(|(us, them)| us < them);
    let (first, second) = (one.value / ONE, other.value / ONE);
    let (won, lost) = (i128::try_from(won).ok()?, i128::try_from(lost).ok()?);
    let is_same = (won, lost) == (first, second) || (lost, won) == (first, second);
    if played.len() < 2 || is_same || won.max(lost) != first.max(second) || first + second > 7 {
        return None;
    }
    // The scores may be told from the side of the loser.
    let (left, right) = if first >= second {
        (won.max(lost), won.min(lost))
    } else {
        (won.min(lost), won.max(lost))
    };
    let span = Span::new(one.number.start, other.number.end);
    rule::rule("consistency/sets")?.suggestion(text, span, vec![format!("{left}{link}{right}")])
}

/// `31점을 넣고 55점을 보태 86 대 79로`: what is put together makes one of the two scores.
fn points(
    text: &str,
    before: &[Amount<'_>],
    one: &Amount<'_>,
    other: &Amount<'_>,
) -> Option<Suggestion> {
    const SLIP: i128 = 3;
    let [.., first, second] = before else { return None };
    let link = between(text, second, one)?;
    let is_sum = ["을 보태 ", "을 더해 ", "을 합쳐 ", "을 합작해 "].contains(&link);
    let halves = |one: &Amount<'_>, name: &str| {
        let lead = text.get(..one.span.start).unwrap_or_default().trim_end_matches(' ');
        lead.ends_with(name)
    };
    let is_halves = (halves(first, "전반에") && halves(second, "후반에")) && link.len() <= 30;
    let is_score =
        matches!(between(text, one, other)?, " 대 " | "-") && first.sentence == one.sentence;
    if !(is_sum || is_halves) || !is_score || first.unit != "점" || second.unit != "점" {
        return None;
    }
    let sum = first.value + second.value;
    let near = [one, other].into_iter().min_by_key(|score| (score.value - sum).abs())?;
    let apart = (near.value - sum).abs();
    // Two players may well have made fewer points than their side.
    if apart == 0 || apart > SLIP * ONE {
        return None;
    }
    rule::rule("consistency/points")?.suggestion(text, near.number, vec![(sum / ONE).to_string()])
}

/// The sets in brackets or in the next sentence.
fn played(text: &str, score: &Amount<'_>, after: &[Amount<'_>]) -> Vec<(i128, i128)> {
    const LEAD_BYTES: usize = 150;
    let mut sets = Vec::new();
    let mut last = score;
    for pair in after.chunks_exact(2) {
        let [us, them] = pair else { break };
        let gap = between(text, last, us).unwrap_or_default();
        let is_listed = if sets.is_empty() {
            gap.len() <= LEAD_BYTES
        } else {
            matches!(gap, ", " | " " | "," | "·" | " / " | "/")
        };
        let is_set = matches!(between(text, us, them), Some("-" | "–" | ":" | "-\u{2060}"));
        if !is_listed || !is_set {
            break;
        }
        sets.push((us.value, them.value));
        last = them;
    }
    let is_whole = sets.is_empty() || !begins(text, last, &[",", "·"]);
    if is_whole { sets } else { Vec::new() }
}
