//! Word documents with tracked changes: what is written is read back.

use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use api::files::{Changes, Redline, read_as, write_tracked};

fn written(before: &str, after: &str, deadline: Instant) -> Vec<u8> {
    let redline = Redline {
        title: "금리 <동결> & \u{1}물가",
        before,
        after,
        author: "교열 \"가\"",
        at: "2026-11-27T08:00:00Z",
    };
    write_tracked(&redline, deadline).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Asserts that accepting gives the one and rejecting the other.
fn check(before: &str, after: &str) {
    // Without any time at all the document is coarser and no less true.
    for deadline in [soon(), Instant::now()] {
        let file = written(before, after, deadline);
        let accepted = read_as(&file, Changes::Accepted).unwrap();
        let rejected = read_as(&file, Changes::Rejected).unwrap();
        assert_eq!((rejected.text.as_str(), accepted.text.as_str()), (before, after));
    }
}

#[test]
fn accepting_gives_the_text_after_and_rejecting_the_text_before() {
    let pairs = [
        ("그는 몇일 뒤 떠났다.", "그는 며칠 뒤 떠났다."),
        ("가\n나\n다", "가\n다"),
        ("가\n나", "가"),
        ("가", "가\n나"),
        ("가\n나", "나"),
        ("나", "가\n나"),
        ("첫 문단이다.둘째 문단이다.", "첫 문단이다.\n둘째 문단이다."),
        ("첫 문단이다.\n둘째 문단이다.", "첫 문단이다. 둘째 문단이다."),
        ("", "가 😀"),
        ("가 👨‍👩‍👧", ""),
        ("가\n\n나", "가\n\n나다"),
        ("\u{1112}\u{1161}\u{11ab} <b>&amp;</b>\t끝", "한 <i>&lt;</i>\t\"끝\""),
        ("하나 둘 셋\n넷 다섯\n여섯", "셋 둘 하나\n다섯 넷 여섯 일곱"),
    ];
    for (before, after) in pairs {
        check(before, after);
    }
}

#[test]
fn every_pair_of_short_texts_holds() {
    // All texts of up to four of these pieces that begin and end with a letter.
    let mut texts = vec![String::new()];
    let mut grown = vec![String::new()];
    for _ in 0..4 {
        grown = grown
            .iter()
            .flat_map(|text| ["가", " ", "\n"].map(|more| format!("{text}{more}")))
            .collect();
        texts.extend(
            grown.iter().filter(|text| text.trim() == *text && !text.contains(" \n")).cloned(),
        );
    }
    assert_eq!(texts.len(), 14);
    for before in &texts {
        for after in &texts {
            check(before, after);
        }
    }
}

#[test]
fn the_document_is_exactly_this() {
    let file = written("그는 몇일\n갔다", "그는 며칠\n", soon());
    let by = "w:author=\"교열 &quot;가&quot;\" w:date=\"2026-11-27T08:00:00Z\"";
    let expected = format!(
        "<w:body><w:p><w:r><w:t xml:space=\"preserve\">그는 </w:t></w:r><w:del w:id=\"1\" {by}><w:r><w:delText xml:space=\"preserve\">몇일</w:delText></w:r></w:del><w:ins w:id=\"2\" {by}><w:r><w:t xml:space=\"preserve\">며칠</w:t></w:r></w:ins></w:p><w:p><w:del w:id=\"3\" {by}><w:r><w:delText xml:space=\"preserve\">갔다</w:delText></w:r></w:del></w:p></w:body>"
    );
    let document = part(&file, "word/document.xml");
    assert!(document.contains(&expected), "{document}");
    assert!(
        part(&file, "docProps/core.xml")
            .contains("<dc:title>금리 &lt;동결&gt; &amp; 물가</dc:title>")
    );
    assert!(part(&file, "[Content_Types].xml").contains("/word/document.xml"));
    assert!(part(&file, "_rels/.rels").contains("word/document.xml"));
    // A character of control is nothing XML could hold.
    let file = written("가\u{0}\u{1b}나\u{ffff}", "가나", soon());
    assert!(!part(&file, "word/document.xml").contains("w:del"));
}
