//! Files that are broken or made to harm: an error in time, and never a panic.

use std::time::{Duration, Instant};

use api::files::read;

use crate::make::{archive, docx, hwp, hwpx, pages, pdf, record, shown, stream, wide};
use crate::said;

/// So long may the worst of them take, in a build without optimisation on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

fn refused(file: &[u8], code: &'static str) {
    let began = Instant::now();
    assert_eq!(said(file), Err(code));
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}

fn samples() -> Vec<Vec<u8>> {
    let mut records = record(66, 0, &[0; 22]);
    records.extend(record(67, 1, &wide(&"한국은행 금리 ".repeat(300))));
    let body = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "한국은행 ".repeat(50));
    let section = "<hp:p><hp:run><hp:t>한국은행</hp:t></hp:run></hp:p>".repeat(50);
    vec![
        "한국은행 금리 ".repeat(50).into_bytes(),
        encoding_rs::EUC_KR.encode(&"한국은행 금리 ".repeat(50)).0.into_owned(),
        docx(&body),
        hwpx(&[&section]),
        hwp(1, &[records.clone()]),
        hwp(0, &[records]),
        pages(&[
            shown(50, 700, "한국은행 금리를 동결했다고 이날 밝혔다."),
            shown(50, 700, "둘째 쪽이다."),
        ]),
    ]
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    for sample in samples() {
        let whole = said(&sample).unwrap();
        for sixteenth in 0..16 {
            let cut = sample.get(..sample.len() * sixteenth / 16).unwrap();
            match said(cut) {
                Ok((kind, _, text, _)) => {
                    assert!(kind == "txt" || kind == whole.0, "{kind}");
                    assert!(text.len() <= whole.2.len() + 3);
                }
                Err(code) => assert!(
                    ["unreadable_file", "unknown_file_kind", "scanned_pdf"].contains(&code),
                    "{code}"
                ),
            }
        }
    }
}

#[test]
fn a_file_with_any_byte_turned_is_read_or_refused() {
    for sample in samples() {
        let step = (sample.len() / 150).max(1);
        for at in (0..sample.len()).step_by(step) {
            for mask in [0xff, 0x01, 0x80] {
                let mut turned = sample.clone();
                if let Some(byte) = turned.get_mut(at) {
                    *byte ^= mask;
                }
                drop(read(&turned));
            }
        }
    }
}

#[test]
fn bombs_do_not_go_off() {
    let zeros = "0".repeat(80 << 20);
    let big =
        format!("<w:document xmlns:w=\"w\"><w:p><w:r><w:t>{zeros}</w:t></w:r></w:p></w:document>");
    refused(&archive(&[("word/document.xml", &big)]), "unreadable_file");
    // Small in all and yet packed a thousandfold.
    let thin = format!("<w:document xmlns:w=\"w\">{}</w:document>", "<w:p/>".repeat(900_000));
    refused(&archive(&[("word/document.xml", &thin)]), "unreadable_file");
    refused(&hwp(1, &[vec![0; 100 << 20]]), "unreadable_file");
    refused(&vec![b'a'; (20 << 20) + 1], "unreadable_file");
    refused("가".repeat(2_000_001).as_bytes(), "text_too_long");
}

#[test]
fn deep_and_expanding_xml_is_refused() {
    let deep = format!("{}{}", "<w:p>".repeat(100_000), "</w:p>".repeat(100_000));
    refused(&docx(&deep), "unreadable_file");
    let laughs = "<!DOCTYPE a [<!ENTITY a \"하하\"><!ENTITY b \"&a;&a;\">]><w:document xmlns:w=\"w\"><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>";
    refused(&archive(&[("word/document.xml", laughs)]), "unreadable_file");
    // A reference nobody defines stands for nothing.
    let file = docx("<w:p><w:r><w:t>가&b;나&#0;다&</w:t></w:r></w:p>");
    crate::check(&file, "docx", "", "가나다&", &[]);
}

#[test]
fn deep_records_are_refused() {
    let deep: Vec<u8> = (0..200).flat_map(|level| record(66, level, &[0; 22])).collect();
    refused(&hwp(0, &[deep]), "unreadable_file");
    let cut = record(67, 1, &wide("글")).into_iter().take(5).collect();
    refused(&hwp(0, &[cut]), "unreadable_file");
}

#[test]
fn a_pdf_that_refers_to_itself_ends() {
    let catalogue = "<< /Type /Catalog /Pages 2 0 R >>".to_owned();
    let looped = "<< /Type /Pages /Count 1 /Kids [2 0 R] >>".to_owned();
    assert!(said(&pdf(&[catalogue.clone(), looped])).is_err());
    // Two forms, each of which shows both twice.
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 3 0 R /B 4 0 R >> >>",
        "/A Do /B Do /A Do /B Do",
    );
    let file = pdf(&[
        catalogue,
        "<< /Type /Pages /Count 1 /Kids [5 0 R] >>".to_owned(),
        form.clone(),
        form,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 6 0 R /Resources << /XObject << /A 3 0 R >> >> >>".to_owned(),
        stream("", "/A Do"),
    ]);
    refused(&file, "scanned_pdf");
    let states = pages(&["q ".repeat(100_000) + &shown(50, 700, "금리")]);
    crate::check(&states, "pdf", "금리", "금리", &[]);
}

#[test]
fn a_name_in_an_archive_is_never_a_path() {
    let file = archive(&[
        ("../../word/document.xml", "<a/>"),
        ("/etc/passwd", "x"),
        (
            "word/document.xml",
            "<w:document xmlns:w=\"w\"><w:p><w:r><w:t>글</w:t></w:r></w:p></w:document>",
        ),
    ]);
    crate::check(&file, "docx", "", "글", &[]);
}
