//! Files through the whole program: `extract`, `check`, and the server with its readers.

use std::fs;

use serde_json::{Value, json};

use crate::running::{Server, run};

/// A page that says `정부은 몇일 뒤 밝혔다.`, in letters alone and without a table of its objects.
fn page() -> String {
    let codes: String =
        "정부은 몇일 뒤 밝혔다.".encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
         2 0 obj << /Type /Pages /Count 1 /Kids [3 0 R] >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >> endobj\n\
         4 0 obj << /Length {} >> stream\nBT /F 10 Tf 50 700 Td <{codes}> Tj ET\nendstream endobj\n\
         5 0 obj << /Type /Font /Subtype /Type0 /BaseFont /B /Encoding /UniKS-UCS2-H /DescendantFonts [6 0 R] >> endobj\n\
         6 0 obj << /Type /Font /Subtype /CIDFontType0 /BaseFont /B /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> >> endobj\n\
         trailer << /Root 1 0 R >>\n%%EOF\n",
        codes.len() + 34
    )
}

#[test]
fn documents_are_extracted_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("article.pdf");
    let file = path.to_str().unwrap();
    fs::write(&path, page()).unwrap();
    assert_eq!(run(&["extract", file]), (0, "정부은 몇일 뒤 밝혔다.\n".into(), String::new()));
    // The allocator maps more or less at each start, and more than the limit of a reader.
    for _ in 0..150 {
        assert_eq!(run(&["extract", file]).0, 0);
    }
    let (code, out, error) = run(&["check", file]);
    let places: Vec<_> = out.lines().filter_map(|line| line.split(']').next()).collect();
    assert_eq!((code, error.as_str(), places), (1, "", vec!["1:1 [조사", "1:5 [맞춤법"]));
    fs::write(&path, "%PDF-1.7 and nothing more").unwrap();
    for command in ["extract", "check"] {
        let (code, out, error) = run(&[command, file]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(error.contains("(unreadable_file)"), "{error}");
    }
    let (code, out, _) = run(&["extract", file, "--format", "json"]);
    assert_eq!((code, out.trim()), (0, "{\"refused\":\"unreadable_file\"}"));
}

#[test]
fn the_server_reads_files_and_outlives_them() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let extract = |body: &str| {
        let path = "/files/extract?name=..%2f..%2fetc%2fpasswd";
        let answer = server.ask("POST", path, "content-type: application/octet-stream\r\n", body);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.get(9..12).unwrap().to_owned(), serde_json::from_str::<Value>(body).unwrap())
    };
    let expected = json!({"text": "정부은 몇일 뒤 밝혔다.", "kind": "pdf", "warnings": []});
    assert_eq!(extract(&page()), ("200".into(), expected));
    let (status, refused) = extract("%PDF-1.7 and nothing more");
    assert_eq!((status.as_str(), &refused["code"]), ("422", &json!("unreadable_file")));
    let (status, refused) = extract("\u{1}\u{2}\u{3}");
    assert_eq!((status.as_str(), &refused["code"]), ("415", &json!("unknown_file_kind")));
    let text = extract("금리 😀 \u{1112}\u{1161}\u{11ab}\r\n동결");
    let expected =
        json!({"text": "금리 😀 \u{1112}\u{1161}\u{11ab}\n동결", "kind": "txt", "warnings": []});
    assert_eq!(text, ("200".into(), expected));
    let log = server.kill();
    for hidden in ["정부은", "passwd", "동결"] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}
