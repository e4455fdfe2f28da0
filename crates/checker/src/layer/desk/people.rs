//! The people an article names: every name with its titles and ages.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::Span;
use crate::lexicon::Lexicon;
use crate::text::Document;
use crate::text::particle;
use crate::text::word::{Kind, Word};

/// Surnames of one syllable that nearly all Koreans carry.
const SURNAMES: &str = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구\
                        민진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용";

/// Words after a name that say who it is.
const TITLES: &[&str] = &[
    "대표",
    "회장",
    "사장",
    "부회장",
    "부사장",
    "교수",
    "의원",
    "장관",
    "차관",
    "감독",
    "코치",
    "선수",
    "연구원",
    "연구위원",
    "팀장",
    "씨",
    "총재",
    "원장",
    "위원장",
    "위원",
    "변호사",
    "기자",
    "대변인",
    "시장",
    "지사",
    "군수",
    "구청장",
    "청장",
    "총장",
    "부행장",
    "은행장",
    "행장",
    "본부장",
    "센터장",
    "국장",
    "과장",
    "실장",
    "처장",
    "단장",
    "소장",
    "이사장",
    "이사",
    "전무",
    "상무",
    "대통령",
    "총리",
    "부총리",
    "판사",
    "검사",
    "검사장",
    "경감",
    "경위",
    "경정",
    "총경",
    "작가",
    "배우",
    "가수",
    "화가",
    "박사",
    "군",
    "양",
    "후보",
    "원내대표",
    "최고위원",
    "수석",
    "비서관",
    "행정관",
    "사무총장",
    "총무",
    "지부장",
    "조합장",
    "관장",
    "학장",
    "교장",
    "교사",
    "선장",
    "애널리스트",
    "이코노미스트",
    "PD",
    "셰프",
    "아나운서",
    "스님",
    "신부",
    "목사",
    "할머니",
    "할아버지",
    "어르신",
    "병장",
    "상병",
    "대위",
    "중령",
    "대령",
    "소장",
    "중장",
    "대장",
    "의사",
    "간사",
    "대사",
    "차장",
    "부장",
    "부장판사",
    "대법관",
    "재판관",
    "지점장",
    "매니저",
    "투수",
    "포수",
    "내야수",
    "외야수",
    "기관장",
    "항해사",
    "갑판장",
    "조타수",
    "기관사",
    "교감",
    "부총장",
    "부시장",
    "부군수",
    "부구청장",
    "치안감",
    "경무관",
    "소위",
    "중위",
    "소령",
    "준장",
];

/// Particles after a name that stands alone.
const PARTICLES: &[&str] = &[
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "도",
    "과",
    "와",
    "에게",
    "에게서",
    "으로",
    "로",
    "께서",
    "이라고",
    "라고",
    "만",
    "측은",
    "측이",
];

/// Words between a name and a title that say no more than whether it still holds.
const FORMER: &[&str] = &["전", "현", "신임"];

/// Syllables that end a noun with its particle far more often than a name.
const NO_END: [char; 10] = ['이', '에', '으', '를', '을', '의', '들', '하', '는', '가'];

/// Four syllables.
const NAME_BYTES: usize = 12;
/// 에게서, 이라고.
const LONGEST_PARTICLE_BYTES: usize = 9;

/// One mention of a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention<'t> {
    pub(super) name: &'t str,
    pub(super) span: Span,
    pub(super) title: Option<&'static str>,
    /// `(45)` after it, which introduces somebody.
    pub(super) has_age: bool,
}

/// Names of an article, each with its mentions.
pub(super) struct Name<'t> {
    pub(super) mentions: Vec<Mention<'t>>,
}

/// Every name in the order of its first mention.
pub(super) fn names<'t>(document: &Document<'t>, lexicon: &Lexicon) -> Vec<Name<'t>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<Name<'t>> = Vec::new();
    let words = document.words();
    for (at, word) in words.iter().enumerate() {
        let Some(mention) = mention(document, lexicon, word, words.get(at + 1)) else { continue };
        let place = *places.entry(mention.name).or_insert(names.len());
        if place == names.len() {
            names.push(Name { mentions: Vec::new() });
        }
        if let Some(name) = names.get_mut(place) {
            name.mentions.push(mention);
        }
    }
    names
}

fn mention<'t>(
    document: &Document<'t>,
    lexicon: &Lexicon,
    word: &Word,
    next: Option<&Word>,
) -> Option<Mention<'t>> {
    let text = document.text();
    let lead = word.runs.iter().take_while(|run| run.kind == Kind::Other).take(3).count();
    let run = word.runs.get(lead).filter(|run| run.kind == Kind::Hangul)?;
    let written = run.span.of(text)?;
    // The cheap questions first: most words end here.
    let is_short = written.len() <= NAME_BYTES + LONGEST_PARTICLE_BYTES;
    let has_surname = written.chars().next().is_some_and(|first| SURNAMES.contains(first));
    let length = written.len() / 3;
    if !is_short || length < 3 || !has_surname || lexicon.tags(written).is_some() {
        return None;
    }
    let is_whole = word.runs.len() == lead + 1;
    let after = word.runs.get(lead + 1).and_then(|run| run.span.of(text));
    let age = word.runs.get(lead + 2).filter(|run| run.kind == Kind::Digits);
    let has_age = after == Some("(") && age.is_some_and(|age| age.span.len() == 2);
    let next = next.filter(|_| is_whole && length <= 4);
    let title = next.and_then(|next| title(text, next));
    let following = next.and_then(|next| next.span.of(text));
    let is_former = following.is_some_and(|next| FORMER.contains(&next));
    let is_beside = title.is_some() || has_age || is_former;
    let name = if is_beside { written } else { bare(written)? };
    let length = name.len() / 3;
    let is_name = (3..=4).contains(&length)
        && !name.ends_with(NO_END)
        && (name.len() == written.len() || lexicon.tags(name).is_none())
        && !is_noun_with_tail(lexicon, written);
    if !is_name || document.is_protected(word.span) || length == 4 && title.is_none() {
        return None;
    }
    let span = Span::new(run.span.start, run.span.start + name.len());
    Some(Mention { name, span, title, has_age })
}

/// The title in a word, at its start or as its end, with at most particles after it.
fn title(text: &str, word: &Word) -> Option<&'static str> {
    const LIMIT_BYTES: usize = 45;
    let run = word.runs.first().filter(|run| run.kind == Kind::Hangul)?;
    let written = run.span.of(text).filter(|written| written.len() <= LIMIT_BYTES)?;
    let places = written.char_indices().filter_map(|(at, first)| {
        let rest = written.get(at..)?;
        let known = BY_FIRST.get(&first)?;
        let fits = |title: &&&'static str| {
            (at == 0 || title.len() > 3)
                && rest.strip_prefix(**title).is_some_and(particle::may_follow_noun)
        };
        known.iter().filter(fits).max_by_key(|title| title.len()).copied()
    });
    places.max_by_key(|title| title.len())
}

/// Titles by their first syllable: every word of a text is asked for one.
static BY_FIRST: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<char, Vec<&str>> = HashMap::new();
    for title in TITLES {
        if let Some(first) = title.chars().next() {
            all.entry(first).or_default().push(title);
        }
    }
    all
});

/// A name of three syllables with a particle after it.
fn bare(written: &str) -> Option<&str> {
    let (end, _) = written.char_indices().nth(3)?;
    let (name, particle) = written.split_at_checked(end)?;
    PARTICLES.contains(&particle).then_some(name)
}

/// 고향으로 is not a person called 고향으.
fn is_noun_with_tail(lexicon: &Lexicon, written: &str) -> bool {
    let ends = written.char_indices().skip(1).map(|(at, _)| at);
    let mut cuts = ends.filter_map(|end| written.split_at_checked(end));
    cuts.any(|(noun, tail)| {
        let is_word = noun.chars().count() > 1 && lexicon.tags(noun).is_some();
        is_word && particle::may_follow_noun(tail)
    })
}
