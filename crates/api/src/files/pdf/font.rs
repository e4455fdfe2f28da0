//! What the codes in a text mean: their characters and widths (ISO 32000-2, 9.6 to 9.10).

use std::collections::HashMap;

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as Bytes};

use super::names;

/// A list of widths may have so many numbers.
const WIDTHS_LIMIT: usize = 200_000;

/// A font that says nothing of a width.
const USUAL_WIDTH: f64 = 500.0;

/// One code of a text.
pub(super) struct Code {
    /// What it stands for; none where the font does not say.
    pub(super) text: Option<String>,
    /// In thousandths of the font's size.
    pub(super) width: f64,
    /// Whether word spacing applies.
    pub(super) is_word_space: bool,
}

/// A font as far as it says what text is.
pub(super) struct Font {
    to_unicode: Option<CMap>,
    kind: Kind,
    widths: HashMap<u32, f64>,
    /// First, last and width of ranges.
    ranges: Vec<(u32, u32, f64)>,
    usual_width: f64,
}

enum Kind {
    /// One byte a code.
    Simple(Vec<Option<char>>),
    /// One to four bytes a code, which stand for numbers of a collection.
    Composite { codes: Box<CMap>, collection: Option<Box<CMap>> },
}

impl Font {
    pub(super) fn read(font: &Dict<'_>) -> Self {
        let to_unicode = font.get::<Stream<'_>>("ToUnicode").and_then(|stream| cmap(&stream));
        let kind = font.get::<Name<'_>>("Subtype");
        let is_composite = kind.is_some_and(|kind| &*kind == b"Type0");
        let mut font = if is_composite { Self::composite(font) } else { Self::simple(font) };
        font.to_unicode = to_unicode;
        font
    }

    fn composite(font: &Dict<'_>) -> Self {
        let codes = match font.get::<Object<'_>>("Encoding") {
            Some(Object::Name(name)) => predefined(&name),
            Some(Object::Stream(stream)) => cmap(&stream),
            _ => None,
        };
        let within = font.get::<Array<'_>>("DescendantFonts");
        let within = within.and_then(|fonts| fonts.iter::<Dict<'_>>().next()).unwrap_or_default();
        let kind = Kind::Composite {
            codes: Box::new(codes.unwrap_or_else(CMap::identity_h)),
            collection: collection(&within).map(Box::new),
        };
        let usual_width = within.get::<f32>("DW").map_or(1000.0, f64::from);
        let mut font = Self {
            to_unicode: None,
            kind,
            widths: HashMap::new(),
            ranges: Vec::new(),
            usual_width,
        };
        if let Some(widths) = within.get::<Array<'_>>("W") {
            font.read_widths(&widths);
        }
        font
    }

    /// `first [width …]` and `first last width`, mixed.
    fn read_widths(&mut self, widths: &Array<'_>) {
        let mut numbers: Vec<f64> = Vec::new();
        for item in widths.iter::<Object<'_>>().take(WIDTHS_LIMIT) {
            match item {
                Object::Number(number) => numbers.push(number.as_f64()),
                Object::Array(list) => {
                    let first = numbers.pop().map(code).unwrap_or_default();
                    numbers.clear();
                    let left = WIDTHS_LIMIT.saturating_sub(self.widths.len());
                    self.widths.extend((first..).zip(list.iter::<f32>().map(f64::from)).take(left));
                }
                _ => {}
            }
            if let [first, last, width] = *numbers.as_slice() {
                self.ranges.push((code(first), code(last), width));
                numbers.clear();
            }
        }
    }

    fn simple(font: &Dict<'_>) -> Self {
        let first = font.get::<i32>("FirstChar").and_then(|first| u32::try_from(first).ok());
        let widths = font.get::<Array<'_>>("Widths");
        let widths = widths.iter().flat_map(|widths| widths.iter::<f32>().map(f64::from).take(256));
        Self {
            to_unicode: None,
            kind: Kind::Simple(encoding(font)),
            widths: (first.unwrap_or_default()..).zip(widths).collect(),
            ranges: Vec::new(),
            usual_width: USUAL_WIDTH,
        }
    }

    /// The codes of a text, at most as many as it has bytes.
    pub(super) fn codes(&self, bytes: &[u8]) -> Vec<Code> {
        let mut codes = Vec::new();
        let mut rest = bytes;
        while let Some((code, id, length)) = self.next(rest) {
            let (read, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            codes.push(Code {
                text: self.text(code, id),
                width: self.width(id),
                is_word_space: read == b" ",
            });
        }
        codes
    }

    /// The first code, the number it stands for, and how many bytes it takes.
    fn next(&self, bytes: &[u8]) -> Option<(u32, u32, usize)> {
        let first = *bytes.first()?;
        let Kind::Composite { codes, .. } = &self.kind else {
            return Some((first.into(), first.into(), 1));
        };
        let mut code = 0_u32;
        for (byte, length) in bytes.iter().zip(1_u8..=4) {
            code = code << 8 | u32::from(*byte);
            if let Some(id) = codes.lookup_cid_code(code, length) {
                return Some((code, id, length.into()));
            }
        }
        // A code that stands for nothing takes two bytes, as nearly all do.
        let both = bytes.first_chunk::<2>().map(|both| u16::from_be_bytes(*both).into());
        Some((both.unwrap_or_else(|| first.into()), 0, bytes.len().min(2)))
    }

    fn text(&self, code: u32, id: u32) -> Option<String> {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| looked_up(map, code)) {
            return Some(text);
        }
        match &self.kind {
            Kind::Simple(characters) => {
                let character = characters.get(usize::try_from(code).ok()?)?;
                character.map(String::from)
            }
            Kind::Composite { collection, .. } => looked_up(collection.as_ref()?, id),
        }
    }

    fn width(&self, id: u32) -> f64 {
        if let Some(width) = self.widths.get(&id) {
            return *width;
        }
        let range = self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&id));
        range.map_or(self.usual_width, |(_, _, width)| *width)
    }
}

/// Numbers of characters are whole and not negative; `as` takes anything else to the nearest of them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn code(number: f64) -> u32 {
    number as u32
}

fn cmap(stream: &Stream<'_>) -> Option<CMap> {
    CMap::parse(&stream.decoded().ok()?, load_embedded)
}

fn predefined(name: &[u8]) -> Option<CMap> {
    match name {
        b"Identity-H" => Some(CMap::identity_h()),
        b"Identity-V" => Some(CMap::identity_v()),
        _ => CMap::parse(load_embedded(CMapName::from_bytes(name))?, load_embedded),
    }
}

/// What the numbers of the font's collection stand for.
fn collection(font: &Dict<'_>) -> Option<CMap> {
    let system = font.get::<Dict<'_>>("CIDSystemInfo")?;
    let (registry, ordering) =
        (system.get::<Bytes<'_>>("Registry")?, system.get::<Bytes<'_>>("Ordering")?);
    let family = CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes());
    CMap::parse(load_embedded(family.ucs2_cmap()?)?, load_embedded)
}

/// What a code stands for; nothing where it stands for a control or for nobody's character.
fn looked_up(map: &CMap, code: u32) -> Option<String> {
    let text = match map.lookup_bf_string(code)? {
        BfString::Char(character) => character.to_string(),
        BfString::String(text) => text,
    };
    let is_read = text.chars().all(|one| !one.is_control() && one != char::REPLACEMENT_CHARACTER);
    is_read.then_some(text)
}

/// The characters of the 256 codes of a simple font.
fn encoding(font: &Dict<'_>) -> Vec<Option<char>> {
    let said = font.get::<Object<'_>>("Encoding");
    let (base, differences) = match said {
        Some(Object::Name(name)) => (Some(name), None),
        Some(Object::Dict(dict)) => {
            (dict.get::<Name<'_>>("BaseEncoding"), dict.get::<Array<'_>>("Differences"))
        }
        _ => (None, None),
    };
    let is_mac = base.is_some_and(|base| &*base == b"MacRomanEncoding");
    let base = if is_mac { MACINTOSH } else { WINDOWS_1252 };
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let decoded = base.decode_without_bom_handling(&bytes).0;
    let mut characters: Vec<Option<char>> =
        decoded.chars().map(|character| Some(character).filter(|one| !one.is_control())).collect();
    let mut at = 0_usize;
    let differences = differences.iter().flat_map(|list| list.iter::<Object<'_>>().take(1024));
    for item in differences {
        match item {
            Object::Number(number) => at = code(number.as_f64()) as usize,
            Object::Name(name) => {
                if let Some(place) = characters.get_mut(at) {
                    *place = names::character(name.as_str());
                }
                at = at.saturating_add(1);
            }
            _ => {}
        }
    }
    characters
}
