//! Patterns of a rule, spread out into literals with what must stand before them.
//!
//! `<noun>{을|를} {참석|참가}{하|한|했} => $0에 $2$3`: `<…>` at the start is a class of what stands right
//! before in the same word, `{a|b}` is one of several texts (empty ones too), `$0` is what the class
//! took and `$1` onward what each pair of braces took. A blank is one blank. Final consonants after
//! the name of a class, `<noun -ㄴ>`, narrow it to words that end so; `-` is none.

/// What must stand right before a pattern in the same word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A noun the lexicon knows, or two side by side.
    Noun,
    /// Any run of Hangul.
    Word,
    /// Digits.
    Number,
    /// A form of a predicate with ㄹ before a noun: 할, 갈.
    Future,
    /// A form of a predicate with ㄴ or 는 before a noun: 한, 가는.
    Adnominal,
    /// The bare stem of a predicate: 먹, 커지.
    Stem,
    /// A predicate with 아 or 어: 먹어, 커져.
    Open,
    /// A predicate with an ending.
    Predicate,
    /// Two syllables or more that become a predicate with 하다: 간단, 심상.
    Root,
    /// A noun that 이 makes no other noun of: 학생, not 고양.
    Bare,
}

/// A class, and how its last syllable may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) class: Class,
    /// One bit for each final consonant in the order of Unicode, the first for none; 0: any.
    pub(crate) codas: u32,
}

/// Final consonants in the order of Unicode, `-` for none.
const CODAS: &str = "-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/// Every class by its name; the build writes a class as its place here.
pub(crate) const CLASSES: [(&str, Class); 10] = [
    ("bare", Class::Bare),
    ("root", Class::Root),
    ("noun", Class::Noun),
    ("word", Class::Word),
    ("number", Class::Number),
    ("future", Class::Future),
    ("adnominal", Class::Adnominal),
    ("stem", Class::Stem),
    ("open", Class::Open),
    ("predicate", Class::Predicate),
];

/// One literal a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) class: Option<Before>,
    pub(crate) wrong: String,
    /// What to write, with `$0` still in it where the class is repeated.
    pub(crate) rights: Vec<String>,
}

/// A pattern may not stand for more literals than this.
const LIMIT: usize = 2_000;

/// Every literal a pattern stands for, or why it cannot be read.
pub(crate) fn spread(pattern: &str) -> Result<Vec<Spread>, &'static str> {
    let (wrong, rights) = pattern.split_once(" => ").ok_or("a pattern needs ` => `")?;
    let (class, rest) = class(wrong)?;
    let rights: Vec<&str> = rights.split(" / ").collect();
    let mut all: Vec<(String, Vec<&str>)> = vec![(String::new(), Vec::new())];
    let mut rest = rest;
    while let Some((before, after)) = rest.split_once('{') {
        let (choices, tail) = after.split_once('}').ok_or("a brace is not closed")?;
        let choices: Vec<&str> = choices.split('|').collect();
        if all.len() * choices.len() > LIMIT {
            return Err("a pattern stands for more than 2,000 texts");
        }
        let mut grown = Vec::with_capacity(all.len() * choices.len());
        for (text, taken) in &all {
            for choice in &choices {
                let taken = taken.iter().copied().chain([*choice]).collect();
                grown.push((format!("{text}{before}{choice}"), taken));
            }
        }
        all = grown;
        rest = tail;
    }
    let spread = all.into_iter().map(|(text, taken)| Spread {
        class,
        wrong: format!("{text}{rest}"),
        rights: rights.iter().map(|right| filled(right, &taken)).collect(),
    });
    let spread: Vec<_> = spread.collect();
    if spread.iter().any(|one| one.wrong.is_empty()) {
        return Err("a pattern stands for an empty text");
    }
    Ok(spread)
}

fn class(pattern: &str) -> Result<(Option<Before>, &str), &'static str> {
    let Some(named) = pattern.strip_prefix('<') else { return Ok((None, pattern)) };
    let (name, rest) = named.split_once('>').ok_or("a class is not closed")?;
    let (name, endings) = name.split_once(' ').unwrap_or((name, ""));
    let class = CLASSES.iter().find(|(known, _)| *known == name).ok_or("a class is unknown")?.1;
    let mut codas = 0;
    for ending in endings.chars() {
        let at = CODAS.chars().position(|coda| coda == ending);
        codas |= 1 << at.ok_or("a class ends in what is no final consonant")?;
    }
    Ok((Some(Before { class, codas }), rest))
}

/// The right text with what the braces took in it.
pub(crate) fn filled(right: &str, taken: &[&str]) -> String {
    if !right.contains('$') {
        return right.to_owned();
    }
    let numbered = taken.iter().enumerate();
    numbered
        .fold(right.to_owned(), |text, (at, taken)| text.replace(&format!("${}", at + 1), taken))
}

#[cfg(test)]
mod tests {
    use super::{Before, Class, Spread, spread};

    #[test]
    fn spreads_braces_and_fills_them_in() {
        let one = |wrong: &str, right: &str| Spread {
            class: Some(Before { class: Class::Noun, codas: 0 }),
            wrong: wrong.to_owned(),
            rights: vec![right.to_owned()],
        };
        assert_eq!(
            spread("<noun>{을|를} 참석{하|했} => $0에 참석$2").unwrap(),
            [
                one("을 참석하", "$0에 참석하"),
                one("을 참석했", "$0에 참석했"),
                one("를 참석하", "$0에 참석하"),
                one("를 참석했", "$0에 참석했"),
            ]
        );
    }

    #[test]
    fn offers_more_than_one_text() {
        let all = spread("녹녹치 => 녹록지 / 녹록하지").unwrap();
        assert_eq!(all[0].rights, ["녹록지", "녹록하지"]);
        assert_eq!(all[0].class, None);
    }

    #[test]
    fn a_class_may_end_in_some_sounds_only() {
        let before = spread("<noun -ㄴ>률 => $0율").unwrap()[0].class.unwrap();
        assert!(before.fits("증가") && before.fits("할인"));
        assert!(!before.fits("성장") && !before.fits("") && !before.fits("😀"));
        assert!(!before.fits("증\u{1100}\u{1161}"));
    }

    #[test]
    fn says_what_it_cannot_read() {
        assert_eq!(spread("<noun x>가 => 다"), Err("a class ends in what is no final consonant"));
        assert_eq!(spread("가나"), Err("a pattern needs ` => `"));
        assert_eq!(spread("가{나 => 다"), Err("a brace is not closed"));
        assert_eq!(spread("<verb>가 => 다"), Err("a class is unknown"));
        assert_eq!(spread("{|} => 다"), Err("a pattern stands for an empty text"));
    }
}
