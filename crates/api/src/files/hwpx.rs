//! Hancom's documents in OWPML (KS X 6101): the paragraphs of every section, notes at the end, tracked
//! deletions dropped. Headers, footers, memos and hidden comments are passed over.

use std::collections::BTreeSet;

use domain::file::{FileError, FileKind, FileWarning};

use super::archive::Archive;
use super::paragraphs::Paragraphs;
use super::xml::{Element, Nesting, Visitor, first_text, walk};
use super::{Reading, tidy};

/// Elements whose whole content is no text of the article: a memo lies in the beginning of its field, a
/// `subText` is the reading above a word.
const PASSED_OVER: [&str; 9] = [
    "header",
    "footer",
    "hiddenComment",
    "fieldBegin",
    "masterPage",
    "subText",
    "shapeComment",
    "script",
    "parameters",
];

pub(super) fn read(archive: &mut Archive<'_>) -> Result<Reading, FileError> {
    let kind = archive.part("mimetype")?.unwrap_or_default();
    if !kind.is_empty() && kind.trim() != "application/hwp+zip" {
        return Err(FileError::UnknownKind);
    }
    let manifest = archive.part("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(FileError::Encrypted);
    }
    let names = archive.numbered("Contents/section", ".xml");
    if names.is_empty() {
        return Err(FileError::Unreadable);
    }
    let mut sections = Sections::default();
    for name in names {
        let section = archive.part(&name)?.ok_or(FileError::Unreadable)?;
        sections.nesting = Nesting::default();
        walk(&section, &mut sections)?;
    }
    let warnings =
        sections.is_changed.then_some(FileWarning::ChangesAccepted).into_iter().collect();
    let title = archive.part("Contents/content.hpf")?.and_then(|head| first_text(&head, "title"));
    let text = tidy::paragraphs(&sections.paragraphs.finish().join("\n"));
    Ok(Reading { kind: FileKind::Hwpx, title, text, warnings })
}

/// Gathers the text of all sections.
#[derive(Default)]
struct Sections {
    paragraphs: Paragraphs,
    nesting: Nesting,
    /// Ids of tracked deletions that are open; they may end in another paragraph.
    deletions: BTreeSet<String>,
    /// Whether the end of the open paragraph is deleted, by how many paragraphs are open.
    lost_ends: Vec<bool>,
    is_changed: bool,
}

impl Sections {
    fn push(&mut self, text: &str) {
        if self.deletions.is_empty() {
            self.paragraphs.push(text);
        }
    }

    fn is_in_text(&self) -> bool {
        self.nesting
            .path()
            .iter()
            .rev()
            .take(2)
            .any(|name| matches!(name.as_str(), "t" | "mainText"))
    }

    fn begin(&mut self, element: &Element<'_>) {
        let id =
            || element.attribute("Id").or(element.attribute("id")).unwrap_or_default().into_owned();
        match element.name() {
            "p" => {
                self.paragraphs.begin();
                self.lost_ends.push(false);
            }
            "footNote" | "endNote" => self.paragraphs.begin_note(),
            "lineBreak" => self.push("\n"),
            "tab" if self.is_in_text() => self.push("\t"),
            "nbSpace" | "fwSpace" => self.push(" "),
            "hyphen" => self.push("-"),
            "compose" => {
                if let Some(text) = element.attribute("composeText") {
                    self.push(&text);
                }
            }
            "insertBegin" => self.is_changed = true,
            "deleteBegin" => {
                self.is_changed = true;
                self.deletions.insert(id());
            }
            "deleteEnd" => {
                self.deletions.remove(&id());
                let is_of_end =
                    matches!(element.attribute("paraend").as_deref(), Some("1" | "true"));
                if let Some(is_lost) = self.lost_ends.last_mut() {
                    *is_lost |= is_of_end;
                }
            }
            _ => {}
        }
    }
}

impl Visitor for Sections {
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
            "footNote" | "endNote" => self.paragraphs.end_note(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if !self.nesting.is_passed_over() && self.is_in_text() {
            self.push(text);
        }
    }
}
