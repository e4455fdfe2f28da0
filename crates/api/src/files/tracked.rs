//! Writes a Word document (ECMA-376) that shows with tracked changes what became of a text: accepting all
//! of them gives the text after, rejecting all of them the text before.

use std::io::{Cursor, Write};
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::tidy;

/// Either text may hold so many characters.
const TEXT_LIMIT_CHARS: usize = 2_000_000;

/// What a document shows.
#[derive(Clone, Copy)]
pub struct Redline<'a> {
    /// The document's title.
    pub title: &'a str,
    /// The text as it was.
    pub before: &'a str,
    /// The text as it is.
    pub after: &'a str,
    /// Who changed it, as Word shows it.
    pub author: &'a str,
    /// When, in RFC 3339 and UTC.
    pub at: &'a str,
}

/// One of the texts is too long, or the document could not be packed.
#[derive(Debug, thiserror::Error)]
#[error("the texts are too long for a document")]
pub struct TooManyCharacters;

/// What a change does to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Inserted,
    Deleted,
}

/// The document's bytes. Words are compared until `deadline`; what is left then is shown as replaced
/// whole. Characters that XML cannot hold are dropped.
///
/// # Errors
///
/// A text of more than two million characters.
pub fn write(redline: &Redline<'_>, deadline: Instant) -> Result<Vec<u8>, TooManyCharacters> {
    let (before, after) = (tidy::lines(redline.before), tidy::lines(redline.after));
    if before.chars().count().max(after.chars().count()) > TEXT_LIMIT_CHARS {
        return Err(TooManyCharacters);
    }
    let body = body(&pieces(&before, &after, deadline), redline);
    packed(&body, &core(redline)).map_err(|_| TooManyCharacters)
}

/// Both texts as one row of pieces, with the ends of lines as pieces of their own.
fn pieces<'a>(before: &'a str, after: &'a str, deadline: Instant) -> Vec<(Mark, &'a str)> {
    let (old, new) = (words(before), words(after));
    let steps = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
    let mut pieces = Vec::new();
    for step in steps {
        let (tag, old_range, new_range) = step.as_tag_tuple();
        let removed = old.get(old_range).unwrap_or_default().iter();
        let added = new.get(new_range).unwrap_or_default().iter();
        match tag {
            DiffTag::Equal => pieces.extend(removed.map(|word| (Mark::Kept, *word))),
            DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                pieces.extend(removed.map(|word| (Mark::Deleted, *word)));
                pieces.extend(added.map(|word| (Mark::Inserted, *word)));
            }
        }
    }
    pieces
}

/// A kind of character; words are runs of one kind.
#[derive(PartialEq, Eq)]
enum Kind {
    Letter,
    Space,
    /// Ends of lines and marks stand each by itself.
    Alone,
}

fn kind(character: char) -> Kind {
    if character.is_alphanumeric() || is_combining(character) {
        return Kind::Letter;
    }
    if character == ' ' { Kind::Space } else { Kind::Alone }
}

/// Whether a character belongs to the one before: joiners, variants and marks above and below.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{20d0}'..='\u{20ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let first_kind = kind(first);
        let ends = |(_, character): &(usize, char)| {
            first_kind == Kind::Alone || kind(*character) != first_kind
        };
        let end = rest.char_indices().skip(1).find(ends).map_or(rest.len(), |(at, _)| at);
        let Some((word, after)) = rest.split_at_checked(end) else { break };
        words.push(word);
        rest = after;
    }
    words
}

/// The document's body: runs of pieces with one mark, a paragraph for each line.
fn body(pieces: &[(Mark, &str)], redline: &Redline<'_>) -> String {
    let mut writer = Body { changes: 0, redline, out: String::new() };
    let mut lines: Vec<(Mark, &[(Mark, &str)])> = Vec::new();
    let mut rest = pieces;
    while let Some(end) = rest.iter().position(|(_, piece)| *piece == "\n") {
        let (line, after) = rest.split_at(end);
        lines.push((rest.get(end).map_or(Mark::Kept, |(mark, _)| *mark), line));
        rest = after.get(1..).unwrap_or_default();
    }
    lines.push((Mark::Kept, rest));
    for (end, line) in lines {
        writer.paragraph(end, line);
    }
    writer.out
}

struct Body<'a> {
    /// How many changes have been written: each has a number of its own.
    changes: usize,
    redline: &'a Redline<'a>,
    out: String,
}

impl Body<'_> {
    /// Who changed something and when, as attributes.
    fn change(&mut self) -> String {
        self.changes += 1;
        let (author, at) = (escaped(self.redline.author), escaped(self.redline.at));
        format!("w:id=\"{}\" w:author=\"{author}\" w:date=\"{at}\"", self.changes)
    }

    fn paragraph(&mut self, end: Mark, line: &[(Mark, &str)]) {
        self.out.push_str("<w:p>");
        let name = match end {
            Mark::Kept => None,
            Mark::Inserted => Some("ins"),
            Mark::Deleted => Some("del"),
        };
        if let Some(name) = name {
            let change = self.change();
            self.out.push_str(&format!("<w:pPr><w:rPr><w:{name} {change}/></w:rPr></w:pPr>"));
        }
        for run in line.chunk_by(|(one, _), (next, _)| one == next) {
            let Some((mark, _)) = run.first() else { continue };
            let text: String = run.iter().map(|(_, piece)| *piece).collect();
            self.run(*mark, &text);
        }
        self.out.push_str("</w:p>");
    }

    fn run(&mut self, mark: Mark, text: &str) {
        match mark {
            Mark::Kept => self.out.push_str(&run("w:t", text)),
            Mark::Inserted => {
                let (change, run) = (self.change(), run("w:t", text));
                self.out.push_str(&format!("<w:ins {change}>{run}</w:ins>"));
            }
            Mark::Deleted => {
                let (change, run) = (self.change(), run("w:delText", text));
                self.out.push_str(&format!("<w:del {change}>{run}</w:del>"));
            }
        }
    }
}

/// A run with its text in elements of that name; tabs are elements of their own.
fn run(name: &str, text: &str) -> String {
    let texts = text.split('\t').map(|part| match part {
        "" => String::new(),
        part => format!("<{name} xml:space=\"preserve\">{}</{name}>", escaped(part)),
    });
    format!("<w:r>{}</w:r>", texts.collect::<Vec<_>>().join("<w:tab/>"))
}

/// Text as XML; what XML 1.0 cannot hold is dropped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Title, author and time.
fn core(redline: &Redline<'_>) -> String {
    let (title, author) = (escaped(&tidy::title(redline.title)), escaped(redline.author));
    let at = escaped(redline.at);
    format!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>"#
    )
}

fn packed(body: &str, core: &str) -> zip::result::ZipResult<Vec<u8>> {
    let document = format!(r#"<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>"#);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", document.as_str()),
        ("docProps/core.xml", core),
    ];
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(DECLARATION.as_bytes())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
