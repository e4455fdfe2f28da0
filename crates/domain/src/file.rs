//! Files that hold an article, and what comes of reading one: the text with what a reader of it should
//! know, or why there is none. How each kind is read stands elsewhere.

use std::error::Error;

use crate::text::ArticleText;

/// A kind of file whose text can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Plain text in UTF-8, UTF-16 or CP949.
    Txt,
    /// Word, Office Open XML (ECMA-376).
    Docx,
    /// Hancom's document, version 5, in a compound file.
    Hwp,
    /// Hancom's document in OWPML (KS X 6101).
    Hwpx,
    /// PDF (ISO 32000).
    Pdf,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Txt, Self::Docx, Self::Hwp, Self::Hwpx, Self::Pdf];

    /// Its name on the wire, which is also the usual ending of a file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Docx => "docx",
            Self::Hwp => "hwp",
            Self::Hwpx => "hwpx",
            Self::Pdf => "pdf",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What somebody who goes on with the text should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileWarning {
    /// The encoding of plain text had to be guessed.
    EncodingGuessed,
    /// Tracked changes were taken as accepted.
    ChangesAccepted,
    /// The document tracks changes in a form that cannot be read: deleted text may stand in it.
    ChangesUnread,
    /// Some characters could not be read and are missing or stand as U+FFFD.
    CharactersLost,
    /// Lines of paragraphs were joined by a space although the file does not say whether one was there.
    LinesJoined,
    /// The text was recognised from pictures by whoever made the file.
    RecognisedText,
    /// Some pages are pictures without text.
    PagesScanned,
}

impl FileWarning {
    /// Every warning.
    pub const ALL: [Self; 7] = [
        Self::EncodingGuessed,
        Self::ChangesAccepted,
        Self::ChangesUnread,
        Self::CharactersLost,
        Self::LinesJoined,
        Self::RecognisedText,
        Self::PagesScanned,
    ];

    /// The stable code on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EncodingGuessed => "encoding_guessed",
            Self::ChangesAccepted => "changes_accepted",
            Self::ChangesUnread => "changes_unread",
            Self::CharactersLost => "characters_lost",
            Self::LinesJoined => "lines_joined",
            Self::RecognisedText => "recognised_text",
            Self::PagesScanned => "pages_scanned",
        }
    }

    /// The warning of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|warning| warning.code() == code)
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// What it is, by its content and not by its name.
    pub kind: FileKind,
    /// The title it gives itself; never empty.
    pub title: Option<ArticleText>,
    /// Its text, one paragraph a line.
    pub text: ArticleText,
    /// In their order, each once.
    pub warnings: Vec<FileWarning>,
}

/// Why a file gives no text. None of them says anything of its content or name.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// None of the kinds.
    #[error("the file is of no kind that can be read")]
    UnknownKind,
    /// Broken, or made to break its reader.
    #[error("the file is broken or could not be read within the limits")]
    Unreadable,
    /// It wants a password, or rights that nobody has given.
    #[error("the file is encrypted")]
    Encrypted,
    /// Its pages are pictures.
    #[error("the pages of the file are pictures without text")]
    Scanned,
    /// Reading it took too long.
    #[error("the file could not be read in time")]
    TooSlow,
    /// It holds more text than anybody could proofread.
    #[error("the text of the file is too long")]
    TooLong,
    /// The reader itself could not be used.
    #[error("the reader of files could not be run")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl FileError {
    /// The stable code on the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind => "unknown_file_kind",
            Self::Unreadable => "unreadable_file",
            Self::Encrypted => "encrypted_file",
            Self::Scanned => "scanned_pdf",
            Self::TooSlow => "file_too_slow",
            Self::TooLong => "text_too_long",
            Self::Failed(_) => "internal",
        }
    }

    /// The error of that code; none where the code is of another.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [
            Self::UnknownKind,
            Self::Unreadable,
            Self::Encrypted,
            Self::Scanned,
            Self::TooSlow,
            Self::TooLong,
        ];
        all.into_iter().find(|error| error.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::{FileError, FileKind, FileWarning};

    #[test]
    fn names_and_codes_are_read_back() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::from_name(kind.name()), Some(kind));
        }
        for warning in FileWarning::ALL {
            assert_eq!(FileWarning::from_code(warning.code()), Some(warning));
        }
        for code in ["unknown_file_kind", "encrypted_file", "text_too_long"] {
            assert_eq!(FileError::from_code(code).map(|error| error.code()), Some(code));
        }
        assert_eq!(FileKind::from_name("exe"), None);
        assert!(FileError::from_code("internal").is_none());
    }
}
