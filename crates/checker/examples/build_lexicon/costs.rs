//! Makes `data/costs.bin`: how unlikely words are, and one word after another, as the model of the
//! dictionary has it. `checker::morph::costs` describes the bytes.

use std::collections::{BTreeMap, BTreeSet};

use crate::dictionary::Dictionary;

/// Parts of speech in the order of `checker::morph::costs::Part`.
const PARTS: [&str; 23] = [
    "NNG", "NNP", "NNB", "NR", "NP", "VV", "VA", "VX", "VCP", "VCN", "MAG", "MAJ", "MM", "IC", "J",
    "EP", "EF", "EC", "ETN", "ETM", "XPN", "XSN", "XS",
];
/// Costs of connections are written in steps, so that each takes a byte.
const STEP: i32 = 64;
const TOKEN_BYTES: usize = 6;
/// Part of speech and meaning of what the lexicon holds itself: nouns, names, adverbs.
const OPEN: [(&str, &str); 3] = [("NNG", "*"), ("NNP", "*"), ("MAG", "*")];
/// Unknown words in Hangul, as `unk.dic` has them.
const UNKNOWN: Token = Token { right: 3564, left: 1803, cost: 9440 };

/// Particles, alone and two in one, as newspapers write them.
const PARTICLES: &str = "가 같이 과 까지 께 께로 께서 께선 나 나가 나마 는 다가 도 든 든가 든지 라도 \
     란 랑 로 로다가 로부터 로서 로서보다 로서의 로써 를 마다 마저 만 만은 만이 \
     밖에 보다 부터 뿐 뿐이 서부터 씩 에 에가 에게 에게서 에는 에다가 에도 에부터 \
     에서 에서보다 에서부터 에서와 에서처럼 에선 에설랑 엔 엔들 와 으로 으로부터 \
     으로서 으로써 은 을 을랑 의 이 이나 이나마 이든 이든가 이든지 이라도 이란 이랑 \
     조차 처럼 하고 한테 한테다가 한테로";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Token {
    right: u16,
    left: u16,
    cost: i16,
}

/// Whether a word is kept: everything but nouns, which the lexicon holds, as far as it is a part of
/// words that a newspaper writes. What has the cost of something never seen is left out.
fn is_kept(surface: &str, feature: &str, cost: i16) -> bool {
    let tags: Vec<&str> = feature.split(',').next().unwrap_or_default().split('+').collect();
    let (Some(first), Some(last)) = (tags.first(), tags.last()) else { return false };
    let syllables = surface.chars().count();
    let is_hangul = surface.chars().all(|one| ('가'..='힣').contains(&one));
    let parts = tags.len();
    let is_noun = |tag: &str| tag.starts_with("NNG") || tag.starts_with("NNP");
    if !is_hangul || syllables > 6 || (parts > 1 && is_noun(last)) || part(last).is_none() {
        return false;
    }
    match *first {
        "NNG" | "NNP" => parts == 1 && syllables == 1 && !feature.contains("인명"),
        "NNB" => (parts == 1 && cost < 5000) || (parts == 2 && cost < 1700),
        "NR" | "NP" => cost < 4500 && parts <= 3,
        "MM" | "MAJ" | "XPN" => parts == 1,
        "MAG" | "IC" => cost < 3890,
        "ETM" => parts == 1 && cost < 1700 && cost != 1179,
        "EP" => parts <= 2 && cost < 3000,
        "EC" | "EF" | "ETN" => parts <= 2 && cost < 8000,
        "VCP" => parts == 1 || (parts <= 3 && cost < 1500),
        "XSN" => parts == 1 && cost < 4000,
        tag if tag.starts_with('J') && tag != "JKV" && tag != "JKQ" => {
            parts <= 2 && cost < 5000 && PARTICLES.split(' ').any(|one| one == surface)
        }
        tag if tag.starts_with('V') || tag.starts_with("XS") => {
            (parts <= 2 && cost < 6500) || (parts == 3 && cost < 1500 && syllables <= 3)
        }
        _ => false,
    }
}

fn part(tag: &str) -> Option<u8> {
    let at = PARTS.iter().position(|part| tag.starts_with(part))?;
    u8::try_from(at).ok()
}

/// First and last part of speech of a token.
fn ends(feature: &str) -> Option<(u8, u8)> {
    let mut fields = feature.split(',');
    let tags = fields.next()?;
    Some((part(tags.split('+').next()?)?, part(tags.split('+').next_back()?)?))
}

/// Numbers classes anew, those alike as one.
struct Classes {
    new: BTreeMap<u16, u16>,
    firsts: Vec<u16>,
}

impl Classes {
    /// Classes are alike when they have the same part of speech and the same costs.
    fn new(parts: &BTreeMap<u16, u8>, row: impl Fn(u16) -> Option<Vec<u8>>) -> Option<Self> {
        let mut seen: BTreeMap<(u8, Vec<u8>), u16> = BTreeMap::new();
        let (mut new, mut firsts) = (BTreeMap::new(), Vec::new());
        for (old, part) in parts {
            let next = u16::try_from(firsts.len()).ok()?;
            let number = *seen.entry((*part, row(*old)?)).or_insert(next);
            if number == next {
                firsts.push(*old);
            }
            new.insert(*old, number);
        }
        Some(Self { new, firsts })
    }
}

/// What of the dictionary is kept.
struct Kept<'k> {
    words: BTreeMap<&'k str, BTreeSet<Token>>,
    /// A token of each kind of `OPEN`, without and with a final consonant.
    open: BTreeMap<(usize, bool), Token>,
    /// Part of speech of each class.
    right_parts: BTreeMap<u16, u8>,
    left_parts: BTreeMap<u16, u8>,
}

impl<'k> Kept<'k> {
    fn new(dictionary: &Dictionary<'_>, keys: &'k [(Vec<u8>, u32)]) -> Option<Self> {
        // The edge of a text, and what is unknown, count as nouns.
        let mut kept = Self {
            words: BTreeMap::new(),
            open: BTreeMap::new(),
            right_parts: BTreeMap::from([(0, 0), (UNKNOWN.right, 0)]),
            left_parts: BTreeMap::from([(0, 0), (UNKNOWN.left, 0)]),
        };
        for (key, value) in keys {
            let Ok(surface) = std::str::from_utf8(key) else { continue };
            let (first, count) = ((value >> 8) as usize, (value & 0xff) as usize);
            for at in first..first + count {
                let (right, left) = dictionary.classes(at)?;
                let token = Token { right, left, cost: dictionary.cost(at)? };
                kept.add(surface, dictionary.feature(at)?, token);
            }
        }
        Some(kept)
    }

    fn add(&mut self, surface: &'k str, feature: &str, token: Token) {
        /// Nouns that end in neither a vowel nor a consonant.
        const NO_SOUND: u16 = 3535;
        let fields: Vec<&str> = feature.split(',').collect();
        let kind = OPEN.iter().position(|(tag, meaning)| {
            fields.first() == Some(tag) && fields.get(1) == Some(meaning)
        });
        let kind = kind.filter(|_| token.right != NO_SOUND);
        if let Some(kind) = kind {
            self.open.entry((kind, fields.get(2) == Some(&"T"))).or_insert(token);
        }
        let is_kept = is_kept(surface, feature, token.cost);
        if (kind.is_some() || is_kept)
            && let Some((first, last)) = ends(feature)
        {
            self.right_parts.insert(token.right, last);
            self.left_parts.insert(token.left, first);
            if is_kept {
                self.words.entry(surface).or_default().insert(token);
            }
        }
    }
}

/// The bytes of the file; none when the matrix is not one.
pub(crate) fn build(
    dictionary: &Dictionary<'_>,
    keys: &[(Vec<u8>, u32)],
    matrix: &[u8],
) -> Option<Vec<u8>> {
    let short = |at: usize| matrix.get(at * 2..at * 2 + 2)?.try_into().ok().map(u16::from_le_bytes);
    let rights = usize::from(short(0)?);
    let connection = |right: u16, left: u16| -> Option<u8> {
        let cost = short(2 + usize::from(right) + rights * usize::from(left))?.cast_signed();
        let steps = (i32::from(cost) + STEP / 2).div_euclid(STEP).clamp(-127, 127);
        i8::try_from(steps).ok().map(i8::cast_unsigned)
    };
    let kept = Kept::new(dictionary, keys)?;
    let (lefts, rights) = (kept.left_parts.keys(), kept.right_parts.keys());
    let right = Classes::new(&kept.right_parts, |right| {
        lefts.clone().map(|left| connection(right, *left)).collect()
    })?;
    let left = Classes::new(&kept.left_parts, |left| {
        rights.clone().map(|right| connection(*right, left)).collect()
    })?;
    let bytes = |token: &Token| -> Option<Vec<u8>> {
        let classes = [right.new.get(&token.right)?, left.new.get(&token.left)?];
        let classes = classes.into_iter().flat_map(|class| class.to_le_bytes());
        Some(classes.chain(token.cost.to_le_bytes()).collect())
    };
    let (tokens, trie) = words(&kept.words, bytes)?;
    let mut out = Vec::new();
    out.extend(u16::try_from(right.firsts.len()).ok()?.to_le_bytes());
    out.extend(u16::try_from(left.firsts.len()).ok()?.to_le_bytes());
    out.extend(u32::try_from(tokens.len() / TOKEN_BYTES).ok()?.to_le_bytes());
    out.extend(right.firsts.iter().filter_map(|old| kept.right_parts.get(old)));
    out.extend(left.firsts.iter().filter_map(|old| kept.left_parts.get(old)));
    for old_left in &left.firsts {
        for old_right in &right.firsts {
            out.push(connection(*old_right, *old_left)?);
        }
    }
    out.extend(bytes(&UNKNOWN)?);
    for kind in 0..OPEN.len() {
        for is_closed in [false, true] {
            out.extend(bytes(kept.open.get(&(kind, is_closed))?)?);
        }
    }
    out.extend(tokens);
    out.extend(trie);
    Some(out)
}

/// The tokens, each list of them once, and the trie that leads from words to their lists.
fn words(
    words: &BTreeMap<&str, BTreeSet<Token>>,
    bytes: impl Fn(&Token) -> Option<Vec<u8>>,
) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut lists: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let mut tokens: Vec<u8> = Vec::new();
    let mut records = Vec::new();
    for (surface, list) in words {
        let list: Vec<u8> = list.iter().map(&bytes).collect::<Option<Vec<_>>>()?.concat();
        let count = u32::try_from(list.len() / TOKEN_BYTES).ok()?;
        let next = u32::try_from(tokens.len() / TOKEN_BYTES).ok()?;
        let first = *lists.entry(list.clone()).or_insert(next);
        if first == next {
            tokens.extend(list);
        }
        records.push((*surface, first << 8 | count));
    }
    Some((tokens, crawdad::Trie::from_records(records).ok()?.serialize_to_vec()))
}
