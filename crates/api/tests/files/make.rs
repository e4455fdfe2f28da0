//! Makes files as small as they can be.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip archive of these parts.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word document with that body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    archive(&[("word/document.xml", &word("document", &format!("<w:body>{body}</w:body>")))])
}

/// A part of a Word document.
pub(crate) fn word(root: &str, content: &str) -> String {
    format!(r#"<?xml version="1.0"?><w:{root} xmlns:w="w" xmlns:v="v">{content}</w:{root}>"#)
}

/// A document in OWPML whose sections hold this.
pub(crate) fn hwpx(sections: &[&str]) -> Vec<u8> {
    let title = "<p:package xmlns:p=\"p\"><p:metadata><p:title>금리 &amp; 물가</p:title></p:metadata></p:package>";
    let mut parts = vec![
        ("mimetype".to_owned(), "application/hwp+zip".to_owned()),
        ("Contents/content.hpf".to_owned(), title.to_owned()),
    ];
    for (number, section) in sections.iter().enumerate() {
        let section = format!("<hs:sec xmlns:hs=\"s\" xmlns:hp=\"p\">{section}</hs:sec>");
        parts.push((format!("Contents/section{number}.xml"), section));
    }
    let parts: Vec<_> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    archive(&parts)
}

/// One record of Hancom's version 5.
pub(crate) fn record(tag: u32, level: u32, data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(data.len()).unwrap();
    let mut bytes = (tag | level << 10 | size.min(0xfff) << 20).to_le_bytes().to_vec();
    if size >= 0xfff {
        bytes.extend(size.to_le_bytes());
    }
    bytes.extend(data);
    bytes
}

/// UTF-16, low byte first.
pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A document of Hancom's version 5 with these flags and sections of records.
pub(crate) fn hwp(flags: u32, sections: &[Vec<u8>]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut header = b"HWP Document File".to_vec();
    header.resize(32, 0);
    header.extend(0x0500_0300_u32.to_le_bytes());
    header.extend(flags.to_le_bytes());
    header.resize(256, 0);
    file.create_stream("/FileHeader").unwrap().write_all(&header).unwrap();
    file.create_storage("/BodyText").unwrap();
    for (number, records) in sections.iter().enumerate() {
        let packed = if flags & 1 == 0 { records.clone() } else { deflated(records) };
        let name = format!("/BodyText/Section{number}");
        file.create_stream(name).unwrap().write_all(&packed).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// Packed without a header.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
pub(crate) fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = out.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    let count = objects.len() + 1;
    write!(
        table,
        "trailer\n<< /Size {count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    out.extend(table.as_bytes());
    out
}

/// A stream object.
pub(crate) fn stream(entries: &str, content: &str) -> String {
    format!("<< /Length {} {entries} >>\nstream\n{content}\nendstream", content.len())
}

/// A PDF whose pages run these operators with a Korean font `/F` that says what its codes mean, and a
/// picture `/I`.
pub(crate) fn pages(contents: &[String]) -> Vec<u8> {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n";
    let mut map = map.to_owned();
    for high in (0..=0xff_u32).filter(|high| *high != 0xe0) {
        // One byte of a code may differ in a range.
        writeln!(map, "1 beginbfrange <{high:02X}00> <{high:02X}FF> <{high:02X}00> endbfrange")
            .unwrap();
    }
    // One code for two units.
    map.push_str("1 beginbfchar <E000> <D83DDE00> endbfchar endcmap end end");
    let kids: Vec<_> = (0..contents.len()).map(|page| format!("{} 0 R", 8 + page * 2)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", contents.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /W [32 [300]] >>".to_owned(),
        stream("", &map),
        "<< /Title <FEFFAE08B9AC> >>".to_owned(),
        stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "x"),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I 7 0 R >> >> >>", 9 + page * 2));
        objects.push(stream("", content));
    }
    pdf(&objects)
}

/// Operators that show a line of text of size 10 there.
pub(crate) fn shown(x: u32, y: u32, text: &str) -> String {
    let codes: String =
        text.replace('😀', "\u{e000}").encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("BT /F 10 Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET\n")
}
