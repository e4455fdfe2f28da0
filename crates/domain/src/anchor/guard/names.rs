//! People an article names. A name is told by the title or role beside it; once told, it is guarded
//! wherever it stands.

use std::collections::BTreeSet;

use checker::TITLES;

use super::{Change, is_syllable, without_spaces};

/// Words before a name that say who it is.
const ROLES: &[&str] = &[
    "배우",
    "작가",
    "감독",
    "선수",
    "가수",
    "대표",
    "교수",
    "의원",
    "화가",
    "소설가",
    "시인",
    "셰프",
    "변호사",
    "기자",
    "장관",
    "차관",
    "총리",
    "대통령",
    "위원장",
    "후보",
    "투수",
    "포수",
    "수비수",
    "공격수",
    "피아니스트",
];

/// Surnames of one syllable that nearly all Koreans carry.
const SURNAMES: &str = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용";

/// A Korean name has two to four syllables, a foreign one before a title up to six.
const NAME_LIMIT_CHARS: usize = 6;

/// The names of one article.
#[derive(Debug)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    pub(super) fn new(text: &str) -> Self {
        let told = mentions(text).into_iter().map(|(name, _)| name);
        let is_whole = |name: &&str| SYLLABLES.contains(&name.chars().count());
        Self(told.filter(is_whole).map(str::to_owned).collect())
    }

    /// The names of the article that stand in a text.
    fn known<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let places: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let pieces = SYLLABLES.into_iter().flat_map(|len| {
            places.windows(len + 1).filter_map(|window| text.get(*window.first()?..*window.last()?))
        });
        pieces.filter(|piece| self.0.contains(*piece)).collect()
    }

    /// Whether a name of the article, or one told by the words around it, is changed.
    pub(super) fn differ(&self, change: &Change<'_>) -> bool {
        let (old, new) = (change.old.as_str(), change.new.as_str());
        if self.known(old) != self.known(new) {
            return true;
        }
        without_spaces(old) != without_spaces(new) && mentions(old) != mentions(new)
    }
}

/// Names of a Korean article have so many syllables.
const SYLLABLES: [usize; 2] = [3, 4];

/// Every name with the title or role that tells it, in their order.
fn mentions(text: &str) -> Vec<(&str, &str)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let after = |word: &'_ str| title_of(word);
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let [first, second] = pair else { continue };
        if let (Some(name), Some(title)) = (whole_name(first), after(second)) {
            found.push((name, title));
        }
        if let (Some(role), Some(name)) = (role(first), leading_name(second)) {
            found.push((name, role));
        }
    }
    found.extend(words.iter().filter_map(|word| joined_name(word)));
    found.extend(words.iter().filter_map(|word| aged_name(word)));
    found
}

/// A title a word begins with. Of those of one syllable only 씨: words like 군대 or 양쪽 are none.
fn title_of(word: &str) -> Option<&'static str> {
    let is_plain = |title: &&&str| **title == "씨" || title.chars().nth(1).is_some();
    let known = TITLES.iter().filter(is_plain).filter(|title| word.starts_with(**title));
    known.max_by_key(|title| title.len()).copied()
}

fn role(word: &str) -> Option<&'static str> {
    ROLES.iter().find(|role| word.ends_with(**role)).copied()
}

/// The Hangul a word begins with, marks before it aside.
fn hangul(word: &str) -> &str {
    let word = word.trim_start_matches(|one: char| !one.is_alphanumeric());
    let end = word.find(|one| !is_syllable(one)).unwrap_or(word.len());
    word.get(..end).unwrap_or_default()
}

/// A word that is nothing but a name, or a surname: `김 장관`.
fn whole_name(word: &str) -> Option<&str> {
    let name = hangul(word);
    let chars = name.chars().count();
    let is_whole = word.ends_with(name);
    (is_whole && (1..=NAME_LIMIT_CHARS).contains(&chars))
        .then_some(name)
        .filter(|name| chars > 1 || name.chars().all(|one| SURNAMES.contains(one)))
}

/// Three syllables with a surname, at most a particle after them: `배우 문태경이`.
fn leading_name(word: &str) -> Option<&str> {
    const PARTICLES: &[&str] = &[
        "", "은", "는", "이", "가", "을", "를", "의", "도", "와", "과", "에게", "이라", "이다",
        "씨", "께서",
    ];
    let whole = hangul(word);
    let (end, _) = whole.char_indices().nth(3).unwrap_or((whole.len(), ' '));
    let (name, rest) = whole.split_at_checked(end)?;
    (name.chars().count() == 3 && has_surname(name) && PARTICLES.contains(&rest)).then_some(name)
}

/// 김철수씨는, 김철수(45)는.
fn joined_name(word: &str) -> Option<(&str, &str)> {
    let whole = hangul(word);
    let (end, _) = whole.char_indices().nth(3)?;
    let (name, rest) = whole.split_at_checked(end)?;
    (has_surname(name) && rest.starts_with('씨')).then_some((name, "씨"))
}

fn aged_name(word: &str) -> Option<(&str, &str)> {
    let name = hangul(word);
    let rest = word.trim_start_matches(|one: char| !one.is_alphanumeric()).strip_prefix(name)?;
    let is_aged = rest.strip_prefix('(')?.starts_with(|one: char| one.is_ascii_digit());
    ((2..=4).contains(&name.chars().count()) && has_surname(name) && is_aged).then_some((name, "("))
}

fn has_surname(name: &str) -> bool {
    name.starts_with(|first| SURNAMES.contains(first))
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;
    use super::mentions;

    #[test]
    fn names_are_told_by_what_stands_beside_them() {
        let text = "😀 김철수 장관과 박 의원, 배우 문태경이 이영희씨와 최수정(45)을 만났다";
        let found: Vec<_> = mentions(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["김철수", "박", "문태경", "이영희", "최수정"]);
        assert_eq!(mentions("\u{1100}\u{1161} 회의를 열었다"), []);
    }

    #[test]
    fn a_changed_name_is_confirmed() {
        const DOUBT: Option<&str> = Some("이름일 수 있습니다");
        for changed in [
            "[김철수>김철호] 장관은",
            "[김철수 장관은>김철호 장관은]",
            "김철[수>호] 장관은",
            "[김>박] 장관은",
            "[바이든>바이덴] 대통령은",
            "배우 [문태경>문태정]이",
            "[이영희>이영이]씨는",
            "[최수정>최수진](45)은",
            "김철수 장관이 왔다. 모두가 [김철수를>김철호를] 불렀다",
            "김철수 장관이 왔다. 모두가 [김철수를>김 철수를] 불렀다",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
        assert_eq!(doubt("김철수 장관은 [몇일>며칠] 뒤"), None);
        assert_eq!(doubt("김철수 [장관를>장관을] 불렀다"), None);
    }
}
