//! What an import says: what differs, and counts by table before and after.

use std::collections::BTreeMap;
use std::io;

use stores::Counts;
use stores::table::Table;
use stores::transfer::{RowKey, Tally};

use crate::commands::print;

/// Counts of an import.
pub(super) struct Report<'a> {
    /// What became of the rows.
    pub(super) tallies: &'a BTreeMap<Table, Tally>,
    /// Rows of the store before.
    pub(super) before: &'a Counts,
    /// And after; none in a dry run.
    pub(super) after: Option<&'a Counts>,
}

impl Report<'_> {
    /// One line a table.
    pub(super) fn text(&self) -> String {
        let mut text = line("table", ["new", "same", "different", "held back", "before", "after"]);
        for table in Table::ALL {
            let Tally { new, same, different, held } =
                self.tallies.get(&table).copied().unwrap_or_default();
            let of = |counts: &Counts| counts.get(&table).copied().unwrap_or_default().to_string();
            let after = self.after.map_or_else(|| "-".to_owned(), of);
            let [new, same, different, held] = [new, same, different, held].map(|n| n.to_string());
            let cells = [&new, &same, &different, &held, &of(self.before), &after];
            text += &line(table.name(), cells.map(String::as_str));
        }
        if self.after.is_none() {
            text += "dry run: nothing was written\n";
        }
        text
    }
}

fn line(name: &str, cells: [&str; 6]) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:>11}")).collect();
    format!("{name:<22}{cells}\n")
}

/// One line for each row that was left because something else stands there.
pub(super) fn print_differences(different: &[RowKey]) -> io::Result<()> {
    different.iter().try_for_each(|key| print(&format!("left, it differs: {key}\n")))
}
