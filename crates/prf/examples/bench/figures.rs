//! How figures are gathered and printed: one line each, its bound beside it where there is one.

use std::time::Duration;

const RUNS: usize = 41;

pub(crate) fn repeat(
    mut run: impl FnMut() -> anyhow::Result<Duration>,
) -> anyhow::Result<Vec<Duration>> {
    (0..RUNS).map(|_| run()).collect()
}

/// Median and tails of these times.
pub(crate) fn print(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| {
        took.get((took.len() - 1) * share / 100).map_or(0.0, |one| one.as_secs_f64() * 1e3)
    };
    println!(
        "{what:52} median {:8.3} ms   p95 {:8.3} ms   p99 {:8.3} ms   ({} runs)",
        at(50),
        at(95),
        at(99),
        took.len()
    );
}

/// One figure with the bound it is to keep.
pub(crate) fn figure(what: &str, value: f64, unit: &str, bound: &str) {
    println!("{what:72} {value:10.3} {unit:6} bound {bound}");
}

/// The value below which that percentage of the values lies; 0 where there are none.
pub(crate) fn percentile(values: &[f64], share: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * share / 100).copied().unwrap_or_default()
}

/// The middle of a few values.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(crate) fn as_number(count: usize) -> f64 {
    count as f64
}

/// The line of least squares: its value at 0, and its slope.
pub(crate) fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let count = as_number(points.len());
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let slope = covariance / variance;
    (mean_y - slope * mean_x, slope)
}
