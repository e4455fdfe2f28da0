//! Reading an export: row by row, with its counts and checksum proven at the end.

use std::io::{self, BufRead, Read};

use domain::time::Timestamp;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::format::{self, END, EndLine, FORMAT, HeaderLine, RowLine, VERSION};
use crate::bulk::{Counts, Row};
use crate::table::Table;

/// No line of an export is longer; a file without line ends must not fill the memory.
const LINE_LIMIT_BYTES: u64 = 256 << 20;

/// A line that cannot be what it should be.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ReadError {
    /// Which, from 1.
    pub line: u64,
    /// Why.
    #[source]
    pub reason: Reason,
}

/// Why a line cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The file cannot be read.
    #[error("could not read the file")]
    Read(#[source] io::Error),
    /// It is something else.
    #[error("this is no export of a store (its first line must name the format {FORMAT})")]
    NoExport,
    /// A newer program has written it.
    #[error("the format has version {0}, but this program knows {VERSION} at most")]
    Newer(u32),
    /// No line of an export.
    #[error("not a line of an export at column {0}")]
    Line(usize),
    /// A table nobody has.
    #[error("there is no table {0:?}")]
    Table(String),
    /// Neither or both of `row` and `text`.
    #[error("a row needs either \"row\" or \"text\"")]
    Body,
    /// The file ends too soon.
    #[error("the file is cut: {0} rows, but no last line with counts and checksum")]
    Cut(u64),
    /// Lines are missing or too many.
    #[error("the last line counts {said} rows of {table}, but there are {found}")]
    Counts {
        /// Which table.
        table: &'static str,
        /// What the last line says.
        said: u64,
        /// What was read.
        found: u64,
    },
    /// Something was changed.
    #[error("the checksum is {found}, but the last line says {said}: the file was changed")]
    Checksum {
        /// What the last line says.
        said: String,
        /// What was read.
        found: String,
    },
    /// Lines after the last.
    #[error("something follows the last line")]
    Trailing,
}

/// What the first line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Version of the program that wrote the file.
    pub program: String,
    /// When it did.
    pub at: Timestamp,
}

/// The rows of an export in the order of the file; the first error is the last item. Without one,
/// counts and checksum were those of the last line.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    checksum: Sha256,
    line: u64,
    counts: Counts,
    is_over: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    ///
    /// The file is no export, or one of a newer version.
    pub fn open(input: R) -> Result<(Header, Self), ReadError> {
        let counts = Table::ALL.into_iter().map(|table| (table, 0)).collect();
        let checksum = Sha256::new();
        let mut reader = Self { input, checksum, line: 0, counts, is_over: false };
        let header = reader.header().map_err(|reason| reader.at_line(reason))?;
        Ok((header, reader))
    }

    fn at_line(&self, reason: Reason) -> ReadError {
        ReadError { line: self.line, reason }
    }

    fn header(&mut self) -> Result<Header, Reason> {
        let line = self.read_line()?;
        let header: HeaderLine = serde_json::from_slice(&line).map_err(|_| Reason::NoExport)?;
        if header.format != FORMAT {
            return Err(Reason::NoExport);
        }
        if header.version > VERSION {
            return Err(Reason::Newer(header.version));
        }
        self.checksum.update(&line);
        let at = Timestamp::parse(&header.at).ok_or(Reason::NoExport)?;
        Ok(Header { program: header.program, at })
    }

    fn read_line(&mut self) -> Result<Vec<u8>, Reason> {
        self.line += 1;
        let mut line = Vec::new();
        let mut limited = (&mut self.input).take(LINE_LIMIT_BYTES);
        limited.read_until(b'\n', &mut line).map_err(Reason::Read)?;
        Ok(line)
    }

    /// The next row; none at the end, when the whole file was right.
    fn next_row(&mut self) -> Result<Option<Row>, Reason> {
        let line = self.read_line()?;
        // A last line without its end is a cut one too, unless it is whole.
        if line.is_empty() {
            return Err(Reason::Cut(self.counts.values().sum()));
        }
        if line.starts_with(END.as_bytes()) {
            self.check_end(&line)?;
            return Ok(None);
        }
        if !line.ends_with(b"\n") {
            return Err(Reason::Cut(self.counts.values().sum()));
        }
        self.checksum.update(&line);
        let row = row(&line)?;
        *self.counts.entry(row.table).or_default() += 1;
        Ok(Some(row))
    }

    fn check_end(&mut self, line: &[u8]) -> Result<(), Reason> {
        let cut = Reason::Cut(self.counts.values().sum());
        let end = parsed::<EndLine>(line).map_err(|_| cut)?.end;
        for (table, found) in &self.counts {
            let (table, found) = (table.name(), *found);
            let said = end.tables.get(table).copied().unwrap_or_default();
            if said != found {
                return Err(Reason::Counts { table, said, found });
            }
        }
        let found = format::hex(self.checksum.clone());
        if end.sha256 != found {
            return Err(Reason::Checksum { said: end.sha256, found });
        }
        let is_trailing = !self.read_line()?.is_empty();
        if is_trailing { Err(Reason::Trailing) } else { Ok(()) }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.next_row().map_err(|reason| self.at_line(reason)).transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

fn parsed<T: DeserializeOwned>(line: &[u8]) -> Result<T, Reason> {
    // serde's message may quote the row; its place is enough.
    serde_json::from_slice(line).map_err(|error| Reason::Line(error.column()))
}

fn row(line: &[u8]) -> Result<Row, Reason> {
    let RowLine { table, partition, sort, row, text } = parsed(line)?;
    let body = match (row, text) {
        (Some(row), None) => Box::<str>::from(row).into_string(),
        (None, Some(text)) => text,
        (Some(_), Some(_)) | (None, None) => return Err(Reason::Body),
    };
    match Table::from_name(&table) {
        Some(table) => Ok(Row { table, partition, sort, body }),
        None => Err(Reason::Table(table)),
    }
}
