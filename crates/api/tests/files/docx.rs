//! Word documents.

use crate::make::{archive, docx, word};
use crate::{check, said};

fn body(body: &str, text: &str, warnings: &[&str]) {
    check(&docx(body), "docx", "", text, warnings);
}

#[test]
fn paragraphs_breaks_and_tables_become_lines() {
    body(
        "<w:p><w:r><w:t>한은 &amp; &#44552;&#xB9AC; 😀</w:t></w:r></w:p><w:p/><w:p/><w:p><w:r><w:t xml:space=\"preserve\">동결 </w:t><w:tab/><w:t>둘</w:t><w:br/><w:t>셋</w:t><w:noBreakHyphen/></w:r></w:p>",
        "한은 & 금리 😀\n\n동결 \t둘\n셋-",
        &[],
    );
    body(
        "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>앞</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>가</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>나</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>\u{1112}\u{1161}\u{11ab}</w:t></w:r></w:p>",
        "앞\n가\n나\n\u{1112}\u{1161}\u{11ab}",
        &[],
    );
}

#[test]
fn what_is_no_text_of_the_article_is_passed_over() {
    // Hidden text, a ruby's reading, a field's code, what stands in for newer content.
    body(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>숨은 글</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>보이는 글</w:t></w:r></w:p><w:p><w:r><w:ruby><w:rt><w:r><w:t>한</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>韓</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>은</w:t></w:r></w:p>",
        "보이는 글\n韓은",
        &[],
    );
    body(
        "<w:p><w:r><w:t>본</w:t><mc:AlternateContent xmlns:mc=\"m\"><mc:Choice><w:txbxContent><w:p><w:r><w:t>상자</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>상자</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>문</w:t></w:r></w:p>",
        "본문\n상자",
        &[],
    );
}

#[test]
fn tracked_changes_are_accepted() {
    body(
        "<w:p><w:r><w:t>그는 </w:t></w:r><w:del><w:r><w:delText>몇일</w:delText></w:r></w:del><w:ins><w:r><w:t>며칠</w:t></w:r></w:ins><w:r><w:t> 뒤</w:t></w:r></w:p><w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>떠</w:t></w:r></w:p><w:p><w:moveFrom><w:r><w:t>옮김</w:t></w:r></w:moveFrom><w:r><w:t>났다.</w:t></w:r></w:p>",
        "그는 며칠 뒤\n떠났다.",
        &["changes_accepted"],
    );
}

#[test]
fn notes_stand_at_the_end_without_marks_and_heads_are_passed_over() {
    let document = word(
        "document",
        "<w:body><w:p><w:r><w:t>본문</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:t>이다.</w:t></w:r><w:r><w:endnoteReference w:id=\"1\"/></w:r></w:p><w:p><w:r><w:t>끝</w:t></w:r></w:p></w:body>",
    );
    let footnotes = word(
        "footnotes",
        "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:t>선</w:t></w:r></w:p></w:footnote><w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space=\"preserve\"> 각주 😀</w:t></w:r></w:p></w:footnote>",
    );
    let endnotes =
        word("endnotes", "<w:endnote w:id=\"1\"><w:p><w:r><w:t>미주</w:t></w:r></w:p></w:endnote>");
    let header = word("hdr", "<w:p><w:r><w:t>머리말</w:t></w:r></w:p>");
    let comments = word("comments", "<w:comment><w:p><w:r><w:t>메모</w:t></w:r></w:p></w:comment>");
    let core = "<c:coreProperties xmlns:c=\"c\" xmlns:d=\"d\"><d:title>금리 &lt;동결&gt;</d:title></c:coreProperties>";
    let file = archive(&[
        ("word/document.xml", &document),
        ("word/footnotes.xml", &footnotes),
        ("word/endnotes.xml", &endnotes),
        ("word/header1.xml", &header),
        ("word/comments.xml", &comments),
        ("docProps/core.xml", core),
    ]);
    check(&file, "docx", "금리 <동결>", "본문이다.\n끝\n각주 😀\n미주", &[]);
}

#[test]
fn other_archives_are_of_no_known_kind() {
    assert_eq!(said(&archive(&[("xl/workbook.xml", "<a/>")])), Err("unknown_file_kind"));
    assert_eq!(said(&archive(&[("mimetype", "application/epub+zip")])), Err("unknown_file_kind"));
    assert_eq!(said(&archive(&[])), Err("unknown_file_kind"));
}
