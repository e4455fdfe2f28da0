//! A file of old items, read item by item: what `aws dynamodb scan` prints, DynamoDB's export to S3,
//! JSON lines, lists, and objects of tables.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{SyncSender, sync_channel};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::table::Table;

/// Items that wait for their reader.
const ITEMS_AHEAD: usize = 64;
/// A file whose first line is not longer and is a whole value is one of lines: no item of DynamoDB
/// takes more than 400 KB, however it is written.
const LINE_BYTES: u64 = 4 << 20;

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File or table.
    pub of: String,
    /// Line of the file in which the item ends, from 1; 0 in a table.
    pub line: u64,
    /// Which item, from 1.
    pub item: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, line, item } = self;
        match line {
            0 => write!(out, "{of} item {item}"),
            line => write!(out, "{of} line {line} (item {item})"),
        }
    }
}

/// Why a file cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The system does not give it.
    #[error("could not read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is packed.
    #[error("{0} is compressed: unpack it first (gunzip)")]
    Compressed(PathBuf),
    /// A document that is not JSON from some line on.
    #[error("{path} cannot be read after line {line}: it is cut or no JSON")]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
}

/// One item, or a line that is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Where.
    pub place: Place,
    /// What stands there; none: a line that is no JSON, and the next one is read.
    pub item: Option<Value>,
}

/// Every item of a file in its order, read by a thread of its own; an error is the last one.
pub fn items(path: &Path) -> impl Iterator<Item = Result<Found, DocumentError>> + use<> {
    let (sender, receiver) = sync_channel(ITEMS_AHEAD);
    let path = path.to_owned();
    std::thread::spawn(move || {
        if let Err(error) = read(&path, &sender) {
            // Nobody may be there any more to hear it.
            drop(sender.send(Err(error)));
        }
    });
    receiver.into_iter()
}

/// Hands items over with their places.
struct Giver<'a> {
    path: &'a Path,
    sender: &'a SyncSender<Result<Found, DocumentError>>,
    /// Line ends passed so far.
    lines: Rc<Cell<u64>>,
    items: Cell<u64>,
    is_heard: Cell<bool>,
}

impl Giver<'_> {
    /// False when nobody listens any more.
    fn give(&self, item: Option<Value>) -> bool {
        self.items.set(self.items.get() + 1);
        let of = self.path.display().to_string();
        let place = Place { of, line: self.lines.get() + 1, item: self.items.get() };
        let is_heard = self.is_heard.get() && self.sender.send(Ok(Found { place, item })).is_ok();
        self.is_heard.set(is_heard);
        is_heard
    }

    fn failed(&self, source: io::Error) -> DocumentError {
        DocumentError::Read { path: self.path.to_owned(), source }
    }
}

fn read(
    path: &Path,
    sender: &SyncSender<Result<Found, DocumentError>>,
) -> Result<(), DocumentError> {
    let (lines, items, is_heard) = (Rc::default(), Cell::new(0), Cell::new(true));
    let giver = Giver { path, sender, lines, items, is_heard };
    let failed = |source| giver.failed(source);
    let mut input = BufReader::new(File::open(path).map_err(failed)?);
    if input.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]) {
        return Err(DocumentError::Compressed(path.to_owned()));
    }
    let mut first = Vec::new();
    (&mut input).take(LINE_BYTES).read_until(b'\n', &mut first).map_err(failed)?;
    let is_lines = serde_json::from_slice::<IgnoredAny>(&first).is_ok();
    let input = io::Cursor::new(first).chain(input);
    if is_lines { read_lines(input, &giver) } else { read_document(input, &giver) }
}

/// One value a line; a line that is none leaves the next as good as before.
fn read_lines(mut input: impl BufRead, giver: &Giver<'_>) -> Result<(), DocumentError> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).map_err(|source| giver.failed(source))? > 0 {
        let mut json = serde_json::Deserializer::from_slice(&line);
        let is_blank = line.iter().all(u8::is_ascii_whitespace);
        let parsed = is_blank || Items(&mut |item| giver.give(Some(item))).read(&mut json).is_ok();
        if !parsed {
            giver.give(None);
        }
        if !giver.is_heard.get() {
            return Ok(());
        }
        giver.lines.set(giver.lines.get() + 1);
        line.clear();
    }
    Ok(())
}

/// Values over as many lines as they like, one after the other.
fn read_document(input: impl BufRead, giver: &Giver<'_>) -> Result<(), DocumentError> {
    let mut input = Counting { input, lines: Rc::clone(&giver.lines) };
    while input.find_value().map_err(|source| giver.failed(source))? {
        let mut json = serde_json::Deserializer::from_reader(&mut input);
        let parsed = Items(&mut |item| giver.give(Some(item))).deserialize(&mut json);
        match parsed {
            Ok(()) => {}
            Err(_) if !giver.is_heard.get() => return Ok(()),
            Err(error) if error.is_io() => return Err(giver.failed(error.into())),
            Err(_) => {
                let line = giver.lines.get() + 1;
                return Err(DocumentError::Broken { path: giver.path.to_owned(), line });
            }
        }
    }
    Ok(())
}

/// Counts the line ends of what is read through it.
struct Counting<R> {
    input: R,
    lines: Rc<Cell<u64>>,
}

impl<R> Counting<R> {
    fn pass(&self, byte: u8) {
        self.lines.set(self.lines.get() + u64::from(byte == b'\n'));
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        buffer.iter().take(count).for_each(|byte| self.pass(*byte));
        Ok(count)
    }
}

impl<R: BufRead> Counting<R> {
    /// Passes over white space; false at the end.
    fn find_value(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.input.fill_buf()?.first().copied() {
            if !byte.is_ascii_whitespace() {
                return Ok(true);
            }
            self.pass(byte);
            self.input.consume(1);
        }
        Ok(false)
    }
}

/// Hands every item within a value over as soon as it is read; it answers whether to go on.
struct Items<'a>(&'a mut dyn FnMut(Value) -> bool);

impl Items<'_> {
    /// The one value of a line.
    fn read<'de>(
        self,
        json: &mut serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    ) -> serde_json::Result<()> {
        self.deserialize(&mut *json)?;
        json.end()
    }

    fn give<E: serde::de::Error>(self, item: Value) -> Result<(), E> {
        if (self.0)(item) { Ok(()) } else { Err(E::custom("nobody listens")) }
    }
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Items(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut is_scan = false;
        while let Some(name) = object.next_key::<String>()? {
            if name == "Items" {
                is_scan = true;
                object.next_value_seed(Items(&mut *self.0))?;
            } else {
                rest.insert(name, object.next_value()?);
            }
        }
        if is_scan {
            // What else a scan says: counts.
            return Ok(());
        }
        if !is_tables(&rest) {
            return self.give(Value::Object(rest));
        }
        for (_, items) in rest {
            Items(&mut *self.0).deserialize(items).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.give(value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.give(value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.give(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.give(value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.give(value.into())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.give(Value::Null)
    }
}

/// Whether an object holds whole tables by their names: `{"conversations": [...], …}`.
fn is_tables(object: &Map<String, Value>) -> bool {
    let is_table = |name: &str| Table::ALL.iter().any(|table| name.contains(table.name()));
    let is_list = |value: &Value| value.is_array() || value.get("Items").is_some();
    !object.is_empty() && object.iter().all(|(name, value)| is_table(name) && is_list(value))
}
