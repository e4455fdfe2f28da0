//! What a run of Hangul may be: noun and particles, stem and endings, or a word of its own.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::conjugation::kind::{
    LINKED, LINKED_NIEUN, MIEUM, NIEUN, OPEN, PAST, PLAIN, PLAIN_NIEUN, POLITE, RIEUL,
};
use super::costs::Costs;
use super::endings::Endings;
use crate::lexicon::{Lexicon, Tags};
use crate::text::grouped::Grouped;
use crate::text::particle::{self, after_noun};
use crate::text::sound::{End, end_of_syllable};
use crate::text::syllables::Syllables;

/// Longer runs are not looked at; no word of the language is so long.
const LIMIT_BYTES: usize = 72;
/// One for each place between syllables.
const CELLS: usize = LIMIT_BYTES / 3 + 1;

/// Every way a run can be read, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reading(u16);

impl Reading {
    pub(crate) const NOUN: Self = Self(1);
    pub(crate) const WITH_PARTICLE: Self = Self(1 << 1);
    pub(crate) const ADNOMINAL_NIEUN: Self = Self(1 << 2);
    pub(crate) const ADNOMINAL_RIEUL: Self = Self(1 << 3);
    pub(crate) const PREDICATE: Self = Self(1 << 4);
    pub(crate) const MODIFIER: Self = Self(1 << 5);

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_known(self) -> bool {
        self.0 != 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What ends at one place of a run.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// A noun of two syllables or more, or one with what belongs to it.
    noun: bool,
    /// A noun of one syllable at the start.
    single: bool,
    prefix: bool,
    root: bool,
    particle: bool,
    /// A predicate with its ending.
    closed: bool,
    modifier: bool,
    kinds: u16,
}

/// Verbs that stand right after 아 or 어 in one word (제47항, and 어지다, 어하다).
const AUXILIARIES: &[&str] = &[
    "지", "진", "질", "짐", "집", "져", "졌", "주", "준", "줄", "줌", "줍", "줘", "줬", "주어",
    "주었", "보", "본", "볼", "봄", "봅", "봐", "봤", "보았", "놓", "놔", "놨", "두", "둔", "둘",
    "둬", "뒀", "버리", "버린", "버릴", "버려", "버렸", "내", "낸", "낼", "냄", "냅", "냈", "가",
    "간", "갈", "감", "갑", "갔", "오", "온", "올", "옴", "와", "왔", "대", "댄", "댔", "하", "한",
    "할", "함", "합", "해", "했", "하여", "하였", "드리", "드립", "드림", "드렸", "드린", "드릴",
    "드려", "드렸", "나", "난", "날", "났", "들", "든", "있", "달라", "치우", "먹", "나가", "나간",
    "나갈", "나갔", "나오", "나온", "나왔",
];

static AUXILIARIES_BY_FIRST: LazyLock<Grouped<&str>> =
    LazyLock::new(|| Grouped::by_first(AUXILIARIES));

/// Nouns of one syllable that stand at the end of compounds.
static TAILS: Syllables = Syllables::of(
    "안작동왕판회법책등팀군당전후내외간중상하말초때급값길집불물빛꽃밥국돈일날밤봄꿈글옷약병표장관원실소점주식선용품료비세금액권가계과구국기단대도력로록론률면명문물민반방별보부분사산생서석성속수술시심씨악양업역연열월위율의인자재적제조족종죄증지직질차채천체촌층치탓탕통파팔편포풍필학해행향혈형호화환황",
);

/// The words and endings an analysis needs.
#[derive(Debug)]
pub(crate) struct Analyser {
    pub(super) endings: Endings,
    pub(super) costs: Option<Costs>,
}

impl Analyser {
    pub(crate) fn new() -> Self {
        Self { endings: Endings::new(), costs: Costs::new() }
    }

    /// Every reading of a run of Hangul; `after_noun` when digits, letters or a closing mark stand
    /// right before it. A run too long to be a word has none.
    pub(crate) fn read(&self, run: &str, follows_noun: bool, lexicon: &Lexicon) -> Reading {
        let mut reading = Reading::default();
        if run.len() > LIMIT_BYTES || run.is_empty() {
            return reading;
        }
        let mut cells = [Cell::default(); CELLS];
        if let Some(first) = cells.first_mut() {
            first.noun = follows_noun;
        }
        for at in (0..run.len()).step_by(3) {
            let Some(rest) = run.get(at..) else { return reading };
            self.step(at, rest, run, lexicon, &mut cells, follows_noun);
        }
        let Some(last) = cells.get(run.len() / 3) else { return reading };
        for (holds, bit) in [
            (last.noun || last.single || last.root || last.kinds & MIEUM != 0, Reading::NOUN),
            (last.particle, Reading::WITH_PARTICLE),
            (
                last.kinds & NIEUN != 0 || (last.closed && run.ends_with('는')),
                Reading::ADNOMINAL_NIEUN,
            ),
            (last.kinds & RIEUL != 0, Reading::ADNOMINAL_RIEUL),
            (last.closed || last.kinds & OPEN != 0, Reading::PREDICATE),
            (last.modifier, Reading::MODIFIER),
        ] {
            if holds {
                reading.add(bit);
            }
        }
        reading
    }

    /// Whether a run of Hangul can be read at all. The usual words are seen at the first glance, the
    /// rest is read whole.
    pub(crate) fn is_known(&self, run: &str, lexicon: &Lexicon) -> bool {
        let is_plain = |length, tags: Tags| {
            let rest = run.get(length..).unwrap_or_default();
            if rest.is_empty() {
                return tags.is_nominal()
                    || tags.is_modifier()
                    || tags.kinds() & (NIEUN | RIEUL | OPEN | MIEUM) != 0;
            }
            (tags.is_nominal() && particle::are_particles(rest))
                || (tags.kinds() != 0 && self.endings.closes(tags.kinds(), rest))
        };
        // The longest word is nearly always the one that was meant.
        let mut words: SmallVec<[(usize, Tags); 8]> = SmallVec::new();
        lexicon.prefixes(run, |length, tags| words.push((length, tags)));
        words.iter().rev().any(|(length, tags)| is_plain(*length, *tags))
            || self.read(run, false, lexicon).is_known()
    }

    /// Whether a run is a predicate with 아 or 어.
    pub(crate) fn is_open(&self, run: &str, lexicon: &Lexicon) -> bool {
        lexicon.any_prefix(run, |length, tags| {
            let rest = run.get(length..).unwrap_or_default();
            let is_noun = (tags.is_common_noun() || tags.is_root()) && length > 3;
            let suffix = || is_noun.then(|| lexicon.tags(rest)).flatten();
            rest.is_empty() && tags.kinds() & OPEN != 0
                || suffix().is_some_and(|one| one.is_suffix_form() && one.kinds() & OPEN != 0)
        })
    }

    /// Whether the text closes a form of these kinds.
    pub(crate) fn closes(&self, kinds: u16, text: &str, lexicon: &Lexicon) -> bool {
        let is_noun_with_particles = || kinds & MIEUM != 0 && particle::are_particles(text);
        if self.endings.closes(kinds, text) || is_noun_with_particles() {
            return true;
        }
        let mut cells = [Cell::default(); CELLS];
        if text.len() > LIMIT_BYTES {
            return false;
        }
        if let Some(first) = cells.first_mut() {
            first.kinds = kinds;
        }
        self.form(0, text, kinds, lexicon, &mut cells);
        for at in (3..text.len()).step_by(3) {
            let Some(rest) = text.get(at..) else { return false };
            self.step(at, rest, text, lexicon, &mut cells, false);
        }
        cells.get(text.len() / 3).is_some_and(|last| {
            last.closed || last.particle || last.noun || last.kinds & (NIEUN | RIEUL | OPEN) != 0
        })
    }

    /// What follows from what ends at `at`.
    fn step(
        &self,
        at: usize,
        rest: &str,
        run: &str,
        lexicon: &Lexicon,
        cells: &mut [Cell; CELLS],
        follows_noun: bool,
    ) {
        let Some(here) = cells.get(at / 3).copied() else { return };
        let is_start = at == 0 && !follows_noun;
        let is_noun = here.noun || here.single || here.kinds & MIEUM != 0;
        if is_start || is_noun || here.root || here.prefix {
            lexicon.prefixes(rest, |length, tags| {
                let Some(there) = cells.get_mut((at + length) / 3) else { return };
                let is_long = length > 3;
                if is_start {
                    there.kinds |= tags.kinds();
                    there.modifier |= tags.is_modifier() || tags.is_particle();
                    there.prefix |= tags.is_prefix() && !is_long;
                    there.root |= tags.is_root();
                    there.single |= tags.is_nominal() && !is_long;
                    there.noun |= tags.is_nominal() && is_long;
                }
                if is_noun || here.prefix {
                    there.noun |= tags.is_nominal() && is_long;
                }
                if here.noun {
                    there.noun |= tags.is_noun_suffix() || (!is_long && TAILS.begin(rest));
                }
                if (is_noun || here.root) && tags.is_suffix_form() {
                    there.kinds |= tags.kinds();
                }
            });
        }
        if is_noun || here.particle || here.modifier {
            for length in after_noun(rest) {
                if let Some(there) = cells.get_mut((at + length) / 3) {
                    there.particle = true;
                }
            }
        }
        if (is_noun || here.particle) && at > 0 {
            self.copula(at, rest, run, cells);
        }
        if here.kinds != 0 {
            self.form(at, rest, here.kinds, lexicon, cells);
        }
    }

    /// The copula falls after a vowel: 정부다, 정부라고.
    fn copula(&self, at: usize, rest: &str, run: &str, cells: &mut [Cell; CELLS]) {
        let last = run.get(..at).and_then(|head| head.chars().next_back());
        let falls = last.and_then(end_of_syllable) == Some(End::Vowel);
        let whole = rest.strip_prefix('이').filter(|rest| !rest.is_empty());
        let bare = falls.then_some(rest);
        let closes = |text: &str| {
            self.endings.closes(PLAIN | LINKED | LINKED_NIEUN, text)
                || [
                    "란", "네요", "군요", "에요", "어서", "야", "로", "로서", "로써", "라서",
                    "라도", "어야", "어도", "여서", "여야", "예요", "냐에", "냐가", "냐를",
                ]
                .contains(&text)
        };
        if (whole.is_some_and(closes) || bare.is_some_and(closes))
            && let Some(end) = cells.get_mut(run.len() / 3)
        {
            end.closed = true;
        }
        for (start, kinds) in [("였", PAST), ("인", NIEUN), ("일", RIEUL), ("이었", PAST)] {
            if rest.starts_with(start)
                && let Some(there) = cells.get_mut((at + start.len()) / 3)
            {
                there.kinds |= kinds;
            }
        }
    }

    /// What may follow a form of a predicate.
    fn form(
        &self,
        at: usize,
        rest: &str,
        kinds: u16,
        lexicon: &Lexicon,
        cells: &mut [Cell; CELLS],
    ) {
        if self.endings.closes(kinds, rest)
            && let Some(end) = cells.get_mut((at + rest.len()) / 3)
        {
            end.closed = true;
        }
        for length in self.endings.nominal(kinds, rest) {
            if let Some(there) = cells.get_mut((at + length) / 3) {
                there.noun = true;
            }
        }
        let mut reach = |start: &str, next: u16| {
            if rest.starts_with(start)
                && let Some(there) = cells.get_mut((at + start.len()) / 3)
            {
                there.kinds |= next;
            }
        };
        if kinds & (PLAIN | PAST) != 0 {
            reach("겠", PAST);
        }
        if kinds & PAST != 0 {
            reach("었", PAST);
        }
        if kinds & LINKED_NIEUN != 0 {
            for (start, next) in [
                ("시", PLAIN | PLAIN_NIEUN | LINKED | LINKED_NIEUN),
                ("신", NIEUN),
                ("실", RIEUL),
                ("십", POLITE),
                ("셔", OPEN),
                ("셨", PAST),
                ("심", MIEUM),
            ] {
                reach(start, next);
            }
        }
        if kinds & OPEN != 0 {
            for start in AUXILIARIES_BY_FIRST.starts(rest) {
                reach(start, lexicon.tags(start).map_or(0, |tags| tags.kinds()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Analyser, Reading};
    use crate::lexicon::Lexicon;

    fn reading(run: &str) -> Reading {
        Analyser::new().read(run, false, &Lexicon::new())
    }

    #[test]
    fn knows_words_with_what_belongs_to_them() {
        for known in [
            "정부는",
            "가능성이",
            "말했다",
            "커졌다",
            "깊어졌다고",
            "끊겼다",
            "저렸지만",
            "마감했다",
            "시행한다고",
            "통해서",
            "파헤치며",
            "내렸는데도",
            "끌었다",
            "추워지자",
            "도와줬다",
            "불러온",
            "하얘졌다",
            "먹었습니다",
            "자랑스러운",
            "하겠다며",
            "보시겠습니까",
            "알려졌음에도",
            "했는지를",
            "정부다",
            "된소리냐에",
            "학생이었다",
            "것으로",
            "재검토하기로",
            "떠올랐다고",
            "있었으나",
            "없으므로",
        ] {
            assert!(reading(known).is_known(), "{known}");
        }
        for unknown in [
            "위원훼가",
            "넓혓다",
            "짙어젔다고",
            "찢긴겼다",
            "답했디",
            "넓혔쥐만",
            "결정햇다",
            "추진한더고",
            "줄었다고고",
            "그쳣는데도",
        ] {
            assert!(!reading(unknown).is_known(), "{unknown}");
        }
    }

    #[test]
    fn knows_adnominal_forms() {
        assert!(reading("적발될").has(Reading::ADNOMINAL_RIEUL));
        assert!(reading("않은").has(Reading::ADNOMINAL_NIEUN));
        assert!(reading("먹는").has(Reading::ADNOMINAL_NIEUN));
        assert!(!reading("정부").has(Reading::ADNOMINAL_NIEUN));
    }
}
