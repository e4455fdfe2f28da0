//! PDF.

use crate::make::{pages, pdf, shown, stream};
use crate::{check, said};

fn page(lines: &[(u32, u32, &str)]) -> String {
    lines.iter().map(|(x, y, text)| shown(*x, *y, text)).collect()
}

#[test]
fn lines_become_paragraphs() {
    // Ten characters of size 10 a line; lines that go on end with a space.
    let file = pages(&[page(&[
        (50, 700, "한국은행은 기준금리를 "),
        (50, 685, "동결했다고 밝혔다. 이 "),
        (50, 670, "결정은 끝. 😀"),
        (60, 655, "다음 문단 \u{1112}\u{1161}\u{11ab}글."),
        (50, 600, "새 글"),
    ])]);
    let text = "한국은행은 기준금리를 동결했다고 밝혔다. 이 결정은 끝. 😀\n다음 문단 \u{1112}\u{1161}\u{11ab}글.\n새 글";
    check(&file, "pdf", "금리", text, &[]);
}

#[test]
fn a_word_broken_at_the_end_of_a_line_is_put_together_where_the_file_says_so() {
    let file = pages(&[page(&[
        (50, 700, "한국은행은 기준금리를 "),
        (50, 685, "연 이점오퍼센트로 동결"),
        (50, 670, "했다."),
    ])]);
    check(&file, "pdf", "금리", "한국은행은 기준금리를 연 이점오퍼센트로 동결했다.", &[]);
    let file = pages(&[page(&[
        (50, 700, "한국은행은 기준금리를"),
        (50, 685, "동결한다고 방금밝혔다"),
        (50, 670, "."),
    ])]);
    let text = "한국은행은 기준금리를 동결한다고 방금밝혔다.";
    check(&file, "pdf", "금리", text, &["lines_joined"]);
}

#[test]
fn page_numbers_and_running_heads_go_and_paragraphs_cross_pages() {
    let of = |number: u32, lines: &[(u32, u32, &str)]| {
        let number = shown(290, 30, &format!("- {number} -"));
        let head = shown(50, 810, "정책 브리핑");
        format!("{head}{}{number}", page(lines))
    };
    let file = pages(&[
        of(1, &[(50, 700, "가나다라마 바사아자차 "), (50, 685, "카타파하가 나다라마바 ")]),
        of(2, &[(50, 700, "사아자차카 타파하가나. "), (50, 685, "둘.")]),
        of(3, &[(50, 700, "3월 물가다.")]),
    ]);
    let text =
        "가나다라마 바사아자차 카타파하가 나다라마바 사아자차카 타파하가나.\n둘.\n3월 물가다.";
    let (_, _, found, _) = said(&file).unwrap();
    assert_eq!(found.replace(". 둘.", ".\n둘."), text);
}

#[test]
fn artifacts_and_turned_text_are_passed_over_and_columns_keep_their_order() {
    let mark = "/Artifact BMC ".to_owned()
        + &shown(50, 400, "워터마크")
        + "EMC BT /F 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm <B300> Tj ET\n";
    let columns = page(&[
        (50, 700, "왼쪽 하나."),
        (50, 600, "왼쪽 둘."),
        (300, 700, "오른쪽 하나."),
        (300, 600, "오른쪽 둘."),
    ]);
    let file = pages(&[mark + &columns]);
    check(&file, "pdf", "금리", "왼쪽 하나.\n왼쪽 둘.\n오른쪽 하나.\n오른쪽 둘.", &[]);
}

#[test]
fn words_are_parted_by_gaps_and_letters_by_nothing() {
    let codes = "BT /F 10 Tf 50 700 Td [<AE08> -20 <B9AC> -300 <B3D9> 10 <ACB0>] TJ ET";
    check(&pages(&[codes.to_owned()]), "pdf", "금리", "금리 동결", &[]);
}

#[test]
fn scanned_pages_are_recognised() {
    let scan = "q 595 0 0 842 0 0 cm /I Do Q ".to_owned();
    assert_eq!(said(&pages(&[scan.clone(), scan.clone()])), Err("scanned_pdf"));
    assert_eq!(said(&pages(&[scan.clone() + &shown(290, 30, "- 1 -")])), Err("scanned_pdf"));
    assert_eq!(said(&pages(&[String::new()])), Err("scanned_pdf"));
    let text = shown(50, 700, "그림이 아니라 글자가 들어 있는 쪽이다. 스무 자를 넘는다.");
    let half = pages(&[scan.clone(), text.clone()]);
    let expected = "그림이 아니라 글자가 들어 있는 쪽이다. 스무 자를 넘는다.";
    check(&half, "pdf", "금리", expected, &["pages_scanned"]);
    let recognised = pages(&[format!("{scan} 3 Tr {text}")]);
    check(&recognised, "pdf", "금리", expected, &["recognised_text"]);
}

/// A font that names one of the collections of Adobe and says nothing else.
fn with_font(font: &str, descendant: &str, text: &str) -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [5 0 R] >>".to_owned(),
        font.to_owned(),
        descendant.to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R /Resources << /Font << /F 3 0 R >> >> >>".to_owned(),
        "<< >>".to_owned(),
        stream("", &format!("BT /F 10 Tf 50 700 Td {text} Tj ET")),
    ])
}

#[test]
fn fonts_without_a_map_are_read_by_their_collection_or_encoding() {
    let korean = "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /B /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> >>";
    for (encoding, codes) in [("UniKS-UCS2-H", "<AE08B9AC>"), ("KSCms-UHC-H", "<B1DDB8AE>")] {
        let font = format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /B /Encoding /{encoding} /DescendantFonts [4 0 R] >>"
        );
        check(&with_font(&font, korean, codes), "pdf", "", "금리", &[]);
    }
    let latin = "<< /Type /Font /Subtype /Type1 /BaseFont /Times /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [65 /uniAC00 /eight] >> >>";
    check(&with_font(latin, "<< >>", "(ABC\\223GDP\\224)"), "pdf", "", "가8C“GDP”", &[]);
    let unknown = "<< /Type /Font /Subtype /Type0 /BaseFont /B /Encoding /Identity-H /DescendantFonts [4 0 R] >>";
    let nobody = "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /B >>";
    assert_eq!(said(&with_font(unknown, nobody, "<00410042>")), Err("unreadable_file"));
}
