//! The people an article names: every name with its titles and ages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::titles::{PARTICLES, ROLES, SURNAMES, TITLES};
use crate::Span;
use crate::lexicon::Lexicon;
use crate::text::Document;
use crate::text::grouped::Grouped;
use crate::text::particle;
use crate::text::word::{Kind, Word};

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
    /// A title one word further on: `문태경 나래전자 대표`.
    pub(super) far_title: Option<&'static str>,
    /// A role before it: `배우 문태경이`.
    pub(super) has_role: bool,
    /// `(45)` after it, which introduces somebody.
    pub(super) has_age: bool,
}

impl Mention<'_> {
    /// The title, wherever it stands.
    pub(super) fn any_title(&self) -> Option<&'static str> {
        self.title.or(self.far_title)
    }

    /// Whether it says who that is.
    pub(super) fn is_introduced(&self) -> bool {
        self.any_title().is_some() || self.has_age || self.has_role
    }
}

/// Names of an article, each with its mentions.
pub(super) struct Name<'t> {
    pub(super) mentions: Vec<Mention<'t>>,
}

/// Whether two titles may be one person's: 교수 and 교수팀, 대표 and 대표이사.
pub(super) fn is_same_title(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

impl Name<'_> {
    pub(super) fn first_syllable(&self) -> Option<char> {
        self.mentions.first()?.name.chars().next()
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.mentions.first().is_some_and(|first| first.name == name)
    }
}

/// Every name in the order of its first mention.
pub(super) fn names<'t>(document: &Document<'t>, lexicon: &Lexicon) -> Vec<Name<'t>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<Name<'t>> = Vec::new();
    let words = document.words();
    for (at, word) in words.iter().enumerate() {
        let around = Around {
            before: at.checked_sub(1).and_then(|at| words.get(at)),
            next: words.get(at + 1),
            second: words.get(at + 2),
        };
        let Some(mention) = mention(document, lexicon, word, around) else { continue };
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

/// The words around one.
#[derive(Clone, Copy)]
struct Around<'w> {
    before: Option<&'w Word>,
    next: Option<&'w Word>,
    second: Option<&'w Word>,
}

fn mention<'t>(
    document: &Document<'t>,
    lexicon: &Lexicon,
    word: &Word,
    around: Around<'_>,
) -> Option<Mention<'t>> {
    let text = document.text();
    let lead = word.runs.iter().take_while(|run| run.kind == Kind::Other).take(3).count();
    let run = word.runs.get(lead).filter(|run| run.kind == Kind::Hangul)?;
    let written = run.span.of(text)?;
    // The cheap questions first: most words end here.
    let is_short = written.len() <= NAME_BYTES + LONGEST_PARTICLE_BYTES;
    let length = written.len() / 3;
    if !is_short || length < 3 || !SURNAMES.begin(written) || lexicon.tags(written).is_some() {
        return None;
    }
    let is_whole = word.runs.len() == lead + 1;
    let after = word.runs.get(lead + 1).and_then(|run| run.span.of(text));
    let age = word.runs.get(lead + 2).filter(|run| run.kind == Kind::Digits);
    let has_age = after == Some("(") && age.is_some_and(|age| age.span.len() == 2);
    let next = around.next.filter(|_| is_whole && length <= 4);
    let title = next.and_then(|next| title(text, next));
    let following = next.and_then(|next| next.span.of(text));
    let is_former = following.is_some_and(|next| FORMER.contains(&next));
    let far_title = next
        .filter(|next| title.is_none() && length == 3 && is_plain(text, next))
        .and(around.second)
        .and_then(|second| self::title(text, second));
    let is_beside = title.is_some() || has_age || is_former || far_title.is_some();
    let name = if is_beside { written } else { bare(written)? };
    let length = name.len() / 3;
    let is_name = (3..=4).contains(&length)
        && !name.ends_with(NO_END)
        && (name.len() == written.len() || lexicon.tags(name).is_none())
        && !is_noun_with_tail(lexicon, written);
    if !is_name || document.is_protected(word.span) || length == 4 && title.is_none() {
        return None;
    }
    // 장관 한마디에 is no name; only three syllables are.
    let has_role = length == 3 && around.before.is_some_and(|before| is_role(text, before));
    let span = Span::new(run.span.start, run.span.start + name.len());
    Some(Mention { name, span, title, far_title, has_role, has_age })
}

/// A word of nothing but Hangul, as the name of a company is.
fn is_plain(text: &str, word: &Word) -> bool {
    const TAILS: [char; 9] = ['은', '는', '을', '를', '에', '의', '와', '과', '도'];
    let [run] = word.runs.as_slice() else { return false };
    let written = run.span.of(text).unwrap_or_default();
    run.kind == Kind::Hangul && written.len() >= 6 && !written.ends_with(TAILS)
}

/// A role and nothing else, or the end of a word: `수비수`, `바이올린연주자`.
fn is_role(text: &str, word: &Word) -> bool {
    const LIMIT_BYTES: usize = 30;
    let written = word.span.of(text).filter(|written| written.len() <= LIMIT_BYTES);
    let written = written.unwrap_or_default();
    ROLES.iter().any(|role| {
        written.strip_suffix(role).is_some_and(|rest| rest.is_empty() || role.len() > 6)
    })
}

/// The title in a word, at its start or as its end, with at most particles after it.
pub(super) fn title(text: &str, word: &Word) -> Option<&'static str> {
    const LIMIT_BYTES: usize = 45;
    let run = word.runs.first().filter(|run| run.kind == Kind::Hangul)?;
    let written = run.span.of(text).filter(|written| written.len() <= LIMIT_BYTES)?;
    let places = written.char_indices().filter_map(|(at, _)| {
        let rest = written.get(at..)?;
        let fits = |title: &&'static str| {
            (at == 0 || title.len() > 3)
                && rest.strip_prefix(*title).is_some_and(particle::may_follow_noun)
        };
        BY_FIRST.starts(rest).filter(fits).max_by_key(|title| title.len())
    });
    places.max_by_key(|title| title.len())
}

/// Titles by their first syllable: every word of a text is asked for one.
static BY_FIRST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_first(TITLES));

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
