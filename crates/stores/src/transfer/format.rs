//! The lines of an export: header, rows, end.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::bulk::Row;

/// What the first line calls the format.
pub(super) const FORMAT: &str = "nx-wt-prf-store";
/// The version this program writes and the highest it reads.
pub(super) const VERSION: u32 = 1;
/// What the last line, and no other, begins with.
pub(super) const END: &str = "{\"end\":";

#[derive(Serialize, Deserialize)]
pub(super) struct HeaderLine {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) program: String,
    pub(super) at: String,
}

#[derive(Serialize)]
struct WrittenRow<'a> {
    table: &'a str,
    partition: &'a str,
    sort: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowLine {
    pub(super) table: String,
    pub(super) partition: String,
    pub(super) sort: String,
    pub(super) row: Option<Box<RawValue>>,
    pub(super) text: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EndLine {
    pub(super) end: End,
}

#[derive(Serialize, Deserialize)]
pub(super) struct End {
    pub(super) rows: u64,
    pub(super) tables: BTreeMap<String, u64>,
    pub(super) sha256: String,
}

/// A row as one line without its end.
pub(crate) fn row_line(row: &Row) -> serde_json::Result<Vec<u8>> {
    let object = as_object(&row.body);
    serde_json::to_vec(&WrittenRow {
        table: row.table.name(),
        partition: &row.partition,
        sort: &row.sort,
        row: object,
        text: object.is_none().then_some(row.body.as_str()),
    })
}

/// The body as it is, when it is a JSON object on one line; anything else goes out as a text, so
/// that every body comes back byte by byte.
fn as_object(body: &str) -> Option<&RawValue> {
    let is_one_line = !body.contains(['\n', '\r']);
    if !is_one_line || !body.starts_with('{') || !body.ends_with('}') {
        return None;
    }
    serde_json::from_str(body).ok()
}

/// A checksum as hexadecimal digits.
pub(crate) fn hex(checksum: Sha256) -> String {
    checksum.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
