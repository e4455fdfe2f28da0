//! `prf rules dry-run`: how often the rules of a pack would fire over past articles, with samples.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use checker::{Checker, Pack, Settings, Span};

use super::{print, test};
use crate::args::RulesDryRunFlags;
use crate::commands::shown_fix;

/// Characters shown on either side of a sample.
const AROUND_CHARS: usize = 20;

#[derive(Debug, Default)]
struct Fired {
    count: usize,
    samples: Vec<String>,
}

/// What a pack would do to some articles.
struct DryRun {
    checker: Checker,
    settings: Settings,
    rules: usize,
    sample_limit: usize,
    fired: BTreeMap<String, Fired>,
    articles: usize,
    characters: usize,
}

pub(super) fn run(flags: &RulesDryRunFlags) -> anyhow::Result<ExitCode> {
    let pack = test::read(&flags.pack).context("could not read the pack")?;
    let mut run = DryRun::new(pack, flags);
    let mut articles = Vec::new();
    list(&flags.directory, &mut articles)?;
    articles.sort();
    for path in articles {
        let bytes =
            std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        match String::from_utf8(bytes) {
            Ok(text) => run.read(&path.display().to_string(), &text),
            Err(_) => eprintln!("passed over, not UTF-8: {}", path.display()),
        }
    }
    print(&run.table())?;
    Ok(ExitCode::SUCCESS)
}

/// Every article below a directory.
fn list(directory: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let could_not = || format!("could not read {}", directory.display());
    for entry in std::fs::read_dir(directory).with_context(could_not)? {
        let entry = entry.with_context(could_not)?;
        let path = entry.path();
        if entry.file_type().with_context(could_not)?.is_dir() {
            list(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "txt" || ending == "md") {
            found.push(path);
        }
    }
    Ok(())
}

impl DryRun {
    fn new(pack: Pack, flags: &RulesDryRunFlags) -> Self {
        let only_rules: Vec<_> = pack.rules().map(|rule| rule.id().clone()).collect();
        let rules = only_rules.len();
        let scopes = pack.scope().map(str::to_owned).into_iter().collect();
        let profile = checker::Profile::from_name(&flags.profile).unwrap_or_default();
        let settings = Settings { hints: true, only_rules, scopes, profile, ..Settings::default() };
        let (checker, sample_limit) = (Checker::with_packs(vec![pack]), flags.samples);
        let fired = BTreeMap::new();
        Self { checker, settings, rules, sample_limit, fired, articles: 0, characters: 0 }
    }

    fn read(&mut self, name: &str, text: &str) {
        self.articles += 1;
        self.characters += text.chars().filter(|one| !matches!(one, '\n' | '\r')).count();
        // A pack without rules would let every other rule speak.
        if self.rules == 0 {
            return;
        }
        for one in self.checker.check(text, &self.settings) {
            let fired = self.fired.entry(one.rule.as_str().to_owned()).or_default();
            fired.count += 1;
            if fired.samples.len() < self.sample_limit {
                let fix = shown_fix(&one.replacements);
                fired.samples.push(sample(name, text, one.span, fix));
            }
        }
    }

    fn table(&self) -> String {
        let per_10000 = |count: usize| count as f64 * 10_000.0 / self.characters.max(1) as f64;
        let mut rules: Vec<_> = self.fired.iter().collect();
        rules.sort_by_key(|(id, fired)| (std::cmp::Reverse(fired.count), id.as_str()));
        let mut out = String::new();
        // Writing to a string cannot fail.
        for (id, fired) in &rules {
            let count = fired.count;
            let _ = writeln!(out, "{id:40} {count:6}  {:8.3} per 10,000", per_10000(count));
            for sample in &fired.samples {
                let _ = writeln!(out, "    {sample}");
            }
        }
        let all: usize = rules.iter().map(|(_, fired)| fired.count).sum();
        let _ = writeln!(
            out,
            "{all} findings in {} articles, {} characters = {:.3} per 10,000; {} of {} rules never \
             fire",
            self.articles,
            self.characters,
            per_10000(all),
            self.rules - rules.len(),
            self.rules
        );
        out
    }
}

/// `file:line: …before[wrong → right]after…` within the line.
fn sample(name: &str, text: &str, span: Span, fix: &str) -> String {
    let (before, after) = (text.get(..span.start), text.get(span.end..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let line = before.matches('\n').count() + 1;
    let near: Vec<char> = before.chars().rev().take(AROUND_CHARS).collect();
    let head: String = near.into_iter().take_while(|one| *one != '\n').collect();
    let head: String = head.chars().rev().collect();
    let is_inside = |one: &char| !matches!(one, '\n' | '\r');
    let tail: String = after.chars().take(AROUND_CHARS).take_while(is_inside).collect();
    let wrong = span.of(text).unwrap_or_default();
    format!("{name}:{line}: {head}[{wrong} → {fix}]{tail}")
}
