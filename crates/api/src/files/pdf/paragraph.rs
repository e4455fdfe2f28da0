//! Joins lines to paragraphs. Whether a space stood where a line ends is not said in every file: where some
//! lines end with one, a line without it was broken within a word; where none does, a space is put, since
//! Korean is mostly broken between words, and the reader is warned.

use super::layout::Line;

/// Lines of one paragraph differ in size by so much at most, as a factor.
const SAME_SIZE: f64 = 1.12;

/// The next line stands so many sizes lower at most.
const LEADING: f64 = 2.2;

/// The distance to the next line may grow by this factor.
const SAME_LEADING: f64 = 1.3;

/// A line that begins so many sizes further right is indented.
const INDENT: f64 = 0.7;

/// A space takes so much of the size.
const SPACE: f64 = 0.3;

/// A paragraph.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Paragraph {
    pub(super) text: String,
    /// Whether a space was put that no line says.
    pub(super) is_guessed: bool,
    size: f64,
    /// Whether its last line reaches as far as the others of its column.
    is_full: bool,
    is_spaced: bool,
    is_indented: bool,
}

impl Paragraph {
    /// Whether the first paragraph of the next page goes on with this one.
    pub(super) fn goes_on_with(&self, next: &Self) -> bool {
        let is_ended =
            self.text.ends_with(['.', '?', '!', '”', '’', '"', '\'', '…', ':', '>', '】']);
        self.is_full && !is_ended && !next.is_indented && is_same_size(self.size, next.size)
    }

    /// Goes on with the first paragraph of the next page.
    pub(super) fn join(&mut self, next: &Self, ends_are_spaced: bool) {
        let (space, is_guessed) = between(&self.text, self.is_spaced, &next.text, ends_are_spaced);
        self.text.push_str(space);
        self.text.push_str(&next.text);
        self.is_guessed |= is_guessed || next.is_guessed;
        (self.is_full, self.is_spaced) = (next.is_full, next.is_spaced);
    }
}

fn is_same_size(one: f64, other: f64) -> bool {
    one <= other * SAME_SIZE && other <= one * SAME_SIZE
}

/// Whether lines that go on end with the space between their words: at least one in five does.
pub(super) fn ends_are_spaced(pages: &[Vec<Line>]) -> bool {
    let mut ends = (0, 0);
    for page in pages {
        for block in blocks(page) {
            let column = Column::of(block);
            for pair in block.windows(2) {
                if let [line, next] = pair
                    && column.goes_on(line, next)
                {
                    ends.0 += usize::from(line.is_spaced);
                    ends.1 += 1;
                }
            }
        }
    }
    ends.0 * 5 >= ends.1 && ends.0 > 0
}

/// The paragraphs of a page.
pub(super) fn paragraphs(page: &[Line], ends_are_spaced: bool) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = Vec::new();
    for block in blocks(page) {
        let column = Column::of(block);
        let mut before: Option<&Line> = None;
        for line in block {
            let own = Paragraph {
                text: line.text.clone(),
                is_guessed: false,
                size: line.size,
                is_full: line.end > column.right - line.size,
                is_spaced: line.is_spaced,
                is_indented: column.is_indented(line),
            };
            match (before, all.last_mut()) {
                (Some(before), Some(last)) if column.goes_on(before, line) => {
                    last.join(&own, ends_are_spaced);
                }
                _ => all.push(own),
            }
            before = Some(line);
        }
    }
    all
}

/// Lines under one another at the same distance and in the same size.
fn blocks(page: &[Line]) -> Vec<&[Line]> {
    let mut blocks = Vec::new();
    let (mut start, mut leading) = (0, None);
    for (at, pair) in page.windows(2).enumerate() {
        let [line, next] = pair else { continue };
        let distance = line.y - next.y;
        let is_near = distance > 0.0 && distance <= LEADING * line.size;
        let is_even = leading.is_none_or(|known: f64| {
            distance <= known * SAME_LEADING && known <= distance * SAME_LEADING
        });
        let is_below = next.x < line.end && next.end > line.x;
        if is_near && is_even && is_below && is_same_size(line.size, next.size) {
            leading = leading.or(Some(distance));
        } else {
            blocks.extend(page.get(start..=at));
            (start, leading) = (at + 1, None);
        }
    }
    blocks.extend(page.get(start..).filter(|rest| !rest.is_empty()));
    blocks
}

/// Where the lines of a block begin and end.
struct Column {
    left: f64,
    right: f64,
    /// Whether most lines begin at the left.
    is_flush: bool,
}

impl Column {
    fn of(block: &[Line]) -> Self {
        let left = block.iter().map(|line| line.x).fold(f64::MAX, f64::min);
        let right = block.iter().map(|line| line.end).fold(f64::MIN, f64::max);
        let flush = block.iter().filter(|line| line.x <= left + INDENT * line.size).count();
        Self { left, right, is_flush: flush * 2 >= block.len() }
    }

    fn is_indented(&self, line: &Line) -> bool {
        self.is_flush && line.x > self.left + INDENT * line.size
    }

    /// Whether the next line goes on with the paragraph: its first word had no room on this one.
    fn goes_on(&self, line: &Line, next: &Line) -> bool {
        let wanted = line.end + SPACE * line.size + next.first_word;
        wanted > self.right && !self.is_indented(next)
    }
}

/// What stands between two lines of a paragraph, and whether that is a guess.
fn between(
    before: &str,
    is_spaced: bool,
    after: &str,
    ends_are_spaced: bool,
) -> (&'static str, bool) {
    if is_spaced {
        return (" ", false);
    }
    let closes =
        after.starts_with([',', '.', ')', '”', '’', '」', '』', '》', '〉', '?', '!', '…', '·']);
    let opens = before.ends_with(['(', '“', '‘', '「', '『', '《', '〈', '·']);
    if ends_are_spaced || closes || opens { ("", false) } else { (" ", true) }
}
