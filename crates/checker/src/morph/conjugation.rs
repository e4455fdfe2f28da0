//! The forms a verb or adjective takes before its endings (한글 맞춤법 제15항–제18항, 제34항–제36항);
//! knows syllables only, no lexicon: the program that builds the lexicon reads this file too.

use super::jamo::{self, Syllable};

/// Kinds of forms as bits: which endings a form takes.
pub(crate) mod kind {
    /// Before 고, 지, 게, 던, 자, 다, 기: 먹, 가, 살.
    pub(crate) const PLAIN: u16 = 1;
    /// Before 는, 네, 느냐: 먹, 가, 사.
    pub(crate) const PLAIN_NIEUN: u16 = 1 << 1;
    /// Before 면, 며, 려고, 므로: 먹으, 가, 살.
    pub(crate) const LINKED: u16 = 1 << 2;
    /// Before 니, 시, 세, 십: 먹으, 가, 사.
    pub(crate) const LINKED_NIEUN: u16 = 1 << 3;
    /// With ㄴ: 먹은, 간, 산.
    pub(crate) const NIEUN: u16 = 1 << 4;
    /// With ㄹ: 먹을, 갈, 살.
    pub(crate) const RIEUL: u16 = 1 << 5;
    /// With ㅁ: 먹음, 감, 삶.
    pub(crate) const MIEUM: u16 = 1 << 6;
    /// Before 니다: 먹습, 갑, 삽.
    pub(crate) const POLITE: u16 = 1 << 7;
    /// With 아 or 어: 먹어, 가, 살아.
    pub(crate) const OPEN: u16 = 1 << 8;
    /// With 았 or 었: 먹었, 갔, 살았.
    pub(crate) const PAST: u16 = 1 << 9;
}

/// How a stem changes (제18항).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Regular,
    /// 춥다, 추워.
    Bieup,
    /// 듣다, 들어.
    Digeut,
    /// 짓다, 지어.
    Siot,
    /// 하얗다, 하얘.
    Hieut,
    /// 부르다, 불러.
    Reu,
    /// 이르다, 이르러.
    Reo,
}

/// A stem as a rule file writes it, `서투르:르`, with its class.
pub(crate) fn parse(written: &str) -> Option<(&str, Class)> {
    let Some((stem, class)) = written.split_once(':') else {
        return Some((written, Class::Regular));
    };
    let class = match class {
        "ㅂ" => Class::Bieup,
        "ㄷ" => Class::Digeut,
        "ㅅ" => Class::Siot,
        "ㅎ" => Class::Hieut,
        "르" => Class::Reu,
        "러" => Class::Reo,
        _ => return None,
    };
    Some((stem, class))
}

/// The forms of a stem with their kinds; none when it does not end in Hangul or cannot change so.
pub(crate) fn forms(stem: &str, class: Class) -> Option<Vec<(String, u16)>> {
    let last = stem.chars().next_back()?;
    let head = stem.get(..stem.len() - last.len_utf8())?;
    let end = Syllable::of(last)?;
    let of = |vowel: u32, coda: u32| {
        let one = Syllable { vowel, coda, ..end }.character()?;
        Some(format!("{head}{one}"))
    };
    let bare = of(end.vowel, 0)?;
    let (linked, open) = match class {
        Class::Bieup => {
            let is_wa = stem.ends_with("돕") || stem.ends_with("곱");
            (format!("{bare}우"), format!("{bare}{}", if is_wa { "와" } else { "워" }))
        }
        Class::Digeut => {
            let linked = of(end.vowel, jamo::RIEUL)?;
            (format!("{linked}으"), format!("{linked}{}", harmony(end.vowel)))
        }
        Class::Siot => (format!("{bare}으"), format!("{bare}{}", harmony(end.vowel))),
        Class::Hieut => (bare.clone(), of(opened_hieut(stem, end.vowel), 0)?),
        Class::Reu => (bare.clone(), doubled_rieul(head)?),
        Class::Reo => (bare.clone(), format!("{bare}러")),
        Class::Regular if end.coda == 0 => (bare.clone(), contracted(head, end)?),
        Class::Regular if end.coda == jamo::RIEUL => (stem.into(), joined(stem, end.vowel)),
        Class::Regular => (format!("{stem}으"), joined(stem, end.vowel)),
    };
    let is_rieul = end.coda == jamo::RIEUL && class == Class::Regular;
    // ㄹ falls before ㄴ, ㅅ and ㅂ, and is itself the ㄹ of the ending.
    let fallen = if is_rieul { bare.clone() } else { stem.to_owned() };
    let base = if is_rieul { bare.clone() } else { linked.clone() };
    let mieum =
        if is_rieul { of(end.vowel, jamo::RIEUL_MIEUM)? } else { with_coda(&base, jamo::MIEUM)? };
    let polite = match end.coda {
        0 => of(end.vowel, jamo::BIEUP)?,
        _ if is_rieul => of(end.vowel, jamo::BIEUP)?,
        _ => format!("{stem}습"),
    };
    let mut all = vec![
        (stem.to_owned(), kind::PLAIN),
        (fallen, kind::PLAIN_NIEUN),
        (linked, kind::LINKED),
        (base.clone(), kind::LINKED_NIEUN),
        (with_coda(&base, jamo::NIEUN)?, kind::NIEUN),
        (with_coda(&base, jamo::RIEUL)?, kind::RIEUL),
        (mieum, kind::MIEUM),
        (polite, kind::POLITE),
        (with_coda(&open, jamo::SSANG_SIOT)?, kind::PAST),
        (open.clone(), kind::OPEN),
    ];
    all.extend(written_out(stem, end, &open));
    Some(all)
}

/// The open and past forms that stand beside the contracted ones: 주어, 되어, 하여, 오아 not.
fn written_out(stem: &str, end: Syllable, open: &str) -> Vec<(String, u16)> {
    let tail = match end.vowel {
        jamo::A if stem.ends_with('하') => "여",
        jamo::I | jamo::U | jamo::OE | jamo::E | jamo::AE => "어",
        jamo::O if !stem.ends_with('오') => "아",
        _ => return Vec::new(),
    };
    let long = format!("{stem}{tail}");
    if end.coda != 0 || long == open {
        return Vec::new();
    }
    let past = with_coda(&long, jamo::SSANG_SIOT);
    let open = (long, kind::OPEN);
    past.map(|past| vec![open, (past, kind::PAST)]).unwrap_or_default()
}

/// The vowel of 하얘, 퍼레, 둥그레, 그래.
fn opened_hieut(stem: &str, vowel: u32) -> u32 {
    let ends = |all: &[&str]| all.iter().any(|one| stem.ends_with(one));
    let points = ends(&["이렇", "그렇", "저렇", "어떻", "요렇"]) && !ends(&["둥그렇", "덩그렇"]);
    match vowel {
        jamo::YA => jamo::YAE,
        jamo::YEO => jamo::YE,
        jamo::EO if !points => jamo::E,
        _ => jamo::AE,
    }
}

fn harmony(vowel: u32) -> &'static str {
    if matches!(vowel, jamo::A | jamo::O | jamo::YA) { "아" } else { "어" }
}

fn joined(stem: &str, vowel: u32) -> String {
    format!("{stem}{}", harmony(vowel))
}

/// The text with that final consonant on its last syllable.
pub(crate) fn with_coda(text: &str, coda: u32) -> Option<String> {
    let last = text.chars().next_back()?;
    let head = text.get(..text.len() - last.len_utf8())?;
    let one = Syllable { coda, ..Syllable::of(last)? }.character()?;
    Some(format!("{head}{one}"))
}

fn last_vowel(text: &str) -> Option<u32> {
    text.chars().next_back().and_then(Syllable::of).map(|one| one.vowel)
}

/// 부르 → 불러, 오르 → 올라.
fn doubled_rieul(head: &str) -> Option<String> {
    let is_bright = matches!(last_vowel(head)?, jamo::A | jamo::O);
    Some(format!("{}{}", with_coda(head, jamo::RIEUL)?, if is_bright { "라" } else { "러" }))
}

/// A stem that ends in a vowel, with 아 or 어 (제34항–제36항).
fn contracted(head: &str, end: Syllable) -> Option<String> {
    if end.initial == jamo::INITIAL_HIEUT && end.vowel == jamo::A {
        return Some(format!("{head}해"));
    }
    let joined = |vowel: u32| {
        let one = Syllable { vowel, ..end }.character()?;
        Some(format!("{head}{one}"))
    };
    match end.vowel {
        jamo::A | jamo::EO | jamo::AE | jamo::E | jamo::YEO => joined(end.vowel),
        jamo::O => joined(jamo::WA),
        jamo::U => joined(jamo::WEO),
        jamo::OE => joined(jamo::WAE),
        jamo::I => joined(jamo::YEO),
        jamo::EU => {
            let is_bright = matches!(last_vowel(head), Some(jamo::A | jamo::O));
            joined(if is_bright { jamo::A } else { jamo::EO })
        }
        _ => joined(end.vowel).map(|bare| format!("{bare}어")),
    }
}

#[cfg(test)]
mod tests {
    use super::{forms, kind, parse};

    fn check(stem: &str, expected: [&str; 10]) {
        let (stem, class) = parse(stem).unwrap();
        let forms = forms(stem, class).unwrap();
        let found: Vec<_> = forms.iter().take(10).map(|(form, _)| form.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn conjugates() {
        check("먹", ["먹", "먹", "먹으", "먹으", "먹은", "먹을", "먹음", "먹습", "먹었", "먹어"]);
        check("가", ["가", "가", "가", "가", "간", "갈", "감", "갑", "갔", "가"]);
        check("살", ["살", "사", "살", "사", "산", "살", "삶", "삽", "살았", "살아"]);
        check(
            "치르",
            ["치르", "치르", "치르", "치르", "치른", "치를", "치름", "치릅", "치렀", "치러"],
        );
        check(
            "담그",
            ["담그", "담그", "담그", "담그", "담근", "담글", "담금", "담급", "담갔", "담가"],
        );
        check(
            "부르:르",
            ["부르", "부르", "부르", "부르", "부른", "부를", "부름", "부릅", "불렀", "불러"],
        );
        check(
            "이르:러",
            ["이르", "이르", "이르", "이르", "이른", "이를", "이름", "이릅", "이르렀", "이르러"],
        );
        check(
            "춥:ㅂ",
            ["춥", "춥", "추우", "추우", "추운", "추울", "추움", "춥습", "추웠", "추워"],
        );
        check(
            "짓:ㅅ",
            ["짓", "짓", "지으", "지으", "지은", "지을", "지음", "짓습", "지었", "지어"],
        );
        check(
            "듣:ㄷ",
            ["듣", "듣", "들으", "들으", "들은", "들을", "들음", "듣습", "들었", "들어"],
        );
        check(
            "하얗:ㅎ",
            ["하얗", "하얗", "하야", "하야", "하얀", "하얄", "하얌", "하얗습", "하얬", "하얘"],
        );
        check(
            "둥그렇:ㅎ",
            [
                "둥그렇",
                "둥그렇",
                "둥그러",
                "둥그러",
                "둥그런",
                "둥그럴",
                "둥그럼",
                "둥그렇습",
                "둥그렜",
                "둥그레",
            ],
        );
        check("되", ["되", "되", "되", "되", "된", "될", "됨", "됩", "됐", "돼"]);
        check("하", ["하", "하", "하", "하", "한", "할", "함", "합", "했", "해"]);
    }

    #[test]
    fn writes_contracted_forms_out_too() {
        let long = |stem| -> Vec<_> { forms(stem, super::Class::Regular).unwrap().split_off(10) };
        assert_eq!(long("되"), [("되어".to_owned(), kind::OPEN), ("되었".to_owned(), kind::PAST)]);
        assert_eq!(long("하"), [("하여".to_owned(), kind::OPEN), ("하였".to_owned(), kind::PAST)]);
        assert_eq!(long("먹"), []);
        assert_eq!(long("오"), []);
    }
}
