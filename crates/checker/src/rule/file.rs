//! The shape of a rule file, read by the build for the rules in the binary and at run time for the
//! style packs of a newspaper; what a rule must have is checked here, once for both.

use serde::{Deserialize, Serialize};

/// One rule as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleText {
    /// `category/fault`, in kebab-case.
    pub(crate) id: String,
    /// `error`, `warning` or `hint`.
    pub(crate) severity: String,
    /// What the rule rests on.
    pub(crate) norm: String,
    /// One sentence for the editor; `{wrong}` and `{right}` stand for the texts.
    pub(crate) message: String,
    /// Whether the rule is found by code.
    #[serde(default)]
    pub(crate) code: bool,
    /// Where in a word an entry may begin: `start` or `inside`.
    #[serde(default = "start")]
    pub(crate) at: String,
    /// What may follow an entry: `noun` (particles), `any` or `end`.
    #[serde(default = "noun")]
    pub(crate) then: String,
    /// Whether the fix may be taken in bulk.
    #[serde(default = "yes")]
    pub(crate) safe: bool,
    /// What is wrong and what to write instead, best first.
    #[serde(default)]
    pub(crate) entries: Vec<Vec<String>>,
    /// Verbs and adjectives: the wrong stem and the right one, each with its irregular class.
    #[serde(default)]
    pub(crate) stems: Vec<[String; 2]>,
    /// Patterns with their fixes, `<noun>를 {참석|참가}하 => $0에 $1하`: see `pattern.rs`.
    #[serde(default)]
    pub(crate) patterns: Vec<String>,
    /// One of these must stand in the sentence.
    #[serde(default)]
    pub(crate) context: Vec<String>,
    /// None of these may stand in the sentence.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    /// House styles the rule belongs to; empty: all.
    #[serde(default)]
    pub(crate) profiles: Vec<String>,
    /// Faulty text and the text after every fix.
    pub(crate) wrong: Vec<[String; 2]>,
    /// Text the rule must leave alone.
    pub(crate) keep: Vec<String>,
}

fn start() -> String {
    "start".into()
}

fn noun() -> String {
    "noun".into()
}

fn yes() -> bool {
    true
}

/// Names of the fourteen categories, the first part of an id.
pub(crate) const CATEGORIES: [&str; 14] = [
    "spelling",
    "spacing",
    "particle",
    "ending",
    "loanword",
    "punctuation",
    "number",
    "redundancy",
    "sentence",
    "consistency",
    "fact",
    "plain-language",
    "house-style",
    "residue",
];

/// Names of the house styles.
pub(crate) const PROFILES: [&str; 3] = ["standard", "seoul", "yonhap"];

/// Why a rule is refused; `None` when it may stand.
pub(crate) fn fault(rule: &RuleText) -> Option<&'static str> {
    let category = rule.id.split('/').next().unwrap_or_default();
    let has_data = !rule.entries.is_empty() || !rule.stems.is_empty() || !rule.patterns.is_empty();
    let is_blank = |text: &String| text.is_empty();
    let has_blank_entry =
        rule.entries.iter().any(|entry| entry.is_empty() || entry.iter().any(is_blank));
    let is_known_profile = |profile: &String| PROFILES.contains(&profile.as_str());
    let faults = [
        (!rule.id.contains('/'), "the id is no category/fault"),
        (!CATEGORIES.contains(&category), "the id names no known category"),
        (
            !["error", "warning", "hint"].contains(&rule.severity.as_str()),
            "severity is none of error, warning, hint",
        ),
        (!["start", "inside"].contains(&rule.at.as_str()), "at is none of start, inside"),
        (!["noun", "any", "end"].contains(&rule.then.as_str()), "then is none of noun, any, end"),
        (rule.code == has_data, "needs either code or entries, stems or patterns"),
        (has_blank_entry, "has an empty entry"),
        (rule.stems.iter().flatten().any(is_blank), "has an empty stem"),
        (rule.patterns.iter().any(is_blank), "has an empty pattern"),
        (rule.norm.is_empty() || rule.message.is_empty(), "needs a norm and a message"),
        (rule.wrong.is_empty() || rule.keep.is_empty(), "needs wrong and keep examples"),
        (!rule.profiles.iter().all(is_known_profile), "profiles names no known house style"),
    ];
    faults.into_iter().find(|fault| fault.0).map(|fault| fault.1)
}
