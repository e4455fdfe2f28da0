//! One check: each paragraph by itself, then the whole text, then one finding for each place.

use crate::ignored::IgnoredWords;
use crate::memory::Memory;
use crate::rule::Judge;
use crate::text::{Document, Normal};
use crate::{
    Category, Checker, Pack, ReadyPack, Settings, Severity, Span, Suggestion, arbitration, layer,
};

impl Checker {
    /// Finds faults in `text`, ordered by span, none overlapping another.
    ///
    /// Spans are byte ranges on character boundaries of `text` as given.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        self.run(text, settings, None)
    }

    /// Finds the same as [`Checker::check`]; only paragraphs that `memory` does not know are read
    /// anew. A paragraph is a line.
    #[must_use]
    pub fn check_again(&self, text: &str, settings: &Settings, memory: &Memory) -> Vec<Suggestion> {
        self.run(text, settings, Some(memory))
    }

    /// Whether a word of the settings, of a pack or of a dictionary says that this is never flagged,
    /// whoever finds it.
    #[must_use]
    pub fn leaves_alone(&self, text: &str, span: Span, settings: &Settings) -> bool {
        let pass = Pass::new(self, settings);
        pass.ignored.covers(text, span) || pass.ready.iter().any(|one| one.leaves_alone(text, span))
    }

    fn run(&self, text: &str, settings: &Settings, memory: Option<&Memory>) -> Vec<Suggestion> {
        let normal = Normal::new(text);
        let whole = Document::new(normal.text());
        let pass = Pass::new(self, settings);
        let mut found = pass.document(&whole);
        let start = memory.map(|memory| memory.key(&(self.generation, settings)));
        for line in lines(whole.text()) {
            let paragraph = line.of(whole.text()).unwrap_or_default();
            let read = || {
                // A text of one paragraph is cut into words once.
                if line.len() == whole.text().len() {
                    return pass.paragraph(&whole);
                }
                pass.paragraph(&whole.line(line))
            };
            match memory.zip(start) {
                Some((memory, start)) => {
                    let known = memory.recall(memory.key(&(start, paragraph)), read);
                    found.extend(known.iter().map(|one| moved(one.clone(), line.start)));
                }
                None => found.extend(read().into_iter().map(|one| moved(one, line.start))),
            }
        }
        layer::settle(&whole, &mut found);
        let mut kept = arbitration::arbitrate(found);
        for suggestion in &mut kept {
            suggestion.span = normal.given(suggestion.span);
            suggestion.original = suggestion.span.of(text).unwrap_or_default().to_owned();
        }
        kept
    }
}

/// The paragraphs that hold something.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut next = 0;
    let all = text.split('\n').map(move |line| {
        let start = next;
        next = start + line.len() + 1;
        Span::new(start, start + line.len())
    });
    all.filter(|line| !line.is_empty())
}

fn moved(suggestion: Suggestion, by: usize) -> Suggestion {
    let Span { start, end } = suggestion.span;
    Suggestion { span: Span::new(start + by, end + by), ..suggestion }
}

/// What every paragraph of one check is read with.
struct Pass<'c> {
    checker: &'c Checker,
    judge: Judge<'c>,
    packs: Vec<&'c Pack>,
    ready: Vec<&'c ReadyPack>,
    ignored: IgnoredWords,
}

impl<'c> Pass<'c> {
    fn new(checker: &'c Checker, settings: &'c Settings) -> Self {
        let is_in_scope =
            |scope: Option<&String>| scope.is_none_or(|scope| settings.scopes.contains(scope));
        let packs = checker.packs.iter().filter(|pack| is_in_scope(pack.scope.as_ref()));
        let packs: Vec<_> = packs.collect();
        let ready = settings.packs.iter().map(AsRef::as_ref);
        let ready = ready.filter(|pack: &&ReadyPack| is_in_scope(pack.scope())).collect();
        let words = packs.iter().flat_map(|pack| &pack.ignored_words);
        let ignored = IgnoredWords::new(settings.ignored_words.iter().chain(words));
        let judge = Judge { lexicon: &checker.lexicon, analyser: &checker.analyser, settings };
        Self { checker, judge, packs, ready, ignored }
    }

    fn paragraph(&self, paragraph: &Document<'_>) -> Vec<Suggestion> {
        let mut found = Vec::new();
        self.checker.literals.check(paragraph, self.judge, &mut found);
        for texts in self.ready.iter().filter_map(|pack| pack.texts.as_ref()) {
            texts.check(paragraph, self.judge, &mut found);
        }
        layer::paragraph(paragraph, self.judge, &mut found);
        self.wanted(paragraph, found)
    }

    fn document(&self, whole: &Document<'_>) -> Vec<Suggestion> {
        let mut found = Vec::new();
        layer::document(whole, self.judge, &mut found);
        self.wanted(whole, found)
    }

    fn wanted(&self, document: &Document<'_>, mut found: Vec<Suggestion>) -> Vec<Suggestion> {
        for suggestion in &mut found {
            if document.is_in_speech(suggestion.span) {
                soften(suggestion);
            }
        }
        found.retain(|suggestion| {
            !document.is_in_title(suggestion.span)
                && is_wanted(suggestion, self.judge.settings)
                && !self.packs.iter().any(|pack| pack.ignored_rules.contains(&suggestion.rule))
                && !self.ignored.covers(document.text(), suggestion.span)
                && !self.ready.iter().any(|pack| pack.silences(document.text(), suggestion))
        });
        found
    }
}

/// What somebody has said is not put right in bulk, and its style is theirs.
fn soften(suggestion: &mut Suggestion) {
    suggestion.safe = false;
    let is_style = matches!(
        suggestion.category,
        Category::Redundancy | Category::PlainLanguage | Category::HouseStyle
    );
    suggestion.severity = match suggestion.severity {
        Severity::Error => Severity::Warning,
        Severity::Warning if !is_style => Severity::Warning,
        Severity::Warning | Severity::Hint => Severity::Hint,
    };
}

fn is_wanted(suggestion: &Suggestion, settings: &Settings) -> bool {
    let is_unlimited = settings.only_rules.is_empty() && settings.only_categories.is_empty();
    let is_named = settings.only_rules.contains(&suggestion.rule)
        || settings.only_categories.contains(&suggestion.category);
    (is_unlimited || is_named)
        && (settings.hints || suggestion.severity != Severity::Hint)
        && !settings.disabled_rules.contains(&suggestion.rule)
        && !settings.disabled_categories.contains(&suggestion.category)
}

#[cfg(test)]
mod tests {
    use crate::{Category, Checker, Memory, RuleId, Settings};

    fn check(text: &str, settings: &Settings, expected: &[&str]) {
        let found = Checker::new().check(text, settings);
        let rules: Vec<_> = found.iter().map(|one| one.rule.as_str()).collect();
        assert_eq!(rules, expected);
    }

    #[test]
    fn only_what_is_named_speaks() {
        let text = "정부은 몇일 뒤 😀 할수 있다";
        let mut only = Settings::default();
        check(
            text,
            &only,
            &["particle/after-hangul", "spelling/fixed-form", "spacing/dependent-noun"],
        );
        only.only_rules = vec![RuleId::new("spelling/fixed-form")];
        check(text, &only, &["spelling/fixed-form"]);
        only.only_categories = vec![Category::Particle];
        check(text, &only, &["particle/after-hangul", "spelling/fixed-form"]);
        only.disabled_rules = vec![RuleId::new("spelling/fixed-form")];
        check(text, &only, &["particle/after-hangul"]);
    }

    #[test]
    fn a_changed_paragraph_costs_one_paragraph() {
        let (checker, memory) = (Checker::new(), Memory::new(1_000_000));
        let text: String = (0..100).map(|at| format!("😀 {at} 뒤 정부은\r\n\n")).collect();
        let decomposed = "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}";
        let settings = Settings::default();
        let count = |text: &str, settings: &Settings| {
            let before = memory.paragraphs_checked();
            assert_eq!(checker.check_again(text, settings, &memory), checker.check(text, settings));
            memory.paragraphs_checked() - before
        };
        assert_eq!(count(&text, &settings), 100);
        assert_eq!(count(&text, &settings), 0);
        assert_eq!(count(&text.replace("57 뒤", "몇일 뒤"), &settings), 1);
        // Composed and decomposed text is the same paragraph.
        assert_eq!(count(&text.replace("57", decomposed), &settings), 0);
        assert_eq!(count(&format!("첫 줄\n{text}"), &settings), 1);
        let other = Settings { hints: true, ..Settings::default() };
        assert_eq!(count(&text, &other), 100);
        assert_eq!(count("정부은\n몇일 뒤\n정부은", &settings), 2);
    }

    #[test]
    fn another_checker_does_not_take_what_the_first_has_found() {
        let memory = Memory::new(1_000_000);
        let settings = Settings::default();
        let pack = crate::Pack::from_csv("words.csv", "wrong,right\n가람댁,임금\n").unwrap();
        let (first, second) = (Checker::new(), Checker::with_packs(vec![pack]));
        assert_eq!(first.check_again("가람댁께", &settings, &memory), []);
        assert_eq!(second.check_again("가람댁께", &settings, &memory).len(), 1);
        assert_eq!(memory.paragraphs_checked(), 2);
    }
}
