//! What LanguageTool's HTTP API (version 2) asks and answers, so that its clients can be pointed at
//! this server. Offsets are UTF-16 code units of the text as given, markup included.

use checker::utf16::Utf16Index;
use checker::{Category, Severity, Span, Suggestion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::annotated::AnnotatedText;
use crate::sentence_spans::sentence_spans;

/// So many characters of text are shown on either side of a match.
const CONTEXT_CHARS: usize = 40;

/// A longer sentence is left at its context: every match repeats its sentence, and a text without a
/// mark would be answered with its square.
const SENTENCE_LIMIT_BYTES: usize = 2000;

/// Stands where the context was cut.
const CUT: &str = "...";

/// What a client asks; parameters of other names are passed over.
#[derive(Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub(crate) struct LanguageToolRequest {
    /// The text; either this or `data`.
    pub(crate) text: Option<String>,
    /// JSON: `{"annotation":[{"text":"…"},{"markup":"<b>","interpretAs":"…"}]}`.
    pub(crate) data: Option<String>,
    /// `ko`, `ko-KR` or `auto`.
    pub(crate) language: Option<String>,
    /// Ids of rules, with commas between them.
    pub(crate) enabled_rules: String,
    /// Ids of rules, with commas between them.
    pub(crate) disabled_rules: String,
    /// Ids of categories, with commas between them.
    pub(crate) enabled_categories: String,
    /// Ids of categories, with commas between them.
    pub(crate) disabled_categories: String,
    /// `true`: only what is enabled speaks.
    pub(crate) enabled_only: String,
    /// `default`, or `picky` for style hints too.
    pub(crate) level: Option<String>,
}

/// A language that can be checked.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KnownLanguage {
    name: &'static str,
    code: &'static str,
    long_code: &'static str,
}

/// Every language a client may name.
pub(crate) const LANGUAGES: [KnownLanguage; 2] = [
    KnownLanguage { name: "Korean", code: "ko", long_code: "ko" },
    KnownLanguage { name: "Korean (South Korea)", code: "ko", long_code: "ko-KR" },
];

impl KnownLanguage {
    /// The language of that code; `auto` is Korean as it is written in the South.
    pub(crate) fn find(code: &str) -> Option<Self> {
        let code = if code.eq_ignore_ascii_case("auto") { "ko-KR" } else { code };
        LANGUAGES.into_iter().find(|known| known.long_code.eq_ignore_ascii_case(code))
    }
}

/// What a check answers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LanguageToolAnswer {
    software: Software,
    warnings: Warnings,
    language: AnswerLanguage,
    matches: Vec<Match>,
    /// Where each sentence begins and ends.
    sentence_ranges: Vec<[usize; 2]>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Software {
    name: &'static str,
    version: &'static str,
    /// Always empty: the same source makes the same program on any day.
    build_date: &'static str,
    api_version: u32,
    premium: bool,
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Warnings {
    incomplete_results: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AnswerLanguage {
    name: &'static str,
    code: &'static str,
    detected_language: DetectedLanguage,
}

#[derive(Serialize, ToSchema)]
struct DetectedLanguage {
    name: &'static str,
    code: &'static str,
    /// How many of a hundred letters are Hangul, from 0 to 1.
    confidence: f64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Match {
    message: String,
    short_message: &'static str,
    replacements: Vec<Replacement>,
    offset: usize,
    length: usize,
    context: Context,
    sentence: String,
    r#type: MatchType,
    rule: MatchRule,
    ignore_for_incomplete_sentence: bool,
    context_for_sure_match: i32,
}

#[derive(Serialize, ToSchema)]
struct Replacement {
    value: String,
}

#[derive(Serialize, ToSchema)]
struct Context {
    text: String,
    offset: usize,
    length: usize,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MatchType {
    /// `UnknownWord`, `Hint` or `Other`.
    type_name: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MatchRule {
    id: String,
    description: String,
    /// A type of ITS 2.0.
    issue_type: &'static str,
    category: RuleCategory,
}

#[derive(Serialize, ToSchema)]
struct RuleCategory {
    id: String,
    name: &'static str,
}

impl LanguageToolAnswer {
    /// The answer about a text in which the checker has found these.
    pub(crate) fn new(
        version: &'static str,
        language: KnownLanguage,
        text: &AnnotatedText,
        suggestions: Vec<Suggestion>,
    ) -> Self {
        let index = Utf16Index::new(text.given());
        let sentences = sentence_spans(text.checked());
        let matches = suggestions.into_iter().filter_map(|one| {
            let at = sentences.partition_point(|sentence| sentence.start <= one.span.start);
            let sentence = at.checked_sub(1).and_then(|at| sentences.get(at));
            let sentence = sentence.and_then(|span| span.of(text.checked())).unwrap_or_default();
            Match::new(&index, text, sentence, one)
        });
        let ranges = sentences.iter().filter_map(|span| text.place(*span)).map(|place| place.span);
        Self {
            software: Software {
                name: "nx-wt-prf",
                version,
                build_date: "",
                api_version: 1,
                premium: false,
                status: "",
            },
            warnings: Warnings { incomplete_results: false },
            language: AnswerLanguage {
                name: language.name,
                code: language.long_code,
                detected_language: DetectedLanguage {
                    name: "Korean",
                    code: "ko-KR",
                    confidence: share_of_hangul(text.checked()),
                },
            },
            matches: matches.collect(),
            sentence_ranges: ranges
                .map(|span| [index.unit_of(span.start), index.unit_of(span.end)])
                .collect(),
        }
    }
}

impl Match {
    /// The match, or `None` when what it is about stands in for markup.
    fn new(
        index: &Utf16Index<'_>,
        text: &AnnotatedText,
        sentence: &str,
        suggestion: Suggestion,
    ) -> Option<Self> {
        let place = text.place(suggestion.span)?;
        let (offset, end) = (index.unit_of(place.span.start), index.unit_of(place.span.end));
        // Writing over markup would lose it, so there only a person may decide.
        let replacements = if place.is_whole { suggestion.replacements } else { Vec::new() };
        let needs_whole_sentence = needs_whole_sentence(suggestion.category);
        let label = suggestion.category.label();
        let context = Context::new(text.given(), place.span);
        let is_long = sentence.len() > SENTENCE_LIMIT_BYTES;
        let norm = suggestion.reference.map(|norm| format!("{label} ({norm})"));
        Some(Self {
            message: suggestion.message,
            short_message: label,
            replacements: replacements.into_iter().map(|value| Replacement { value }).collect(),
            offset,
            length: end - offset,
            sentence: if is_long { context.text.clone() } else { sentence.to_owned() },
            context,
            r#type: MatchType { type_name: type_name(suggestion.category, suggestion.severity) },
            rule: MatchRule {
                id: suggestion.rule.as_str().to_owned(),
                description: norm.unwrap_or_else(|| label.to_owned()),
                issue_type: issue_type(suggestion.category),
                category: RuleCategory { id: category_id(suggestion.category), name: label },
            },
            ignore_for_incomplete_sentence: needs_whole_sentence,
            context_for_sure_match: if needs_whole_sentence { -1 } else { 0 },
        })
    }
}

impl Context {
    fn new(text: &str, span: Span) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let after = text.get(span.end..).unwrap_or_default();
        let start = before.char_indices().rev().take(CONTEXT_CHARS).last();
        let start = start.map_or(before.len(), |(at, _)| at);
        let end = after.char_indices().nth(CONTEXT_CHARS).map_or(after.len(), |(at, _)| at);
        let head = if start > 0 { CUT } else { "" };
        let tail = if end < after.len() { CUT } else { "" };
        let lead = format!("{head}{}", before.get(start..).unwrap_or_default());
        let middle = span.of(text).unwrap_or_default();
        let rest = after.get(..end).unwrap_or_default();
        let units = |text: &str| text.chars().map(char::len_utf16).sum();
        Self {
            offset: units(&lead),
            length: units(middle),
            // One line, as clients show it; a line break and a space are one unit each.
            text: format!("{lead}{middle}{rest}{tail}").replace(['\n', '\r', '\t'], " "),
        }
    }
}

/// The id of a category in capitals: `PLAIN_LANGUAGE`.
fn category_id(category: Category) -> String {
    category.name().to_ascii_uppercase().replace('-', "_")
}

/// The categories of a list of ids; ids that LanguageTool has and we do not mean nothing here.
pub(crate) fn categories(ids: &str) -> Vec<Category> {
    let ids: Vec<_> = ids.split(',').map(str::trim).collect();
    let is_named = |category: &Category| ids.contains(&category_id(*category).as_str());
    Category::ALL.into_iter().filter(is_named).collect()
}

/// The type of ITS 2.0 (section 8.17, localization quality issue) nearest to a category.
fn issue_type(category: Category) -> &'static str {
    match category {
        Category::Spelling | Category::Loanword => "misspelling",
        Category::Spacing => "whitespace",
        Category::Particle | Category::Ending | Category::Sentence => "grammar",
        Category::Punctuation => "typographical",
        Category::Number => "numbers",
        Category::Redundancy | Category::PlainLanguage => "style",
        Category::Consistency | Category::Fact => "inconsistency",
        Category::HouseStyle => "terminology",
        Category::Residue => "other",
    }
}

fn type_name(category: Category, severity: Severity) -> &'static str {
    match (severity, issue_type(category)) {
        (Severity::Hint, _) => "Hint",
        (_, "misspelling") => "UnknownWord",
        _ => "Other",
    }
}

/// Whether what is written next can make the finding untrue.
fn needs_whole_sentence(category: Category) -> bool {
    matches!(
        category,
        Category::Punctuation | Category::Sentence | Category::Consistency | Category::Fact
    )
}

/// Whether a character is Hangul, composed or not.
pub(crate) fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '가'..='힣')
}

fn share_of_hangul(text: &str) -> f64 {
    let (mut hangul, mut letters) = (0_u32, 0_u32);
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        letters += 1;
        hangul += u32::from(is_hangul(character));
    }
    (f64::from(hangul) / f64::from(letters.max(1)) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::{Context, categories, share_of_hangul};
    use checker::{Category, Span};

    #[test]
    fn context_is_cut_on_both_sides_and_keeps_its_offsets() {
        let text = format!("{}\n😀몇일\r\n{}", "가".repeat(50), "나".repeat(50));
        let at = text.find("몇일").unwrap();
        let context = Context::new(&text, Span::new(at, at + 6));
        let expected = format!("...{} 😀몇일  {}...", "가".repeat(38), "나".repeat(38));
        assert_eq!((context.text, context.offset, context.length), (expected, 44, 2));
        let whole = Context::new("몇일", Span::new(0, 6));
        assert_eq!((whole.text.as_str(), whole.offset, whole.length), ("몇일", 0, 2));
    }

    #[test]
    fn categories_are_known_by_their_capitals() {
        let found = categories("PLAIN_LANGUAGE, SPELLING,TYPOS,spacing");
        assert_eq!(found, [Category::Spelling, Category::PlainLanguage]);
        assert_eq!(categories(""), []);
    }

    #[test]
    fn confidence_is_the_share_of_hangul() {
        assert!(share_of_hangul("").abs() < f64::EPSILON);
        assert!((share_of_hangul("한\u{1112}\u{1161}\u{11ab} AB 😀1") - 0.67).abs() < 1e-9);
    }
}
