//! Runs the operators of a page that show text (ISO 32000-2, 9.4) and says where each glyph stands.

use std::collections::HashMap;
use std::rc::Rc;

use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};

use super::font::Font;
use super::matrix::{IDENTITY, Matrix, moved, then};

/// Forms may lie so deep in one another.
const DEPTH_LIMIT: usize = 12;

/// A document may run so many operators and show so many glyphs.
const STEPS_LIMIT: usize = 20_000_000;

/// So many states may be saved at a time.
const STATES_LIMIT: usize = 512;

/// How much steeper than level a line of text may run.
const STEEPEST: f64 = 0.3;

/// Text that is shown without being painted: what a scanner has recognised.
const INVISIBLE: i64 = 3;

/// A glyph where it stands, in units of 1/72 inch with y upwards.
pub(super) struct Glyph {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Where the next one would stand.
    pub(super) end: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

impl Glyph {
    pub(super) fn is_space(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// What a page shows.
pub(super) struct Shown {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) height: f64,
    pub(super) images: usize,
    /// Glyphs whose characters nobody says.
    pub(super) lost: usize,
    /// Whether text was recognised from a picture.
    pub(super) is_recognised: bool,
}

/// Fonts of a document, read once, and what is left of its steps.
pub(super) struct Fonts {
    known: HashMap<ObjectIdentifier, Rc<Font>>,
    left_steps: usize,
}

impl Default for Fonts {
    fn default() -> Self {
        Self { known: HashMap::new(), left_steps: STEPS_LIMIT }
    }
}

impl Fonts {
    fn font(&mut self, resources: &Resources<'_>, name: &Name<'_>) -> Option<Rc<Font>> {
        let dict = resources.get_font(name)?;
        let Some(id) = dict.obj_id() else { return Some(Rc::new(Font::read(&dict))) };
        let font = self.known.entry(id).or_insert_with(|| Rc::new(Font::read(&dict)));
        Some(Rc::clone(font))
    }

    /// Takes that many steps; false once none are left.
    fn spend(&mut self, steps: usize) -> bool {
        self.left_steps = self.left_steps.saturating_sub(steps);
        self.left_steps > 0
    }
}

/// Everything a page shows.
pub(super) fn shown(page: &Page<'_>, fonts: &mut Fonts) -> Shown {
    let (_, height) = page.render_dimensions();
    let mut run = Run {
        fonts,
        state: State::new(page.initial_transform(false).as_coeffs()),
        saved: Vec::new(),
        tags: Vec::new(),
        shown: Shown {
            glyphs: Vec::new(),
            height: height.into(),
            images: 0,
            lost: 0,
            is_recognised: false,
        },
    };
    run.operators(page.typed_operations(), page.resources(), 0);
    run.shown
}

/// The graphics and text state, as far as text needs it.
#[derive(Clone)]
struct State {
    page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    is_invisible: bool,
}

impl State {
    fn new(page: Matrix) -> Self {
        Self {
            page,
            text: IDENTITY,
            line: IDENTITY,
            font: None,
            size: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            is_invisible: false,
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = then(&moved(x, y), &self.line);
        self.text = self.line;
    }
}

struct Run<'f> {
    fonts: &'f mut Fonts,
    state: State,
    saved: Vec<State>,
    /// For each open piece of marked content whether it is no content of the document: a page number,
    /// a running head.
    tags: Vec<bool>,
    shown: Shown,
}

impl Run<'_> {
    fn operators(&mut self, mut all: TypedIter<'_>, resources: &Resources<'_>, depth: usize) {
        while let Some(one) = all.next() {
            if !self.fonts.spend(1) {
                return;
            }
            self.operator(&one, resources, depth);
        }
    }

    fn operator(
        &mut self,
        one: &TypedInstruction<'_, '_>,
        resources: &Resources<'_>,
        depth: usize,
    ) {
        use TypedInstruction as One;
        let state = &mut self.state;
        match one {
            One::SaveState(_) if self.saved.len() < STATES_LIMIT => self.saved.push(state.clone()),
            One::RestoreState(_) => {
                if let Some(saved) = self.saved.pop() {
                    self.state = saved;
                }
            }
            One::Transform(t) => {
                let matrix = [&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(Number::as_f64);
                state.page = then(&matrix, &state.page);
            }
            One::BeginText(_) => (state.text, state.line) = (IDENTITY, IDENTITY),
            One::SetTextMatrix(t) => {
                state.line = [&t.0, &t.1, &t.2, &t.3, &t.4, &t.5].map(Number::as_f64);
                state.text = state.line;
            }
            One::TextFont(font) => {
                state.font = self.fonts.font(resources, font.0);
                state.size = font.1.as_f64();
            }
            One::CharacterSpacing(number) => state.character_spacing = number.0.as_f64(),
            One::WordSpacing(number) => state.word_spacing = number.0.as_f64(),
            One::HorizontalScaling(number) => state.scale = number.0.as_f64() / 100.0,
            One::TextLeading(number) => state.leading = number.0.as_f64(),
            One::TextRise(number) => state.rise = number.0.as_f64(),
            One::TextRenderingMode(mode) => state.is_invisible = mode.0.as_i64() == INVISIBLE,
            One::NextLine(by) => state.next_line(by.0.as_f64(), by.1.as_f64()),
            One::NextLineAndSetLeading(by) => {
                state.leading = -by.1.as_f64();
                state.next_line(by.0.as_f64(), by.1.as_f64());
            }
            One::NextLineUsingLeading(_) => state.next_line(0.0, -state.leading),
            One::ShowText(text) => self.show(text.0.as_bytes()),
            One::NextLineAndShowText(text) => {
                state.next_line(0.0, -state.leading);
                self.show(text.0.as_bytes());
            }
            One::ShowTextWithParameters(text) => {
                state.word_spacing = text.0.as_f64();
                state.character_spacing = text.1.as_f64();
                state.next_line(0.0, -state.leading);
                self.show(text.2.as_bytes());
            }
            One::ShowTexts(texts) => self.show_all(texts.0),
            One::BeginMarkedContent(tag) => self.tags.push(&**tag.0 == b"Artifact"),
            One::BeginMarkedContentWithProperties(tag) => self.tags.push(&**tag.0 == b"Artifact"),
            One::EndMarkedContent(_) => _ = self.tags.pop(),
            One::InlineImage(_) => self.shown.images += 1,
            One::XObject(name) => self.external(resources, name.0, depth),
            // Paths, colours and the rest show no text.
            _ => {}
        }
    }

    fn external(&mut self, resources: &Resources<'_>, name: &Name<'_>, depth: usize) {
        let Some(object) = resources.get_x_object(name) else { return };
        if object.dict().get::<Name<'_>>("Subtype").is_some_and(|kind| &*kind == b"Image") {
            self.shown.images += 1;
        } else if depth < DEPTH_LIMIT && self.fonts.spend(1_000) {
            self.form(&object, resources, depth);
        }
    }

    fn form(&mut self, form: &Stream<'_>, outer: &Resources<'_>, depth: usize) {
        let Ok(content) = form.decoded() else { return };
        // What a form takes to unpack counts too.
        if !self.fonts.spend(content.len() / 100) {
            return;
        }
        let own = form.dict().get::<Dict<'_>>("Resources").map(Resources::new);
        let matrix = form.dict().get::<Array<'_>>("Matrix");
        let numbers: Vec<f64> =
            matrix.iter().flat_map(|list| list.iter::<f32>().map(f64::from).take(6)).collect();
        let (state, saved) = (self.state.clone(), std::mem::take(&mut self.saved));
        let tags = self.tags.clone();
        if let Ok(matrix) = Matrix::try_from(numbers) {
            self.state.page = then(&matrix, &self.state.page);
        }
        self.operators(TypedIter::new(&content), own.as_ref().unwrap_or(outer), depth + 1);
        (self.state, self.saved, self.tags) = (state, saved, tags);
    }

    fn show_all(&mut self, texts: &Array<'_>) {
        for item in texts.iter::<Object<'_>>() {
            match item {
                Object::String(text) => self.show(text.as_bytes()),
                Object::Number(number) => {
                    let state = &mut self.state;
                    let by = -number.as_f64() / 1000.0 * state.size * state.scale;
                    state.text = then(&moved(by, 0.0), &state.text);
                }
                _ => {}
            }
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        for code in font.codes(bytes) {
            if !self.fonts.spend(1) {
                return;
            }
            let state = &self.state;
            let own = [state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise];
            let [a, b, c, d, x, y] = then(&then(&own, &state.text), &state.page);
            let word_spacing = if code.is_word_space { state.word_spacing } else { 0.0 };
            let width = code.width / 1000.0 * state.size * state.scale;
            let advance = width + (state.character_spacing + word_spacing) * state.scale;
            let stretch = a / (state.size * state.scale);
            let is_level = b.abs() <= STEEPEST * a.abs() && a > 0.0;
            let is_content = !self.tags.contains(&true);
            if is_level && is_content && [x, y, a, d].iter().all(|number| number.is_finite()) {
                self.shown.is_recognised |= state.is_invisible;
                match code.text {
                    Some(text) => self.shown.glyphs.push(Glyph {
                        x,
                        y,
                        end: x + width * stretch,
                        size: c.hypot(d),
                        text,
                    }),
                    None => self.shown.lost += 1,
                }
            }
            self.state.text = then(&moved(advance, 0.0), &self.state.text);
        }
    }
}
