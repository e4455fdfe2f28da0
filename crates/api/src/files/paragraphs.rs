//! Puts paragraphs together that lie in one another, as those of tables and text boxes do: the outer one
//! first, what lies in it after it, notes at the end.

/// One paragraph that is still open.
#[derive(Default)]
struct Open {
    text: String,
    /// Lines of what lies within, which stand after it.
    within: Vec<String>,
    /// Whether it gathers what lies in a note.
    is_note: bool,
}

/// Paragraphs of a document in the order they are read in.
#[derive(Default)]
pub(super) struct Paragraphs {
    open: Vec<Open>,
    lines: Vec<String>,
    notes: Vec<String>,
    /// A paragraph whose end was deleted, which the next one goes on with.
    unended: Option<(usize, String)>,
}

impl Paragraphs {
    /// Opens a paragraph, within the open one where there is one.
    pub(super) fn begin(&mut self) {
        let depth = self.open.len();
        let unended = self.unended.take_if(|(known, _)| *known == depth);
        let text = unended.map(|(_, text)| text).unwrap_or_default();
        self.open.push(Open { text, ..Open::default() });
    }

    /// Adds text to the open paragraph; without one it is passed over.
    pub(super) fn push(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut().filter(|open| !open.is_note) {
            open.text.push_str(text);
        }
    }

    /// Puts text where the open paragraph has its first `mark`.
    pub(super) fn fill(&mut self, mark: char, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text = open.text.replacen(mark, text, 1);
        }
    }

    /// Ends the open paragraph.
    pub(super) fn end(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        let mut lines = Vec::new();
        // What only holds a table is no line of its own.
        if !closed.text.trim().is_empty() || closed.within.is_empty() {
            lines.push(closed.text);
        }
        lines.extend(closed.within);
        self.add(lines);
    }

    /// Ends the open paragraph without its end: the next one goes on with its text.
    pub(super) fn end_joined(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        self.unended = Some((self.open.len(), closed.text));
        self.add(closed.within);
    }

    /// Begins a note, whose paragraphs stand at the end of the document.
    pub(super) fn begin_note(&mut self) {
        self.open.push(Open { is_note: true, ..Open::default() });
    }

    /// Ends a note.
    pub(super) fn end_note(&mut self) {
        if let Some(closed) = self.open.pop_if(|open| open.is_note) {
            self.notes.extend(closed.within);
        }
    }

    fn add(&mut self, lines: Vec<String>) {
        match self.open.last_mut() {
            Some(outer) => outer.within.extend(lines),
            None => self.lines.extend(lines),
        }
    }

    /// Every line, then every line of a note.
    pub(super) fn finish(mut self) -> Vec<String> {
        while !self.open.is_empty() {
            let is_note = self.open.last().is_some_and(|open| open.is_note);
            if is_note { self.end_note() } else { self.end() }
        }
        if let Some((_, text)) = self.unended.take() {
            self.lines.push(text);
        }
        self.lines.extend(self.notes);
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::Paragraphs;

    #[test]
    fn what_lies_within_comes_after_and_notes_come_last() {
        let mut all = Paragraphs::default();
        all.begin();
        all.push("본");
        all.begin_note();
        all.begin();
        all.push("각주 😀");
        all.end();
        all.end_note();
        all.begin();
        all.push("칸");
        all.end();
        all.push("문");
        all.end();
        all.begin();
        all.begin();
        all.push("표만");
        all.end();
        all.end();
        all.begin();
        all.push("이어");
        all.end_joined();
        all.begin();
        all.push("진다");
        all.end();
        all.begin();
        all.push("끝");
        assert_eq!(all.finish(), ["본문", "칸", "표만", "이어진다", "끝", "각주 😀"]);
    }
}
