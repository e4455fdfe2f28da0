//! Files of every kind, made by the tests themselves, read to their exact text; hostile ones to an error.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod docx;
mod hancom;
mod hostile;
mod make;
mod pdf;
mod tracked;

use api::files::read;

/// Kind, title, text and codes of warnings of a file, or the code of its error.
fn said(file: &[u8]) -> Result<(String, String, String, Vec<&'static str>), &'static str> {
    let extracted = read(file).map_err(|error| error.code())?;
    Ok((
        extracted.kind.name().to_owned(),
        extracted.title.map(|title| title.as_str().to_owned()).unwrap_or_default(),
        extracted.text.as_str().to_owned(),
        extracted.warnings.iter().map(|warning| warning.code()).collect(),
    ))
}

/// Asserts what a file says.
fn check(file: &[u8], kind: &str, title: &str, text: &str, warnings: &[&str]) {
    let expected = (kind.to_owned(), title.to_owned(), text.to_owned());
    let (kind, title, text, codes) = said(file).unwrap();
    assert_eq!((kind, title, text), expected);
    assert_eq!(codes, warnings);
}
