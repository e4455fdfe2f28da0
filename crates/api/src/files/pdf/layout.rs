//! Puts glyphs together to lines, in the order the page shows them: that is the order of columns, which no
//! geometry says as well.

use super::page::Glyph;

/// A wider gap, in parts of the size, is a space between words.
const SPACE: f64 = 0.18;

/// A wider gap, in sizes, begins another cell or column.
const COLUMN: f64 = 3.0;

/// Glyphs on one line stand so much higher or lower at most, in sizes: small figures above it belong to it.
const SAME_LINE: f64 = 0.5;

/// How far back a glyph may begin, in sizes, where letters are set close.
const BACK: f64 = 0.6;

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Without spaces at its ends.
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) end: f64,
    pub(super) size: f64,
    /// Whether the page shows a space behind the last word.
    pub(super) is_spaced: bool,
    /// How far the first word reaches.
    pub(super) first_word: f64,
}

/// The lines of a page.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Option<Open> = None;
    for glyph in glyphs {
        match &mut open {
            Some(line) if line.takes(&glyph) => line.push(glyph),
            _ => {
                lines.extend(open.take().and_then(Open::finish));
                open = Some(Open::new(glyph));
            }
        }
    }
    lines.extend(open.and_then(Open::finish));
    lines
}

/// A line that may go on.
struct Open {
    line: Line,
    has_word_ended: bool,
    /// Where the last glyph began, with what it shows.
    last: (f64, String),
}

impl Open {
    fn new(glyph: Glyph) -> Self {
        let line = Line {
            text: String::new(),
            x: glyph.x,
            y: glyph.y,
            end: glyph.x,
            size: glyph.size,
            is_spaced: false,
            first_word: 0.0,
        };
        let mut open = Self { line, has_word_ended: false, last: (f64::MIN, String::new()) };
        open.push(glyph);
        open
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.line.size.max(glyph.size);
        let gap = glyph.x - self.line.end;
        (glyph.y - self.line.y).abs() <= SAME_LINE * size
            && gap <= COLUMN * size
            && gap >= -BACK * size
            || self.is_again(glyph)
    }

    /// Whether a glyph is shown once more almost in the same place, which makes it bold.
    fn is_again(&self, glyph: &Glyph) -> bool {
        let (x, text) = &self.last;
        let is_near = |one: f64, other: f64| (one - other).abs() <= 0.2 * glyph.size;
        *text == glyph.text && is_near(*x, glyph.x) && is_near(self.line.y, glyph.y)
    }

    fn push(&mut self, glyph: Glyph) {
        if self.is_again(&glyph) {
            return;
        }
        let line = &mut self.line;
        let is_apart = glyph.x - line.end > SPACE * line.size.max(glyph.size);
        if is_apart && !line.text.is_empty() && !line.text.ends_with(' ') {
            line.text.push(' ');
            self.has_word_ended = true;
        }
        if glyph.is_space() {
            self.has_word_ended |= !line.text.is_empty();
            if !line.text.is_empty() && !line.text.ends_with(' ') {
                line.text.push(' ');
            }
        } else {
            if line.text.is_empty() {
                (line.x, line.y, line.size) = (glyph.x, glyph.y, glyph.size);
            }
            line.text.push_str(&glyph.text);
            line.size = line.size.max(glyph.size);
            if !self.has_word_ended {
                line.first_word = glyph.end - line.x;
            }
        }
        line.is_spaced = glyph.is_space();
        line.end = glyph.end.max(line.end);
        self.last = (glyph.x, glyph.text);
    }

    fn finish(mut self) -> Option<Line> {
        self.line.text.truncate(self.line.text.trim_end().len());
        Some(self.line).filter(|line| !line.text.is_empty())
    }
}
