//! `prf rules stats`: how many rules there are, by category and kind.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use checker::{Category, Rule};

use super::{checker, print};

#[derive(Debug, Default)]
struct Count {
    rules: usize,
    entries: usize,
    patterns: usize,
    stems: usize,
    code: usize,
}

impl Count {
    fn add(&mut self, rule: &Rule<'_>) {
        self.rules += 1;
        self.entries += rule.entries().len();
        self.patterns += rule.patterns().len();
        self.stems += rule.stems().len();
        self.code += usize::from(rule.is_code());
    }

    fn line(&self, name: &str) -> String {
        let Self { rules, entries, patterns, stems, code } = self;
        format!("{name:16} {rules:7} {entries:8} {patterns:9} {stems:6} {code:5}\n")
    }
}

pub(super) fn run(packs: Option<&Path>) -> anyhow::Result<ExitCode> {
    let checker = checker(packs)?;
    print(&table(checker.rules()))?;
    Ok(ExitCode::SUCCESS)
}

fn table<'r>(rules: impl Iterator<Item = Rule<'r>>) -> String {
    let mut counts: BTreeMap<Category, Count> = BTreeMap::new();
    let mut all = Count::default();
    for rule in rules {
        counts.entry(rule.category()).or_default().add(&rule);
        all.add(&rule);
    }
    let mut out = String::new();
    // Writing to a string cannot fail.
    let (rules, entries, patterns) = ("rules", "entries", "patterns");
    let _ = writeln!(
        out,
        "{:16} {rules:>7} {entries:>8} {patterns:>9} {:>6} {:>5}",
        "category", "stems", "code"
    );
    for (category, count) in &counts {
        out.push_str(&count.line(category.name()));
    }
    out + &all.line("all")
}

#[cfg(test)]
mod tests {
    use checker::{Checker, Pack};

    use super::table;

    #[test]
    fn counts_by_category_and_in_all() {
        let pack = Pack::from_csv("a.csv", "wrong,right\n가,나\n다,라\n").unwrap();
        let checker = Checker::with_packs(vec![pack]);
        let own = checker.rules().filter(|rule| rule.id().as_str().starts_with("house-style/a-"));
        assert_eq!(
            table(own),
            "category           rules  entries  patterns  stems  code\n\
             house-style            2        2         0      0     0\n\
             all                    2        2         0      0     0\n"
        );
    }
}
