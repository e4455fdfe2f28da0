//! Reads a text file or standard input and says plainly what is wrong with it.

use std::io::Read;
use std::path::{Path, PathBuf};

/// A file beyond so many bytes is refused before it is read whole.
pub(crate) const LIMIT_BYTES: u64 = 10 * 1024 * 1024;

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
    /// It is larger than the limit.
    #[error("{path} is larger than {LIMIT_BYTES} bytes (text_too_long)")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is not UTF-8.
    #[error("{path} is not UTF-8 text: byte {valid_bytes} cannot be read (invalid_utf8)")]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// How many bytes before it can.
        valid_bytes: usize,
    },
    /// It holds a NUL.
    #[error("{path} is not a text file: it holds a NUL byte (binary_input)")]
    Binary {
        /// The file.
        path: PathBuf,
    },
}

/// The text of a file, or of standard input for `-`; a byte order mark is passed over.
///
/// # Errors
///
/// A file that cannot be read, is too large, is not UTF-8 or holds NUL.
pub(crate) fn read_text(path: &Path) -> Result<String, InputError> {
    let unreadable = |source| InputError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LIMIT_BYTES + 1).read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LIMIT_BYTES + 1).read_to_end(&mut bytes)
    };
    read.map_err(unreadable)?;
    decode(path, bytes)
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, InputError> {
    let path = path.to_owned();
    if bytes.len() as u64 > LIMIT_BYTES {
        return Err(InputError::TooLong { path });
    }
    if bytes.contains(&0) {
        return Err(InputError::Binary { path });
    }
    let text = String::from_utf8(bytes).map_err(|error| InputError::NotUtf8 {
        path,
        valid_bytes: error.utf8_error().valid_up_to(),
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::{LIMIT_BYTES, decode};
    use std::path::Path;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let decoded = decode(Path::new("a.txt"), bytes.to_vec()).map_err(|error| error.to_string());
        assert_eq!(decoded.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        check(b"", Ok(""));
        check("\u{feff}가 😀\r".as_bytes(), Ok("가 😀\r"));
        check(&[0xea, 0xb0], Err("a.txt is not UTF-8 text: byte 0 cannot be read (invalid_utf8)"));
        check(b"a\0b", Err("a.txt is not a text file: it holds a NUL byte (binary_input)"));
        let long = vec![b'a'; usize::try_from(LIMIT_BYTES).unwrap() + 1];
        check(&long, Err("a.txt is larger than 10485760 bytes (text_too_long)"));
    }
}
