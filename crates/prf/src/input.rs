//! Reads a text file or standard input and says plainly what is wrong with it.

use std::io::Read;
use std::path::{Path, PathBuf};

use api::files::FILE_LIMIT_BYTES;
use domain::file::FileError;

/// Why an input cannot be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// It cannot be opened or read.
    #[error("could not read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is longer than the limit.
    #[error("{path} is longer than {limit_chars} characters (text_too_long)")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit_chars: usize,
    },
    /// It is not UTF-8.
    #[error("{path} is not UTF-8 text: byte {valid_bytes} cannot be read (invalid_utf8)")]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// How many bytes before it can.
        valid_bytes: usize,
    },
    /// It is a document whose text could not be read.
    #[error("could not read the text of {path} ({code})")]
    Document {
        /// The file.
        path: PathBuf,
        /// The error's stable code.
        code: &'static str,
        /// Why.
        #[source]
        source: FileError,
    },
    /// It holds a NUL.
    #[error("{path} is not a text file: it holds a NUL byte (binary_input)")]
    Binary {
        /// The file.
        path: PathBuf,
    },
}

/// How documents begin: zip archives, compound files, PDF.
const DOCUMENTS: [&[u8]; 3] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0", b"%PDF-"];

/// The text of a file, or of standard input for `-`; a byte order mark is passed over, and out of a
/// document (docx, hwp, hwpx, pdf) its text is taken.
///
/// # Errors
///
/// A file that cannot be read, is longer than `limit_chars`, is not UTF-8 or holds NUL, or a document
/// without a text that can be read.
pub(crate) fn read_text(path: &Path, limit_chars: usize) -> Result<String, InputError> {
    let limit = limit_bytes(limit_chars).max(FILE_LIMIT_BYTES) as u64 + 1;
    let unreadable = |source| InputError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(limit).read_to_end(&mut bytes)
    };
    read.map_err(unreadable)?;
    decode(path, bytes, limit_chars)
}

/// No text of so many characters, with a byte order mark before it, takes more: what does is refused
/// before it is read whole.
fn limit_bytes(limit_chars: usize) -> usize {
    limit_chars.saturating_mul(4).saturating_add(3).min(usize::MAX / 2)
}

fn decode(path: &Path, bytes: Vec<u8>, limit_chars: usize) -> Result<String, InputError> {
    let path = path.to_owned();
    if DOCUMENTS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return document(path, &bytes, limit_chars);
    }
    if bytes.len() > limit_bytes(limit_chars) {
        return Err(InputError::TooLong { path, limit_chars });
    }
    if bytes.contains(&0) {
        return Err(InputError::Binary { path });
    }
    let text = String::from_utf8(bytes).map_err(|error| InputError::NotUtf8 {
        path: path.clone(),
        valid_bytes: error.utf8_error().valid_up_to(),
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.len() > limit_chars && text.chars().count() > limit_chars {
        return Err(InputError::TooLong { path, limit_chars });
    }
    Ok(text)
}

fn document(path: PathBuf, bytes: &[u8], limit_chars: usize) -> Result<String, InputError> {
    match api::files::read(bytes) {
        Ok(extracted) if extracted.text.as_str().chars().count() > limit_chars => {
            Err(InputError::TooLong { path, limit_chars })
        }
        Ok(extracted) => Ok(extracted.text.as_str().to_owned()),
        Err(source) => Err(InputError::Document { path, code: source.code(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;
    use std::path::Path;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let decoded =
            decode(Path::new("a.txt"), bytes.to_vec(), 6).map_err(|error| error.to_string());
        assert_eq!(decoded.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        check(b"", Ok(""));
        check("\u{feff}가 😀\r".as_bytes(), Ok("가 😀\r"));
        check(&[0xea, 0xb0], Err("a.txt is not UTF-8 text: byte 0 cannot be read (invalid_utf8)"));
        check(b"a\0b", Err("a.txt is not a text file: it holds a NUL byte (binary_input)"));
        check("\u{feff}가나다라 😀".as_bytes(), Ok("가나다라 😀"));
        let long = Err("a.txt is longer than 6 characters (text_too_long)");
        check("가나다라마바사".as_bytes(), long);
        check(&[0xff; 28], long);
        let broken = "could not read the text of a.txt (unreadable_file)";
        check(b"%PDF-1.7 \0 and nothing more", Err(broken));
    }
}
