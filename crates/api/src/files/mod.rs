//! Reads the text out of a file and writes a Word document with tracked changes. A file is hostile
//! until it is read: what it is comes from its bytes, every size, depth and count has a bound, and no
//! name in it is ever a path.

mod archive;
mod docx;
mod hwp;
mod hwpx;
mod paragraphs;
mod pdf;
mod plain;
mod records;
mod summary;
mod tidy;
mod tracked;
mod xml;

use domain::file::{Extracted, FileError, FileKind};
use domain::text::ArticleText;

pub use docx::Changes;
pub use tracked::{Redline, TooManyCharacters, write as write_tracked};

/// A file may hold so many bytes.
pub const FILE_LIMIT_BYTES: usize = 20 * 1024 * 1024;

/// A file may hold so many characters of text: ten times what a service checks unless it is set up
/// otherwise.
const TEXT_LIMIT_CHARS: usize = 2_000_000;

/// How a compound file begins ([MS-CFB] 2.2).
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Everything a reader of a kind gives back.
pub(crate) struct Reading {
    kind: FileKind,
    title: Option<String>,
    text: String,
    warnings: Vec<domain::file::FileWarning>,
}

/// Reads a file; tracked changes count as accepted. It may take all the memory and time that a file of
/// [`FILE_LIMIT_BYTES`] can claim, so whoever takes files from strangers runs it in a process of its own.
///
/// # Errors
///
/// A file that is of no known kind, broken, encrypted, scanned, or holds too much text.
pub fn read(bytes: &[u8]) -> Result<Extracted, FileError> {
    read_as(bytes, Changes::Accepted)
}

/// Reads a file with its tracked changes accepted or rejected, where its kind has them.
///
/// # Errors
///
/// As [`read`].
pub fn read_as(bytes: &[u8], changes: Changes) -> Result<Extracted, FileError> {
    if bytes.len() > FILE_LIMIT_BYTES {
        return Err(FileError::Unreadable);
    }
    let mut reading = reading(bytes, changes)?;
    if reading.text.chars().count() > TEXT_LIMIT_CHARS {
        return Err(FileError::TooLong);
    }
    reading.warnings.sort_unstable();
    reading.warnings.dedup();
    let title = reading.title.map(|title| tidy::title(&title)).filter(|title| !title.is_empty());
    Ok(Extracted {
        kind: reading.kind,
        title: title.map(ArticleText::new),
        text: ArticleText::new(reading.text),
        warnings: reading.warnings,
    })
}

fn reading(bytes: &[u8], changes: Changes) -> Result<Reading, FileError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let mut archive = archive::Archive::open(bytes)?;
        if archive.has("mimetype") || archive.has("Contents/section0.xml") {
            return hwpx::read(&mut archive);
        }
        return docx::read(&mut archive, changes);
    }
    if bytes.starts_with(COMPOUND) {
        return hwp::read(bytes);
    }
    // Readers of PDF allow for something before the header (ISO 32000-2, annex on header).
    let head = bytes.get(..1024).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return pdf::read(bytes);
    }
    plain::read(bytes)
}
