//! Hancom's documents of version 5 ("HWP document file format 5.0"): the paragraphs of every section of a
//! compound file, notes at the end. Headers, footers, memos and hidden comments are passed over.

use std::io::{Cursor, Read};

use cfb::CompoundFile;
use domain::file::{FileError, FileKind, FileWarning};
use flate2::read::DeflateDecoder;

use super::paragraphs::Paragraphs;
use super::records::{CONTROL, MEMOS, PARAGRAPH, Record, Records, TEXT};
use super::summary::{title, wide};
use super::{Reading, tidy};

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// A document may have so many sections.
const SECTIONS_LIMIT: usize = 1_000;

/// All sections may come out as so many bytes together.
const TOTAL_LIMIT_BYTES: u64 = 96 * 1024 * 1024;

/// Paragraphs may lie so deep in one another.
const DEPTH_LIMIT: usize = 64;

/// Stands in a paragraph for a control that brings text of its own.
const PLACE: char = '\u{0}';

/// Flags of the header: password, distribution, rights management, certificates.
const ENCRYPTED: u32 = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 10;
const COMPRESSED: u32 = 1;
const TRACKS_CHANGES: u32 = 1 << 14;

pub(super) fn read(bytes: &[u8]) -> Result<Reading, FileError> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| FileError::Unreadable)?;
    if !file.is_stream("/FileHeader") {
        // Word and the others keep documents with a password in a compound file.
        let is_encrypted = file.is_stream("/EncryptedPackage");
        return Err(if is_encrypted { FileError::Encrypted } else { FileError::UnknownKind });
    }
    let flags = flags(&stream(&mut file, "/FileHeader", 4096)?)?;
    if flags & ENCRYPTED != 0 {
        return Err(FileError::Encrypted);
    }
    let mut body = Body::default();
    let mut left_bytes = TOTAL_LIMIT_BYTES;
    for section in 0..SECTIONS_LIMIT {
        let name = format!("/BodyText/Section{section}");
        if !file.is_stream(&name) {
            break;
        }
        let packed = stream(&mut file, &name, bytes.len() as u64)?;
        let records = if flags & COMPRESSED == 0 { packed } else { unpacked(&packed, left_bytes)? };
        left_bytes = left_bytes.saturating_sub(records.len() as u64);
        body.read(&records)?;
        body.sections += 1;
    }
    if body.sections == 0 {
        return Err(FileError::Unreadable);
    }
    let summary = stream(&mut file, "/\u{5}HwpSummaryInformation", 1 << 20).ok();
    let is_tracked = flags & TRACKS_CHANGES != 0;
    Ok(Reading {
        kind: FileKind::Hwp,
        title: summary.as_deref().and_then(title),
        text: tidy::paragraphs(&body.paragraphs.finish().join("\n")),
        warnings: is_tracked.then_some(FileWarning::ChangesUnread).into_iter().collect(),
    })
}

fn flags(header: &[u8]) -> Result<u32, FileError> {
    if !header.starts_with(b"HWP Document File") {
        return Err(FileError::UnknownKind);
    }
    let flags = header.get(36..).and_then(<[u8]>::first_chunk::<4>);
    flags.map(|flags| u32::from_le_bytes(*flags)).ok_or(FileError::Unreadable)
}

fn stream(file: &mut File<'_>, name: &str, limit: u64) -> Result<Vec<u8>, FileError> {
    let stream = file.open_stream(name).map_err(|_| FileError::Unreadable)?;
    bounded(stream, limit)
}

fn unpacked(packed: &[u8], limit: u64) -> Result<Vec<u8>, FileError> {
    bounded(DeflateDecoder::new(packed), limit)
}

fn bounded(source: impl Read, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = source.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|_| FileError::Unreadable)?;
    if bytes.len() as u64 > limit { Err(FileError::Unreadable) } else { Ok(bytes) }
}

/// What a control means for the paragraphs within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// They are text of the article.
    Kept,
    /// They are a note.
    Note,
    /// They are no text of the article.
    PassedOver,
}

/// What is open: a paragraph or a control, at its level.
enum Open {
    Paragraph(u16),
    Control(u16, Within),
}

/// Gathers the text of all sections.
#[derive(Default)]
struct Body {
    paragraphs: Paragraphs,
    open: Vec<Open>,
    sections: usize,
}

impl Body {
    fn read(&mut self, section: &[u8]) -> Result<(), FileError> {
        let mut records = Records::new(section);
        for record in records.by_ref() {
            self.take(&record)?;
        }
        self.close_to(0);
        if records.is_cut { Err(FileError::Unreadable) } else { Ok(()) }
    }

    fn take(&mut self, record: &Record<'_>) -> Result<(), FileError> {
        match record.tag {
            PARAGRAPH => {
                self.close_to(record.level);
                if self.open.len() >= DEPTH_LIMIT {
                    return Err(FileError::Unreadable);
                }
                if !self.is_passed_over() {
                    self.paragraphs.begin();
                    self.open.push(Open::Paragraph(record.level));
                }
            }
            TEXT if !self.is_passed_over() => self.paragraphs.push(&text(record.data)),
            CONTROL if !self.is_passed_over_above(record.level) => {
                self.close_to(record.level);
                self.control(record);
            }
            MEMOS => {
                self.close_to(record.level);
                self.open.push(Open::Control(record.level, Within::PassedOver));
            }
            _ => {}
        }
        Ok(())
    }

    fn control(&mut self, record: &Record<'_>) {
        let Some((id, rest)) = record.data.split_first_chunk::<4>() else { return };
        // Four letters in a number, whose low byte comes first.
        let within = match id {
            b"daeh" | b"toof" | b"tmct" => Within::PassedOver,
            b"  nf" | b"  ne" => Within::Note,
            // A word with its reading above, and characters in one place.
            b"tudt" | b"spct" => {
                self.paragraphs.fill(PLACE, &counted(rest));
                Within::Kept
            }
            _ => Within::Kept,
        };
        if within == Within::Note {
            self.paragraphs.begin_note();
        }
        self.open.push(Open::Control(record.level, within));
    }

    fn is_passed_over(&self) -> bool {
        self.is_passed_over_above(u16::MAX)
    }

    /// Whether what is open above that level is no text of the article.
    fn is_passed_over_above(&self, level: u16) -> bool {
        self.open
            .iter()
            .any(|open| matches!(open, Open::Control(known, Within::PassedOver) if *known < level))
    }

    /// Closes everything that a record of that level does not lie within.
    fn close_to(&mut self, level: u16) {
        let is_outside = |open: &mut Open| {
            let (Open::Paragraph(known) | Open::Control(known, _)) = open;
            *known >= level
        };
        while let Some(closed) = self.open.pop_if(is_outside) {
            match closed {
                Open::Paragraph(_) => self.paragraphs.end(),
                Open::Control(_, Within::Note) => self.paragraphs.end_note(),
                Open::Control(_, Within::Kept | Within::PassedOver) => {}
            }
        }
    }
}

/// A text with its length before it.
fn counted(bytes: &[u8]) -> String {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return String::new() };
    let length = usize::from(u16::from_le_bytes(*length)) * 2;
    wide(rest.get(..length).unwrap_or(rest))
}

/// The text of a paragraph: numbers below 32 are controls, most of them eight units long (table 6).
fn text(data: &[u8]) -> String {
    let units: Vec<u16> =
        data.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let mut kept = Vec::with_capacity(units.len());
    let mut at = 0;
    while let Some(&unit) = units.get(at) {
        let (replacement, length) = match unit {
            9 => (Some('\t'), 8),
            10 => (Some('\n'), 1),
            23 => (Some(PLACE), 8),
            24 => (Some('-'), 1),
            30 | 31 => (Some(' '), 1),
            1..=8 | 11 | 12 | 14..=22 => (None, 8),
            0 | 13 | 25..=29 => (None, 1),
            _ => {
                kept.push(unit);
                at += 1;
                continue;
            }
        };
        kept.extend(replacement.and_then(|character| u16::try_from(u32::from(character)).ok()));
        at += length;
    }
    String::from_utf16_lossy(&kept)
}
