//! The checker alone: loading it, and its speed on articles and on hostile texts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use checker::{Checker, Pack, RuleId, Settings};

use crate::figures::{print, repeat};
use crate::texts::{article, hostile, passages};

pub(crate) fn measure() -> anyhow::Result<()> {
    let passages = passages()?;
    print(
        "checker: load",
        repeat(|| {
            let begun = Instant::now();
            std::hint::black_box(Checker::new());
            Ok(begun.elapsed())
        })?,
    );
    let checker = Checker::new();
    // 2,000 characters of Korean are about 5,000 bytes.
    let articles: Vec<_> = (0..600).map(|from| article(&passages, from * 13, 5_000)).collect();
    let plain = Settings::default();
    let took = five_each(&articles, |text| check_text(&checker, text, &plain));
    print(
        "checker: 2,000 characters, warm, medians of 5",
        took.iter().filter_map(|five| five.get(2).copied()).collect(),
    );
    print("checker: 2,000 characters, warm, every run", took.into_iter().flatten().collect());
    measure_beside(&checker, &articles);
    for bytes in [1_000, 10_000, 100_000, 1_000_000] {
        let text = article(&passages, 0, bytes);
        let mut took: Vec<f64> =
            (0..9).map(|_| check_text(&checker, &text, &plain).as_secs_f64()).collect();
        took.sort_by(f64::total_cmp);
        let median = took.get(4).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
        let speed = text.len() as f64 / median / 1e6;
        println!("checker: {:9} bytes {speed:37.1} MB/s (median of 9)", text.len());
    }
    for (what, text) in hostile() {
        let mut took: Vec<f64> =
            (0..5).map(|_| check_text(&checker, &text, &plain).as_secs_f64() * 1e3).collect();
        took.sort_by(f64::total_cmp);
        println!("checker: {what:42} median {:8.3} ms   (5 runs)", took.get(2).unwrap_or(&0.0));
    }
    Ok(())
}

/// The same articles, in turn with and without a dictionary whose entries begin like words of articles:
/// a quarter each to be written in another way, never flagged, silent on a rule, and not in any text.
fn measure_beside(checker: &Checker, articles: &[String]) {
    let words: Vec<&str> = articles.iter().flat_map(|text| text.split_whitespace()).collect();
    let mut pack = Pack::default();
    for (number, word) in (0..10_000).zip(words.iter().cycle()) {
        let name = format!("dictionary-{number}");
        match number % 4 {
            0 => pack.replace(&name, &format!("{word}{number}"), word, None),
            1 => pack.except(&format!("{word} {number}")),
            2 => pack.silence(RuleId::new("spelling/fixed-form"), Some(&format!("{word}{number}"))),
            _ => pack.replace(&name, &format!("쀍{number}"), word, None),
        }
    }
    let begun = Instant::now();
    let pack = Arc::new(pack.ready());
    println!("checker: a dictionary of 10,000 entries is ready after {:?}", begun.elapsed());
    let plain = Settings::default();
    let beside = Settings { packs: vec![pack], ..Settings::default() };
    let took: Vec<_> = articles
        .iter()
        .map(|text| (check_text(checker, text, &plain), check_text(checker, text, &beside)))
        .collect();
    let (without, with): (Vec<_>, Vec<_>) = took.into_iter().unzip();
    print("checker: 2,000 characters, without a dictionary", without);
    print("checker: 2,000 characters, with 10,000 entries", with);
}

/// Five runs of each text, its shortest first. All texts are run once before any is run again: where the
/// machine is slow for a second, that second is one run of many texts and not every run of a few, so the
/// median of each tells a slow text from a slow moment.
fn five_each(texts: &[String], run: impl Fn(&str) -> Duration) -> Vec<Vec<Duration>> {
    let mut took = vec![Vec::new(); texts.len()];
    for _ in 0..5 {
        for (took, text) in took.iter_mut().zip(texts) {
            took.push(run(text));
        }
    }
    for took in &mut took {
        took.sort();
    }
    took
}

fn check_text(checker: &Checker, text: &str, settings: &Settings) -> Duration {
    let begun = Instant::now();
    let found = checker.check(text, settings);
    let took = begun.elapsed();
    std::hint::black_box(found);
    took
}
