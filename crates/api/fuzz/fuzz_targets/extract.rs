//! Any file: its text is read within bounds or refused, in one way, and never a panic.

#![no_main]

use api::files::{Changes, read, read_as};
use domain::file::{Extracted, FileKind};
use libfuzzer_sys::fuzz_target;

/// What the readers promise at most.
const TEXT_LIMIT_CHARS: usize = 2_000_000;
const TITLE_LIMIT_CHARS: usize = 200;

fn is_bounded(extracted: &Extracted) {
    let text = extracted.text.as_str();
    let is_kept = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    assert!(text.chars().all(is_kept));
    assert!(text.chars().count() <= TEXT_LIMIT_CHARS);
    if let Some(title) = &extracted.title {
        let title = title.as_str();
        assert!(!title.is_empty() && title.trim() == title, "{title:?}");
        assert!(!title.chars().any(char::is_control), "{title:?}");
        assert!(title.chars().count() <= TITLE_LIMIT_CHARS);
    }
    assert!(extracted.warnings.is_sorted(), "{:?}", extracted.warnings);
}

fuzz_target!(|bytes: &[u8]| {
    let accepted = read(bytes);
    let rejected = read_as(bytes, Changes::Rejected);
    for extracted in [&accepted, &rejected].into_iter().flatten() {
        is_bounded(extracted);
    }
    match (accepted, rejected) {
        // Only Word's documents are read with their changes: any other file was just read twice.
        (Ok(accepted), Ok(rejected)) if accepted.kind != FileKind::Docx => {
            assert!(accepted == rejected, "{} was read in two ways", accepted.kind.name());
        }
        (Ok(accepted), Ok(rejected)) => assert_eq!(accepted.kind, rejected.kind),
        (Ok(accepted), Err(_)) => assert_eq!(accepted.kind, FileKind::Docx),
        (Err(_), Ok(rejected)) => assert_eq!(rejected.kind, FileKind::Docx),
        (Err(_), Err(_)) => {}
    }
});
