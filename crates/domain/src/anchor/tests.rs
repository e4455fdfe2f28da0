//! The anchor as a whole: what is placed, joined, doubted and dropped.

use super::samples::{model, rule};
use super::{Anchor, Anchored, FINDINGS_LIMIT};
use crate::finding::{Finding, FindingSource};
use crate::id::FindingId;
use crate::model::ModelFinding;
use checker::{Category, Checker, Settings, Severity, Span};

fn place_all(text: &str, rules: &[Finding], findings: &[ModelFinding]) -> Vec<Anchored> {
    let (checker, settings) = (Checker::new(), Settings::default());
    let mut anchor = Anchor::new(text, &checker, &settings, rules);
    let id = |at: usize| FindingId::new(format!("a-{at}"));
    findings.iter().cloned().enumerate().map(|(at, one)| anchor.place(one, id(at + 1))).collect()
}

fn place(text: &str, rules: &[Finding], finding: ModelFinding) -> Anchored {
    place_all(text, rules, &[finding]).remove(0)
}

fn placed(text: &str, finding: ModelFinding) -> Finding {
    match place(text, &[], finding) {
        Anchored::Placed(finding) => finding,
        other => panic!("not placed: {other:?}"),
    }
}

const LONG: &str =
    "정부는 올해 예산안을 확정했다고 밝혔다. 관계 부처는 후속 대책을 서둘러 마련하기로 했다. ";

#[test]
fn what_has_no_certain_place_is_dropped() {
    assert_eq!(place("가나다", &[], model("라", "마")), Anchored::NotInText);
    assert_eq!(place("나라와 나라", &[], model("나라", "국가")), Anchored::NotInText);
}

#[test]
fn a_plain_edit_is_safe_and_never_an_error() {
    let text = format!("😀 {LONG}어의없는 일이다.");
    let found = placed(&text, model("어의없는", "어이없는"));
    assert_eq!(found.span.of(&text), Some("어의없는"));
    let kind = (found.category, found.severity, found.safe);
    assert_eq!(kind, (Category::Spelling, Severity::Warning, true));
}

#[test]
fn the_original_is_the_articles_own_text_and_only_the_words_that_change() {
    let text =
        "그는 할수\u{a0}있다…고 했다. \u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af} 뒤 왔다. "
            .to_owned()
            + LONG;
    let found = placed(&text, model("할수 있다...고 했다", "할 수 있다...고 했다"));
    assert_eq!((&*found.original, &*found.replacements[0]), ("할수", "할 수"));
    let found = placed(&text, model("몇일", "며칠"));
    assert_eq!(found.original, "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}");
    assert_eq!(found.span.of(&text), Some(found.original.as_str()));
}

fn check_safe(text: &str, original: &str, replacement: &str, category: Category, expected: bool) {
    let mut finding = model(original, replacement);
    finding.category = category;
    let found = placed(text, finding);
    assert_eq!((found.category, found.safe), (category, expected), "{original} {replacement}");
}

#[test]
fn another_word_is_no_slip() {
    let text = format!("{LONG}그는 어의없는 일을 자주 “할수 있다”고 했다.");
    check_safe(&text, "자주", "가끔", Category::Spelling, false);
    check_safe(&text, "어의없는", "어이없는", Category::Redundancy, false);
    check_safe(&text, "일을", "일이", Category::Particle, false);
    check_safe(&text, "할수", "할 수", Category::Spacing, false);
}

fn check_guarded(text: &str, original: &str, replacement: &str, doubt: &str) {
    let found = placed(text, model(original, replacement));
    assert_eq!((found.category, found.safe), (Category::Fact, false), "{text}");
    assert_eq!(found.message, format!("확인 필요({doubt}): 맞춤법"));
}

#[test]
fn what_a_guard_doubts_asks_for_confirmation() {
    let text = format!("{LONG}매출은 300억원이다. 그는 “됬다”고 했다. 김철수 장관은 며칠 뒤 왔다.");
    check_guarded(&text, "300억원", "30억원", "숫자나 단위가 바뀝니다");
    check_guarded(&text, "됬다", "됐다", "직접 인용문이나 제목입니다");
    check_guarded(&text, "김철수", "김철호", "이름일 수 있습니다");
    check_guarded(&text, "며칠", "몇일", "고친 말이 규칙에 어긋납니다");
}

#[test]
fn what_no_article_takes_is_not_offered() {
    let text = format!("{LONG}그는 몇일 뒤 왔다.");
    let found = placed(&text, model("몇일", "<b>며칠</b>"));
    let kind = (found.category, found.safe, found.replacements);
    assert_eq!(kind, (Category::Fact, false, vec![]));
    assert_eq!(found.message, "확인 필요(고친 말에 쓸 수 없는 글자가 있습니다): 맞춤법");
    let mut finding = model("몇일", "며칠\u{202e}");
    finding.replacements.push("며칠".into());
    finding.message = "맞\n춤\u{200b}법".into();
    let found = placed(&text, finding);
    assert_eq!((found.category, found.replacements), (Category::Fact, vec!["며칠".to_owned()]));
    assert!(found.message.ends_with(": 맞 춤법"));
}

#[test]
fn beyond_the_share_every_edit_asks_for_confirmation() {
    let text = "한 문장을 통째로 고쳐 쓰면 안 된다는 규칙을 지키는지 본다. 나머지는 그대로 두어야 한다. 그래야 글쓴이의 뜻이 남는다.";
    let findings = [
        model("문장을 통째로 고쳐 쓰면 안 된다는", "글줄을 모조리 고쳐 쓰면 안 된다던"),
        model("나머지는 그대로 두어야", "남은 것은 이대로 놔두어야"),
    ];
    let found = place_all(text, &[], &findings);
    let category = |anchored: &Anchored| match anchored {
        Anchored::Placed(finding) => finding.category,
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = found.iter().map(category).collect();
    assert_eq!(found, [Category::Spelling, Category::Fact]);
}

#[test]
fn the_same_fix_from_both_is_one_finding() {
    let text = format!("{LONG}할수 있다");
    let at = LONG.len();
    let known = rule(Span::new(at, at + 6), "할수", "할 수");
    let both = Finding { source: FindingSource::Both, ..known.clone() };
    let rules = std::slice::from_ref(&known);
    let wider = model("할수 있다", "할 수 있다");
    let found = place_all(&text, rules, &[wider.clone(), wider]);
    assert_eq!(found, [Anchored::Placed(both), Anchored::Repeated]);
}

#[test]
fn another_fix_of_the_same_place_is_an_alternative() {
    let text = format!("{LONG}할수 있다");
    let at = LONG.len();
    let known = rule(Span::new(at, at + 6), "할수", "할 수");
    let joined = Finding {
        replacements: vec!["할 수".into(), "할 줄".into()],
        source: FindingSource::Both,
        safe: false,
        ..known.clone()
    };
    let other = model("할수", "할 줄");
    let found = place_all(&text, std::slice::from_ref(&known), &[other.clone(), other]);
    assert_eq!(found, [Anchored::Placed(joined), Anchored::Repeated]);
    // What a guard doubts stands beside the rule's finding, which stays as it is.
    let found =
        place_all(&text, &[known], &[model("할수", "할 수 3번"), model("할수", "할 수 4번")]);
    let kind = |anchored: &Anchored| match anchored {
        Anchored::Placed(one) => {
            (one.id.as_str().to_owned(), one.category, one.replacements.clone())
        }
        other => panic!("{other:?}"),
    };
    let [first, second] = [kind(&found[0]), kind(&found[1])];
    assert_eq!(first, ("a-1".into(), Category::Fact, vec!["할 수 3번".into()]));
    assert_eq!(
        second,
        ("a-1".into(), Category::Fact, vec!["할 수 3번".into(), "할 수 4번".into()])
    );
}

#[test]
fn a_remark_beside_a_fix_is_not_lost_and_not_doubled() {
    let text = format!("{LONG}할수 있다");
    let at = LONG.len();
    let known = rule(Span::new(at, at + 6), "할수", "할 수");
    let mut remark = model("할수", "");
    remark.replacements = vec![];
    remark.category = Category::Fact;
    let found = place_all(&text, &[known], &[remark.clone(), remark]);
    let [Anchored::Placed(first), Anchored::Repeated] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((first.id.as_str(), first.safe, first.category), ("a-1", false, Category::Fact));
}

#[test]
fn of_two_that_overlap_only_one_may_be_taken_in_bulk() {
    let text = format!("{LONG}그는 할수있다고 했다");
    let found =
        place_all(&text, &[], &[model("할수있다고", "할 수 있다고"), model("할수", "할 수")]);
    let safe = |anchored: &Anchored| match anchored {
        Anchored::Placed(finding) => finding.safe,
        other => panic!("{other:?}"),
    };
    assert_eq!(found.iter().map(safe).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn either_of_two_repeated_words_may_go() {
    let text = format!("{LONG}그는 을 을 본다");
    let found = place_all(&text, &[], &[model("을 을", "을"), model("을 본다", "본다")]);
    assert!(matches!(found[0], Anchored::Placed(_)), "{found:?}");
    assert_eq!(found[1], Anchored::Repeated);
}

#[test]
fn a_replacement_that_changes_nothing_says_nothing() {
    assert_eq!(place("가나다", &[], model("나", "나")), Anchored::Repeated);
    assert_eq!(place("“가”", &[], model("\"가\"", "\"가\"")), Anchored::Repeated);
}

#[test]
fn a_model_that_has_lost_its_way_is_not_followed() {
    let words: Vec<String> = (0..FINDINGS_LIMIT + 1).map(|at| format!("말{at}말")).collect();
    let text = words.join(" ");
    let findings: Vec<_> = words.iter().map(|word| model(word, &format!("{word}씨"))).collect();
    let found = place_all(&text, &[], &findings);
    assert!(found[..FINDINGS_LIMIT].iter().all(|one| matches!(one, Anchored::Placed(_))));
    assert_eq!(found[FINDINGS_LIMIT], Anchored::NotInText);
}

#[test]
fn what_the_house_never_flags_is_left_alone_but_for_facts() {
    let checker = Checker::new();
    let mut pack = checker::Pack::default();
    pack.except("가람댁");
    let packs = vec![std::sync::Arc::new(pack.ready())];
    let ignored_words = ["나래실".to_owned()].into();
    let settings = Settings { packs, ignored_words, ..Settings::default() };
    let mut anchor = Anchor::new("😀 가람댁이 나래실과 다솜재에 갔다.", &checker, &settings, &[]);
    let mut place = |finding: ModelFinding| anchor.place(finding, FindingId::new("m"));
    assert_eq!(place(model("가람댁이", "임금이")), Anchored::LeftAlone);
    assert_eq!(place(model("나래실", "나래골")), Anchored::LeftAlone);
    let fact = ModelFinding { category: Category::Fact, ..model("가람댁", "") };
    let fact = place(ModelFinding { replacements: Vec::new(), ..fact });
    assert!(matches!(fact, Anchored::Placed(one) if one.category == Category::Fact));
    assert!(matches!(place(model("다솜재", "다솜제")), Anchored::Placed(_)));
}
