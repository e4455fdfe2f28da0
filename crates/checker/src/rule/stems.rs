//! Wrong stems of verbs and adjectives in a rule, spread out into their forms.

use crate::morph::conjugation::{forms, kind, parse};

/// Forms of a wrong stem with those of the right one for the same endings, and the kind of both;
/// forms that do not differ are left out.
pub(crate) fn pairs(wrong: &str, right: &str) -> Option<Vec<(String, String, u16)>> {
    let (wrong, right) = (parse(wrong)?, parse(right)?);
    let (wrong_stem, stem) = (wrong.0, right.0);
    let (wrong, right) = (forms(wrong.0, wrong.1)?, forms(right.0, right.1)?);
    let mut pairs: Vec<(String, String, u16)> = Vec::new();
    for (form, kind) in wrong {
        let same = |one: &&(String, u16)| one.1 == kind;
        // 목메여 is 목메어 rather than 목메, which reads as the bare stem.
        let is_long = kind == kind::OPEN && form != wrong_stem;
        let plain = |one: &&(String, u16)| same(one) && !(is_long && one.0 == stem);
        let found = right.iter().find(plain).or_else(|| right.iter().find(same));
        let Some((other, _)) = found else { continue };
        if form == *other {
            continue;
        }
        match pairs.iter_mut().find(|pair| pair.0 == form && pair.1 == *other) {
            Some(pair) => pair.2 |= kind,
            None => pairs.push((form, other.clone(), kind)),
        }
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::pairs;
    use crate::morph::conjugation::kind;

    #[test]
    fn pairs_forms_of_the_same_endings() {
        let found = pairs("치루", "치르").unwrap();
        for pair in [("치루", "치르"), ("치뤄", "치러"), ("치뤘", "치렀"), ("치룰", "치를")]
        {
            assert!(found.iter().any(|one| (one.0.as_str(), one.1.as_str()) == pair), "{pair:?}");
        }
        let found = pairs("목메이", "목메").unwrap();
        assert!(found.contains(&("목메여".into(), "목메어".into(), kind::OPEN)), "{found:?}");
        let found = pairs("서툴르", "서툴").unwrap();
        assert!(found.contains(&("서툴른".into(), "서툰".into(), kind::NIEUN)), "{found:?}");
        assert!(pairs("abc", "가").is_none());
    }
}
