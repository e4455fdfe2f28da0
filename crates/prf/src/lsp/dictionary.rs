//! The words that are never flagged, in a file an editor can open: one a line, `#` begins a comment.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use crate::input::{InputError, read_text};

/// A dictionary may hold so many characters.
const LIMIT_CHARS: usize = 2_000_000;

/// Why a dictionary cannot be read or a word not be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DictionaryError {
    /// Neither a folder is open nor a path set.
    #[error("there is no folder to keep a dictionary in; set the option dictionary to a path")]
    NoPlace,
    /// It would not be one word on one line.
    #[error("this is no word for a dictionary")]
    BadWord,
    /// The file is there and cannot be read.
    #[error("could not read the dictionary")]
    Unreadable(#[from] InputError),
    /// It cannot be written.
    #[error("could not write {path}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// The file and its words.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    path: Option<PathBuf>,
    words: BTreeSet<String>,
}

impl Dictionary {
    /// The dictionary in that file, not read yet; without a path it stays empty.
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, words: BTreeSet::new() }
    }

    pub(crate) fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// Reads the file anew; one that does not exist has no words.
    pub(crate) fn read(&mut self) -> Result<(), DictionaryError> {
        let text = self.text()?;
        let lines = text.lines().map(str::trim);
        let words = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        self.words = words.map(str::to_owned).collect();
        Ok(())
    }

    /// Writes a word at the end of the file and reads it anew.
    pub(crate) fn add(&mut self, word: &str) -> Result<(), DictionaryError> {
        if !is_word(word) {
            return Err(DictionaryError::BadWord);
        }
        let path = self.path.clone().ok_or(DictionaryError::NoPlace)?;
        let text = self.text()?;
        if !text.lines().any(|line| line.trim() == word) {
            let is_open = !text.is_empty() && !text.ends_with('\n');
            let line = format!("{}{word}\n", if is_open { "\n" } else { "" });
            let file = OpenOptions::new().append(true).create(true).open(&path);
            let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
            written.map_err(|source| DictionaryError::Unwritable { path, source })?;
        }
        self.read()
    }

    fn text(&self) -> Result<String, DictionaryError> {
        let Some(path) = &self.path else { return Ok(String::new()) };
        match read_text(path, LIMIT_CHARS) {
            Err(InputError::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Ok(String::new())
            }
            read => Ok(read?),
        }
    }
}

/// Whether a line of a dictionary can hold it.
pub(crate) fn is_word(word: &str) -> bool {
    let is_trimmed = !word.is_empty() && word.trim() == word;
    is_trimmed && !word.starts_with('#') && !word.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::Dictionary;
    use std::fs;

    #[test]
    fn words_are_read_and_added_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("words.txt");
        let mut dictionary = Dictionary::new(Some(path.clone()));
        dictionary.read().unwrap();
        assert!(dictionary.words().is_empty());
        dictionary.add("몇일").unwrap();
        fs::write(&path, "# 사전\r\n\r\n 몇일 \r\n😀 사").unwrap();
        dictionary.add("\u{1112}\u{1161}").unwrap();
        dictionary.add("몇일").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "# 사전\r\n\r\n 몇일 \r\n😀 사\n\u{1112}\u{1161}\n");
        let words: Vec<_> = dictionary.words().iter().map(String::as_str).collect();
        assert_eq!(words, ["\u{1112}\u{1161}", "몇일", "😀 사"]);
    }

    #[test]
    fn what_cannot_be_added_says_why() {
        let check = |dictionary: &mut Dictionary, word: &str, expected: &str| {
            assert_eq!(dictionary.add(word).unwrap_err().to_string(), expected);
        };
        let mut nowhere = Dictionary::new(None);
        for word in ["", " 가", "가\n나", "#가"] {
            check(&mut nowhere, word, "this is no word for a dictionary");
        }
        let none =
            "there is no folder to keep a dictionary in; set the option dictionary to a path";
        check(&mut nowhere, "가", none);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("none/words.txt");
        let expected = format!("could not write {}", path.display());
        check(&mut Dictionary::new(Some(path)), "가", &expected);
        let binary = directory.path().join("binary");
        fs::write(&binary, [0xff]).unwrap();
        check(&mut Dictionary::new(Some(binary.clone())), "가", "could not read the dictionary");
        assert_eq!(fs::read(binary).unwrap(), [0xff]);
    }
}
