//! The text of a PDF (ISO 32000): page by page, lines joined to paragraphs, page numbers and running
//! heads left out. A document whose pages are pictures is recognised as such.

mod font;
mod layout;
mod matrix;
mod names;
mod page;
mod paragraph;

use std::collections::HashMap;

use domain::file::{FileError, FileKind, FileWarning};
use encoding_rs::{Encoding, WINDOWS_1252};
use hayro_syntax::{LoadPdfError, Pdf};

use self::layout::Line;
use self::page::{Fonts, Shown};
use self::paragraph::Paragraph;
use super::{Reading, tidy};

/// A document may have so many pages.
const PAGES_LIMIT: usize = 5_000;

/// A page with fewer characters is taken for one without text.
const SCANNED_BELOW_CHARS: usize = 20;

/// So much of a page's height at its top and at its bottom may hold a page number or running head.
const EDGE: f64 = 0.12;

/// A line at the edge of so many pages is a running head.
const REPEATED_FROM: usize = 3;

pub(super) fn read(bytes: &[u8]) -> Result<Reading, FileError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => FileError::Encrypted,
        LoadPdfError::Invalid => FileError::Unreadable,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() || pages.len() > PAGES_LIMIT {
        return Err(FileError::Unreadable);
    }
    let mut fonts = Fonts::default();
    let shown: Vec<Shown> = pages.iter().map(|page| page::shown(page, &mut fonts)).collect();
    let mut warnings = warnings(&shown)?;
    let mut pages: Vec<(f64, Vec<Line>)> =
        shown.into_iter().map(|shown| (shown.height, layout::lines(shown.glyphs))).collect();
    drop_edges(&mut pages);
    let lines: Vec<_> = pages.into_iter().map(|(_, lines)| lines).collect();
    let is_spaced = paragraph::ends_are_spaced(&lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for page in &lines {
        let mut of_page = paragraph::paragraphs(page, is_spaced).into_iter().peekable();
        // A paragraph may go on over the end of a page.
        if let (Some(last), Some(first)) = (paragraphs.last_mut(), of_page.peek())
            && last.goes_on_with(first)
            && let Some(first) = of_page.next()
        {
            last.join(&first, is_spaced);
        }
        paragraphs.extend(of_page);
    }
    if paragraphs.iter().any(|paragraph| paragraph.is_guessed) {
        warnings.push(FileWarning::LinesJoined);
    }
    let text: Vec<_> = paragraphs.into_iter().map(|paragraph| paragraph.text).collect();
    let title = pdf.metadata().title.as_deref().map(decoded);
    let text = tidy::paragraphs(&text.join("\n"));
    Ok(Reading { kind: FileKind::Pdf, title, text, warnings })
}

/// What is to be said of the pages.
///
/// # Errors
///
/// Pages without text, or with text that cannot be read.
fn warnings(pages: &[Shown]) -> Result<Vec<FileWarning>, FileError> {
    let characters = |page: &Shown| page.glyphs.iter().filter(|glyph| !glyph.is_space()).count();
    let total: usize = pages.iter().map(characters).sum();
    let lost: usize = pages.iter().map(|page| page.lost).sum();
    let is_scan = |page: &&Shown| page.images > 0 && characters(page) < SCANNED_BELOW_CHARS;
    let scans = pages.iter().filter(is_scan).count();
    if total + lost == 0 || scans == pages.len() {
        return Err(FileError::Scanned);
    }
    if lost > total {
        return Err(FileError::Unreadable);
    }
    let all = [
        (lost > 0, FileWarning::CharactersLost),
        (scans > 0, FileWarning::PagesScanned),
        (pages.iter().any(|page| page.is_recognised), FileWarning::RecognisedText),
    ];
    Ok(all.into_iter().filter_map(|(is_so, warning)| is_so.then_some(warning)).collect())
}

/// Drops page numbers and what stands at the edge of many pages.
fn drop_edges(pages: &mut [(f64, Vec<Line>)]) {
    let is_at_edge =
        |height: f64, line: &Line| line.y < height * EDGE || line.y > height * (1.0 - EDGE);
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (height, lines) in &*pages {
        for line in lines.iter().filter(|line| is_at_edge(*height, line)) {
            *counts.entry(without_digits(&line.text)).or_default() += 1;
        }
    }
    let count = pages.len();
    for (height, lines) in pages {
        lines.retain(|line| {
            let repeated = counts.get(&without_digits(&line.text)).copied().unwrap_or_default();
            let is_head = repeated >= REPEATED_FROM && repeated * 2 >= count;
            !is_at_edge(*height, line) || !(is_head || is_page_number(&line.text))
        });
    }
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|character| !character.is_ascii_digit() && *character != ' ').collect()
}

/// `3`, `- 3 -`, `3 / 10`, `3쪽`, `Page 3 of 10`.
fn is_page_number(text: &str) -> bool {
    let bare = without_digits(text).to_lowercase();
    let is_bare = ["", "/", "쪽", "면", "페이지", "page", "pageof", "p."].contains(&bare.as_str());
    let is_framed =
        bare.chars().all(|mark| matches!(mark, '-' | '–' | '—' | '·' | '|' | '<' | '>'));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=8).contains(&digits) && (is_bare || is_framed)
}

/// A text outside of pages: UTF-16 or UTF-8 with a mark, or Latin letters.
fn decoded(bytes: &[u8]) -> String {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((WINDOWS_1252, 0));
    encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decoded, is_page_number};

    #[test]
    fn page_numbers_are_known_by_their_form() {
        for text in ["3", "- 3 -", "3 / 10", "3쪽", "Page 3 of 10", "— 12 —"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["3월", "", "--", "2026년 11월 27일", "123456789", "금리 3"] {
            assert!(!is_page_number(text), "{text}");
        }
    }

    #[test]
    fn titles_are_decoded() {
        assert_eq!(decoded(b"\xFE\xFF\xAE\x08\xB9\xAC"), "금리");
        assert_eq!(decoded("\u{feff}금리 😀".as_bytes()), "금리 😀");
        assert_eq!(decoded(b"Rate"), "Rate");
    }
}
