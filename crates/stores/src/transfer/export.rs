//! Writing an export.

use std::io::{self, Write};

use domain::ports::StoreError;
use domain::time::Timestamp;
use futures::StreamExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::format::{self, End, EndLine, FORMAT, HeaderLine, VERSION};
use crate::bulk::{Counts, Pages};
use crate::table::Table;

/// What the first line says about where an export comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Version of the program.
    pub program: String,
    /// When.
    pub at: Timestamp,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Rows of each table.
    pub counts: Counts,
    /// SHA-256 over every line but the last, as hexadecimal digits.
    pub sha256: String,
}

/// Why an export is not whole; what was written of it has no last line.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows cannot be read.
    #[error("could not read the store")]
    Store(#[from] StoreError),
    /// The lines cannot be written.
    #[error("could not write the export")]
    Write(#[from] io::Error),
    /// A line cannot be made.
    #[error("could not put a row into words")]
    Line(#[from] serde_json::Error),
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    checksum: Sha256,
}

impl Lines<'_> {
    fn line(&mut self, mut line: Vec<u8>) -> io::Result<()> {
        line.push(b'\n');
        self.checksum.update(&line);
        self.out.write_all(&line)
    }

    fn json(&mut self, line: &impl Serialize) -> Result<(), ExportError> {
        Ok(self.line(serde_json::to_vec(line)?)?)
    }
}

/// Writes every row page by page, between a header and a last line with counts and checksum.
///
/// # Errors
///
/// The store fails, or `out` does.
pub async fn export(
    mut pages: Pages,
    stamp: &Stamp,
    out: &mut dyn Write,
) -> Result<Exported, ExportError> {
    let mut lines = Lines { out, checksum: Sha256::new() };
    let at = stamp.at.rfc3339();
    let program = stamp.program.clone();
    lines.json(&HeaderLine { format: FORMAT.into(), version: VERSION, program, at })?;
    let mut counts: Counts = Table::ALL.into_iter().map(|table| (table, 0)).collect();
    while let Some(page) = pages.next().await {
        for row in page? {
            lines.line(format::row_line(&row)?)?;
            *counts.entry(row.table).or_default() += 1;
        }
    }
    let sha256 = format::hex(lines.checksum.clone());
    let tables = counts.iter().map(|(table, count)| (table.name().to_owned(), *count)).collect();
    let end = End { rows: counts.values().sum(), tables, sha256: sha256.clone() };
    lines.json(&EndLine { end })?;
    lines.out.flush()?;
    Ok(Exported { counts, sha256 })
}
