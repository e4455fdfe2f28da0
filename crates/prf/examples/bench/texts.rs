//! What is checked: articles put together from the gold set, and texts that are hostile to rules.

use std::path::Path;

/// Passages in the style of a newspaper: all that are right, and of those with an error one in ten,
/// as an article reaches the desk.
pub(crate) fn passages() -> anyhow::Result<Vec<String>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/gold");
    let mut files: Vec<_> = std::fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut all = Vec::new();
    let mut faulty = 0;
    for file in files {
        for line in std::fs::read_to_string(file.path())?.lines() {
            let passage: serde_json::Value = serde_json::from_str(line)?;
            let is_right = passage["edits"].as_array().is_none_or(Vec::is_empty);
            faulty += usize::from(!is_right);
            if is_right || faulty % 10 == 0 {
                all.extend(passage["text"].as_str().map(str::to_owned));
            }
        }
    }
    anyhow::ensure!(!all.is_empty(), "eval/gold holds no passage");
    Ok(all)
}

/// A text of at least so many bytes, a passage a line, from the passage of that number on.
pub(crate) fn article(passages: &[String], from: usize, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 500);
    let mut next = passages.iter().cycle().skip(from % passages.len());
    while text.len() < bytes {
        text.push_str(next.next().map_or("", String::as_str));
        text.push('\n');
    }
    text
}

/// Texts that would be slow if a rule looked back or ahead without a limit; each about 1 MB.
pub(crate) fn hostile() -> [(&'static str, String); 10] {
    [
        ("one word of 1 MB", "되서".repeat(170_000)),
        ("350,000 quotation marks", "“".repeat(350_000)),
        ("350,000 open brackets", "《".repeat(350_000)),
        ("1,000,000 full stops", ".".repeat(1_000_000)),
        ("80,000 repeated words", "관련해 ".repeat(80_000)),
        ("1 MB without a sentence end", "카드 결재와 갱신 ".repeat(40_000)),
        ("1 MB of digits", "1234567890".repeat(100_000)),
        ("60,000 shares of a hundred", "100명 중 75명(70%), ".repeat(40_000)),
        ("100,000 names with titles", "김영훈 대표 ".repeat(60_000)),
        ("100,000 unknown words", unknown_words(100_000)),
    ]
}

/// Words no lexicon holds, each another.
fn unknown_words(count: u32) -> String {
    let syllable = |at: u32| char::from_u32(0xac00 + at % 11_172).unwrap_or('가');
    let word = |at: u32| [syllable(at * 7), syllable(at * 31 + 5), syllable(at * 101 + 9)];
    (0..count).flat_map(|at| word(at).into_iter().chain([' '])).collect()
}
