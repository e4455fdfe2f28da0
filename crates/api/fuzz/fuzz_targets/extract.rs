//! Any file: its text is read within bounds or refused, and never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(extracted) = api::files::read(bytes) {
        let text = extracted.text.as_str();
        let is_kept = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
        assert!(text.chars().all(is_kept));
        assert!(extracted.title.is_none_or(|title| !title.as_str().is_empty()));
    }
});
