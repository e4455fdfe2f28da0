//! Walks XML from its first tag to its last: names without their prefix, only the five entities of XML
//! itself, no document types, and a bound on how deep elements lie in one another.

use std::borrow::Cow;

use domain::file::FileError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements may lie so deep in one another; documents that people write stay under 60.
const DEPTH_LIMIT: usize = 256;

/// What is told of a document.
pub(super) trait Visitor {
    /// An element opens.
    fn open(&mut self, element: &Element<'_>);
    /// The element of that name closes.
    fn close(&mut self, name: &str);
    /// Text within the innermost element.
    fn text(&mut self, text: &str);
}

/// Which elements are open around the place a visitor has come to, and whether it passes them over.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    path: Vec<String>,
    /// How deep the element lies whose content is passed over.
    passed_over_at: Option<usize>,
}

impl Nesting {
    /// Names of the open elements, the outermost first.
    pub(super) fn path(&self) -> &[String] {
        &self.path
    }

    /// The innermost open element.
    pub(super) fn innermost(&self) -> Option<&str> {
        self.path.last().map(String::as_str)
    }

    /// Whether everything here is passed over.
    pub(super) fn is_passed_over(&self) -> bool {
        self.passed_over_at.is_some()
    }

    /// Passes over the element that is about to open, with everything in it.
    pub(super) fn pass_over(&mut self) {
        self.passed_over_at = Some(self.path.len());
    }

    /// An element opens.
    pub(super) fn enter(&mut self, element: &Element<'_>) {
        self.path.push(element.name().to_owned());
    }

    /// The innermost element closes; false where it was passed over.
    pub(super) fn leave(&mut self) -> bool {
        self.path.pop();
        let Some(depth) = self.passed_over_at else { return true };
        self.passed_over_at = Some(depth).filter(|depth| self.path.len() > *depth);
        false
    }
}

/// An element as it opens.
pub(super) struct Element<'a>(&'a BytesStart<'a>);

impl Element<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().0)
    }

    /// Its attribute of that name, prefixes aside.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut all = self.0.attributes();
        let all = all.with_checks(false).flatten();
        let mut named = all.filter(|attribute| local(attribute.key.0) == name);
        named.next().map(|attribute| attribute.value)
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Tells everything of a document, in its order.
///
/// # Errors
///
/// Broken XML, a document type, elements too deep.
pub(super) fn walk(document: &str, visitor: &mut dyn Visitor) -> Result<(), FileError> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| FileError::Unreadable)? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_LIMIT {
                    return Err(FileError::Unreadable);
                }
                visitor.open(&Element(&start));
            }
            Event::Empty(start) => {
                let element = Element(&start);
                visitor.open(&element);
                visitor.close(element.name());
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visitor.close(local(end.name().0));
            }
            Event::Text(text) => visitor.text(&text.xml10_content()),
            Event::CData(text) => visitor.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Some(character) = resolved(&reference) {
                    visitor.text(character.encode_utf8(&mut [0; 4]));
                }
            }
            Event::DocType(_) => return Err(FileError::Unreadable),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            // A document that ends within an element was cut.
            Event::Eof if depth > 0 => return Err(FileError::Unreadable),
            Event::Eof => return Ok(()),
        }
    }
}

/// The character a reference stands for; none where a document type would have to say.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match reference.as_ref() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The text of the first element of that name.
pub(super) fn first_text(document: &str, name: &str) -> Option<String> {
    struct First<'a> {
        name: &'a str,
        is_inside: bool,
        text: Option<String>,
    }
    impl Visitor for First<'_> {
        fn open(&mut self, element: &Element<'_>) {
            if self.text.is_none() && element.name() == self.name {
                self.is_inside = true;
                self.text = Some(String::new());
            }
        }
        fn close(&mut self, name: &str) {
            self.is_inside &= name != self.name;
        }
        fn text(&mut self, text: &str) {
            if let Some(kept) = self.text.as_mut().filter(|_| self.is_inside) {
                kept.push_str(text);
            }
        }
    }
    let mut first = First { name, is_inside: false, text: None };
    walk(document, &mut first).ok()?;
    first.text
}
