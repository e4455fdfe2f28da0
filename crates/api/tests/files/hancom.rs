//! Hancom's documents, old and new.

use crate::make::{archive, hwp, hwpx, record, wide};
use crate::{check, said};

#[test]
fn paragraphs_and_tables_of_owpml_become_lines() {
    let first = "<hp:p><hp:run><hp:ctrl><hp:header><hp:subList><hp:p><hp:run><hp:t>머리말</hp:t></hp:run></hp:p></hp:subList></hp:header></hp:ctrl><hp:t>한은<hp:nbSpace/>금리 😀<hp:lineBreak/>동결</hp:t></hp:run></hp:p><hp:p><hp:run><hp:tbl><hp:tr><hp:tc><hp:subList><hp:p><hp:run><hp:t>가</hp:t></hp:run></hp:p></hp:subList></hp:tc><hp:tc><hp:subList><hp:p><hp:run><hp:t>나</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>";
    let second = "<hp:p><hp:run><hp:t>본</hp:t><hp:ctrl><hp:footNote><hp:subList><hp:p><hp:run><hp:ctrl><hp:autoNum num=\"1\"/></hp:ctrl><hp:t>각주</hp:t></hp:run></hp:p></hp:subList></hp:footNote></hp:ctrl><hp:t>문<hp:tab/>\u{1112}\u{1161}\u{11ab}</hp:t></hp:run><hp:run><hp:dutmal><hp:mainText>韓</hp:mainText><hp:subText>한</hp:subText></hp:dutmal></hp:run></hp:p>";
    let text = "한은 금리 😀\n동결\n가\n나\n본문\t\u{1112}\u{1161}\u{11ab}韓\n각주";
    check(&hwpx(&[first, second]), "hwpx", "금리 & 물가", text, &[]);
}

#[test]
fn tracked_deletions_of_owpml_are_dropped_over_paragraphs() {
    let section = "<hp:p><hp:run><hp:t>그는 <hp:deleteBegin Id=\"1\"/>몇일</hp:t></hp:run><hp:run><hp:t><hp:deleteEnd Id=\"1\"/><hp:insertBegin Id=\"2\"/>며칠<hp:insertEnd Id=\"2\"/> 뒤</hp:t></hp:run></hp:p><hp:p><hp:run><hp:t>떠<hp:deleteBegin Id=\"3\"/><hp:deleteEnd Id=\"3\" paraend=\"1\"/></hp:t></hp:run></hp:p><hp:p><hp:run><hp:t>났다.</hp:t></hp:run></hp:p>";
    check(&hwpx(&[section]), "hwpx", "금리 & 물가", "그는 며칠 뒤\n떠났다.", &["changes_accepted"]);
}

#[test]
fn an_encrypted_document_says_so() {
    let manifest = "<m:manifest xmlns:m=\"m\"><m:encryption-data/></m:manifest>";
    let parts = [("mimetype", "application/hwp+zip"), ("META-INF/manifest.xml", manifest)];
    assert_eq!(said(&archive(&parts)), Err("encrypted_file"));
    for flag in [1 << 1, 1 << 2, 1 << 4] {
        assert_eq!(said(&hwp(flag, &[paragraph(0, "글")])), Err("encrypted_file"));
    }
}

/// The records of a paragraph.
fn paragraph(level: u32, text: &str) -> Vec<u8> {
    let mut records = record(66, level, &[0; 22]);
    records.extend(record(67, level + 1, &wide(text)));
    records
}

/// The records of a control with paragraphs within.
fn control(level: u32, id: &str, rest: &[u8], within: &[Vec<u8>]) -> Vec<u8> {
    let mut data: Vec<u8> = id.bytes().rev().collect();
    data.extend(rest);
    let mut records = record(71, level, &data);
    records.extend(record(72, level + 1, &[0; 8]));
    records.extend(within.concat());
    records
}

/// A control within a text, eight units long.
fn at(code: char) -> String {
    format!("{code}abcdef{code}")
}

#[test]
fn a_document_written_by_another_program_is_read() {
    // By `fuzz/hancom.py`, from the descriptions of both formats alone.
    let text = "한국은행, 금리 😀 동결\n둘째 줄이다.\n\u{110f}\u{1161}\u{11ab} \u{1112}\u{1161}\u{11ab}\n각주의 글";
    check(include_bytes!("article.hwp"), "hwp", "금리 동결", text, &[]);
}

#[test]
fn a_document_of_version_5_is_read() {
    let (section, note, table, head) = (at('\u{2}'), at('\u{11}'), at('\u{b}'), at('\u{10}'));
    let mut body =
        paragraph(0, &format!("{section}{head}{note}본문\u{1e}이다 😀{}끝\r", at('\u{9}')));
    body.extend(control(1, "head", &[], &[paragraph(2, "머리말\r")]));
    body.extend(control(1, "fn  ", &[], &[paragraph(2, "각주\r")]));
    body.extend(paragraph(0, &format!("{table}\r")));
    body.extend(control(1, "tbl ", &[0; 40], &[paragraph(2, "가\r"), paragraph(2, "나\r")]));
    let mut reading = 1_u16.to_le_bytes().to_vec();
    reading.extend(wide("韓"));
    body.extend(paragraph(0, &format!("\u{1112}\u{1161}\u{11ab}{}국\r", at('\u{17}'))));
    body.extend(control(1, "tdut", &reading, &[]));
    body.extend(record(93, 0, &[]));
    body.extend(paragraph(1, "메모\r"));
    let next = paragraph(0, &"긴 글 ".repeat(700));
    let text = format!(
        "본문 이다 😀\t끝\n가\n나\n\u{1112}\u{1161}\u{11ab}韓국\n{}\n각주",
        "긴 글 ".repeat(700).trim_end()
    );
    for flags in [0, 1] {
        check(&hwp(flags, &[body.clone(), next.clone()]), "hwp", "", &text, &[]);
    }
    let tracked = hwp(1 << 14, &[paragraph(0, "글\r")]);
    check(&tracked, "hwp", "", "글", &["changes_unread"]);
}

#[test]
fn other_compound_files_are_of_no_known_kind() {
    use std::io::{Cursor, Write};
    let with = |name: &str| {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream(name).unwrap().write_all(b"x").unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    };
    assert_eq!(said(&with("/WordDocument")), Err("unknown_file_kind"));
    assert_eq!(said(&with("/EncryptedPackage")), Err("encrypted_file"));
}
