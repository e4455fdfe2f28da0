//! Word documents (ECMA-376 part 1, WordprocessingML): the body's paragraphs, notes at the end, tracked
//! changes accepted or rejected. Headers, footers, comments, hidden text and ruby are passed over.

use std::collections::HashMap;

use domain::file::{FileError, FileKind, FileWarning};

use super::archive::Archive;
use super::paragraphs::Paragraphs;
use super::xml::{Element, Nesting, Visitor, first_text, walk};
use super::{Reading, tidy};

/// What tracked changes count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// The text as it is after them.
    Accepted,
    /// The text as it was before them.
    Rejected,
}

/// Elements whose whole content is no text of the article.
const PASSED_OVER: [&str; 9] = [
    // The reading of a ruby, and what stands in for newer content in old programs.
    "rt",
    "Fallback",
    // Former properties, which would hide or delete what is here now.
    "pPrChange",
    "rPrChange",
    "sectPr",
    "tblPrChange",
    "instrText",
    "delInstrText",
    // Descriptions of pictures and formulas in another markup.
    "annotation",
];

pub(super) fn read(archive: &mut Archive<'_>, changes: Changes) -> Result<Reading, FileError> {
    if archive.has("EncryptedPackage") {
        return Err(FileError::Encrypted);
    }
    let names = archive.numbered("word/document", ".xml");
    let name = names.first().ok_or(FileError::UnknownKind)?;
    let document = archive.part(name)?.ok_or(FileError::UnknownKind)?;
    let mut body = Body::new(changes);
    walk(&document, &mut body)?;
    let mut notes = Vec::new();
    for (part, kind) in [("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")] {
        let wanted: Vec<_> = body.notes.iter().filter(|(of, _)| *of == kind).collect();
        if wanted.is_empty() {
            continue;
        }
        let Some(document) = archive.part(part)? else { continue };
        let mut known = Notes { kind, changes, open: None, known: HashMap::new() };
        walk(&document, &mut known)?;
        notes.extend(wanted.iter().filter_map(|(_, id)| known.known.remove(id)).flatten());
    }
    let warnings = body.is_changed.then_some(FileWarning::ChangesAccepted).into_iter().collect();
    let mut lines = body.paragraphs.finish();
    lines.extend(notes);
    let title = archive.part("docProps/core.xml")?.and_then(|core| first_text(&core, "title"));
    let text = tidy::paragraphs(&lines.join("\n"));
    Ok(Reading { kind: FileKind::Docx, title, text, warnings })
}

/// Gathers the text of a document or a note.
struct Body {
    changes: Changes,
    paragraphs: Paragraphs,
    nesting: Nesting,
    is_hidden: bool,
    /// Whether the end of the open paragraph is gone, by how many paragraphs are open.
    lost_ends: Vec<bool>,
    is_changed: bool,
    /// Kind and id of every note, in the order of the marks.
    notes: Vec<(&'static str, String)>,
}

impl Body {
    fn new(changes: Changes) -> Self {
        Self {
            changes,
            paragraphs: Paragraphs::default(),
            nesting: Nesting::default(),
            is_hidden: false,
            lost_ends: Vec::new(),
            is_changed: false,
            notes: Vec::new(),
        }
    }

    /// Whether an element's content is gone with the changes taken as they are.
    fn is_gone(&self, name: &str) -> bool {
        match self.changes {
            Changes::Accepted => matches!(name, "del" | "moveFrom"),
            Changes::Rejected => matches!(name, "ins" | "moveTo"),
        }
    }

    fn is_within(&self, name: &str) -> bool {
        self.nesting.innermost() == Some(name)
    }

    /// Whether the open element stands for the mark at a paragraph's end.
    fn is_of_mark(&self) -> bool {
        matches!(self.nesting.path(), [.., outer, inner] if outer == "pPr" && inner == "rPr")
    }

    fn push(&mut self, text: &str) {
        if !self.is_hidden {
            self.paragraphs.push(text);
        }
    }

    fn begin(&mut self, element: &Element<'_>) {
        let name = element.name();
        if matches!(name, "ins" | "del" | "moveFrom" | "moveTo") {
            self.is_changed = true;
            if self.is_of_mark() {
                if self.is_gone(name)
                    && let Some(is_lost) = self.lost_ends.last_mut()
                {
                    *is_lost = true;
                }
                return;
            }
            // Deleted and inserted rows and cells say so in their properties; their runs say it again.
            if self.is_gone(name)
                && !self.nesting.innermost().is_some_and(|last| last.ends_with("Pr"))
            {
                self.nesting.pass_over();
            }
            return;
        }
        match name {
            "p" => {
                self.paragraphs.begin();
                self.lost_ends.push(false);
                self.is_hidden = false;
            }
            "r" => self.is_hidden = false,
            "vanish" | "specVanish" if self.is_within("rPr") && !self.is_of_mark() => {
                self.is_hidden =
                    !matches!(element.attribute("val").as_deref(), Some("0" | "false" | "off"));
            }
            // A tab is also a stop among a paragraph's properties.
            "tab" if !self.is_within("tabs") => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "footnoteReference" => self.note("footnote", element),
            "endnoteReference" => self.note("endnote", element),
            _ => {}
        }
    }

    fn note(&mut self, kind: &'static str, element: &Element<'_>) {
        if let Some(id) = element.attribute("id").filter(|_| !self.is_hidden) {
            self.notes.push((kind, id.into_owned()));
        }
    }
}

impl Visitor for Body {
    fn open(&mut self, element: &Element<'_>) {
        if !self.nesting.is_passed_over() {
            if PASSED_OVER.contains(&element.name()) {
                self.nesting.pass_over();
            } else {
                self.begin(element);
            }
        }
        self.nesting.enter(element);
    }

    fn close(&mut self, name: &str) {
        if !self.nesting.leave() {
            return;
        }
        match name {
            "p" if self.lost_ends.pop() == Some(true) => self.paragraphs.end_joined(),
            "p" => self.paragraphs.end(),
            "r" => self.is_hidden = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let is_text =
            self.is_within("t") || (self.is_within("delText") && self.changes == Changes::Rejected);
        if is_text && !self.nesting.is_passed_over() {
            self.push(text);
        }
    }
}

/// Gathers the lines of every note of a part.
struct Notes {
    kind: &'static str,
    changes: Changes,
    open: Option<(String, Body)>,
    known: HashMap<String, Vec<String>>,
}

impl Visitor for Notes {
    fn open(&mut self, element: &Element<'_>) {
        if let Some((_, body)) = &mut self.open {
            body.open(element);
        } else if element.name() == self.kind {
            let id = element.attribute("id").unwrap_or_default().into_owned();
            self.open = Some((id, Body::new(self.changes)));
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((id, mut body)) = self.open.take() {
            if body.nesting.path().is_empty() && name == self.kind {
                let lines = body.paragraphs.finish();
                self.known.insert(id, lines.iter().map(|line| line.trim().to_owned()).collect());
                return;
            }
            body.close(name);
            self.open = Some((id, body));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, body)) = &mut self.open {
            body.text(text);
        }
    }
}
