//! Parts of a zip archive with bounds on their count and size, whatever its directory claims.

use std::io::{Cursor, Read};

use domain::file::FileError;
use zip::ZipArchive;

/// An archive may hold so many parts.
const PARTS_LIMIT: usize = 20_000;

/// One part may come out as so many bytes.
const PART_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// All parts read may come out as so many bytes together.
const TOTAL_LIMIT_BYTES: u64 = 96 * 1024 * 1024;

/// A part may come out as so many times its packed size, once it is larger than a megabyte: text packs
/// to a tenth, a bomb to a thousandth.
const RATIO_LIMIT: u64 = 200;

/// Below this no ratio counts.
const RATIO_FROM_BYTES: u64 = 1024 * 1024;

/// An archive whose parts are read by name.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left_bytes: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Unreadable)?;
        if zip.len() > PARTS_LIMIT {
            return Err(FileError::Unreadable);
        }
        Ok(Self { zip, left_bytes: TOTAL_LIMIT_BYTES })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Names of parts that begin and end so, sorted by the number between.
    pub(super) fn numbered(&self, before: &str, after: &str) -> Vec<String> {
        let mut found: Vec<(u32, String)> = Vec::new();
        for name in self.zip.file_names_raw().filter_map(|name| std::str::from_utf8(name).ok()) {
            let number = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            match number {
                Some("") => found.push((0, name.to_owned())),
                Some(number) => {
                    if let Ok(number) = number.parse() {
                        found.push((number, name.to_owned()));
                    }
                }
                None => {}
            }
        }
        found.sort();
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// A part as text; none where there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, FileError> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let entry = self.zip.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                FileError::Encrypted
            }
            _ => FileError::Unreadable,
        })?;
        let by_ratio = entry.compressed_size().saturating_mul(RATIO_LIMIT).max(RATIO_FROM_BYTES);
        let limit = by_ratio.min(PART_LIMIT_BYTES).min(self.left_bytes);
        let mut bytes = Vec::new();
        let read = entry.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|_| FileError::Unreadable)?;
        let length = bytes.len() as u64;
        if length > limit {
            return Err(FileError::Unreadable);
        }
        self.left_bytes -= length;
        Ok(Some(as_text(bytes)))
    }
}

/// XML in UTF-8 or, with its mark, in UTF-16.
fn as_text(bytes: Vec<u8>) -> String {
    match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling(rest).0.into_owned()
        }
        None => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}
