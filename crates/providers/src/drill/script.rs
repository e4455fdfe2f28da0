//! What the simulator answers: steps for each provider, one a request, with the faults of each.

use serde::Deserialize;
use serde_json::Value;

use super::request::Provider;
use super::search::Search;

/// Why a script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It is not JSON of this form.
    #[error("the script cannot be read")]
    Json(#[from] serde_json::Error),
    /// It is not TOML of this form.
    #[error("the script cannot be read")]
    Toml(#[source] Box<toml::de::Error>),
    /// Its answers contradict themselves.
    #[error("the script contradicts itself: {0}")]
    Contradiction(&'static str),
    /// There is no scenario of that name.
    #[error("there is no scenario {0:?}")]
    UnknownScenario(String),
}

/// A script. JSON and TOML alike; what is left out has a sensible value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Steps of the Messages API, one a request; the last repeats.
    pub anthropic: Vec<Step>,
    /// Steps of Bedrock, one a request; the last repeats.
    pub bedrock: Vec<Step>,
    /// The step of a provider that has none.
    pub default: Step,
    /// Models that are gone (404), by id.
    pub gone: Vec<String>,
    /// Models that refuse an assistant message at the end, by id.
    pub no_prefill: Vec<String>,
    /// Models that refuse `temperature` and `top_p`, by id.
    pub no_temperature: Vec<String>,
    /// Whether the organisation may search the web.
    pub search_enabled: bool,
    /// A last user message with one of these asks to go on with the assistant's message before it.
    pub continue_words: Vec<String>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            anthropic: Vec::new(),
            bedrock: Vec::new(),
            default: Step::default(),
            gone: Vec::new(),
            no_prefill: Vec::new(),
            no_temperature: Vec::new(),
            search_enabled: true,
            continue_words: ["이어서", "계속", "continue", "Continue"].map(str::to_owned).into(),
        }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// So many requests are answered like this; each pause asks for one more.
    pub times: u32,
    /// The answer to a question. Where its beginning was sent already it goes on exactly after it.
    pub answer: String,
    /// Findings, one a line, sent for those originals that stand in the article.
    pub findings: Vec<Value>,
    /// Is searched for first where the request has the search tool and may use it.
    pub search: Option<Search>,
    /// The answer stops so often with `pause_turn`, after a search each; wants `search`.
    pub pauses: u32,
    /// Ends the answer early.
    pub stop: Option<Stop>,
    /// So many characters of what is there already are said again when a user message asks to go on.
    pub repeats_chars: usize,
    /// Characters of one delta; 0 sends word by word, findings one by one.
    pub delta_chars: usize,
    /// Waits so long before the response begins.
    pub first_byte_ms: u64,
    /// Waits so long before each event.
    pub delay_ms: u64,
    /// Sends the bytes in pieces of this size; 0 sends each event whole.
    pub piece_bytes: usize,
    /// Waits so long before each piece.
    pub piece_ms: u64,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            times: 1,
            answer: "확인했습니다.".into(),
            findings: Vec::new(),
            search: None,
            pauses: 0,
            stop: None,
            repeats_chars: 0,
            delta_chars: 0,
            first_byte_ms: 0,
            delay_ms: 0,
            piece_bytes: 0,
            piece_ms: 0,
            faults: Vec::new(),
        }
    }
}

/// An early end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// `refusal`, `max_tokens` or `model_context_window_exceeded`.
    pub reason: String,
    /// So many characters of the answer come before it.
    #[serde(default)]
    pub after_chars: usize,
}

/// A fault. Offsets are bytes of the response's stream; one beyond its end never comes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// A status in place of an answer.
    Status {
        /// HTTP status as Anthropic gives it; Bedrock answers with what means the same there.
        code: u16,
        /// Error type, or an exception's name on Bedrock, other than the status says.
        #[serde(default)]
        kind: Option<String>,
        /// The message.
        #[serde(default = "scripted")]
        message: String,
        /// Value of `retry-after`.
        #[serde(default)]
        retry_after_s: Option<u64>,
        /// Writes it as an HTTP date.
        #[serde(default)]
        retry_after_as_date: bool,
        /// A proxy's page instead of the JSON.
        #[serde(default)]
        html: bool,
    },
    /// An error event (Bedrock: an exception) at the first border of events there or later; the
    /// stream ends with it.
    Error {
        /// For example `overloaded_error`, or an exception's name on Bedrock.
        kind: String,
        /// Where.
        #[serde(default)]
        after_bytes: usize,
    },
    /// The connection is dropped.
    Cut {
        /// Where; without it before the response's head.
        #[serde(default)]
        after_bytes: Option<usize>,
        /// The response ends there as if it were whole, as some proxies end it.
        #[serde(default)]
        clean: bool,
    },
    /// Nothing more comes, and the connection stays open.
    Stall {
        /// Where; without it before the response's head.
        #[serde(default)]
        after_bytes: Option<usize>,
        /// Sends pings at this pace, from the next border of events on.
        #[serde(default)]
        ping_ms: Option<u64>,
    },
    /// Bytes that belong to no protocol stand between the others.
    Garbage {
        /// Where.
        #[serde(default)]
        after_bytes: usize,
    },
}

fn scripted() -> String {
    "scripted by prf drill".to_owned()
}

impl Script {
    /// Reads a script from JSON.
    ///
    /// # Errors
    ///
    /// What is no script, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Self, ScriptError> {
        serde_json::from_str::<Self>(text)?.checked()
    }

    /// Reads a script from TOML.
    ///
    /// # Errors
    ///
    /// What is no script, or contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self, ScriptError> {
        toml::from_str::<Self>(text).map_err(|error| ScriptError::Toml(Box::new(error)))?.checked()
    }

    /// A script of one step for every request.
    #[must_use]
    pub fn always(step: Step) -> Self {
        Self { default: step, ..Self::default() }
    }

    /// Refuses steps that could never be played as written.
    pub(crate) fn checked(self) -> Result<Self, ScriptError> {
        for step in self.anthropic.iter().chain(&self.bedrock).chain([&self.default]) {
            if step.pauses > 0 && step.search.is_none() {
                return Err(ScriptError::Contradiction("a pause needs a search"));
            }
            if step.times == 0 {
                return Err(ScriptError::Contradiction("a step stands for one request at least"));
            }
            if step.piece_ms > 0 && step.piece_bytes == 0 {
                return Err(ScriptError::Contradiction("piece_ms needs piece_bytes"));
            }
            let citations = step.search.iter().flat_map(|search| &search.citations);
            if citations.into_iter().any(|one| !step.answer.contains(&one.claim)) {
                return Err(ScriptError::Contradiction("a claim does not stand in the answer"));
            }
        }
        Ok(self)
    }

    /// The step of a provider's request with that number, from 0.
    pub(crate) fn step(&self, provider: Provider, number: u64) -> &Step {
        let steps = match provider {
            Provider::Anthropic => &self.anthropic,
            Provider::Bedrock => &self.bedrock,
        };
        let mut end = 0;
        let played = steps.iter().find(|step| {
            end += u64::from(step.times) * (u64::from(step.pauses) + 1);
            number < end
        });
        played.or(steps.last()).unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Script};
    use crate::drill::request::Provider::{Anthropic, Bedrock};

    #[test]
    fn steps_are_played_one_a_request_and_the_last_repeats() {
        let text = r#"{"anthropic": [{"answer": "하나"}, {"answer": "둘", "times": 2},
            {"answer": "셋", "pauses": 1, "search": {}}, {"answer": "넷"}], "default": {"answer": "딴 데"}}"#;
        let script = Script::from_json(text).unwrap();
        let played: Vec<_> = (0..8).map(|at| script.step(Anthropic, at).answer.as_str()).collect();
        assert_eq!(played, ["하나", "둘", "둘", "셋", "셋", "넷", "넷", "넷"]);
        assert_eq!(script.step(Bedrock, 3).answer, "딴 데");
    }

    #[test]
    fn toml_says_the_same_as_json() {
        let toml = "[[anthropic]]\nfaults = [{ cut = { after_bytes = 7 } }, { status = { code = 429, retry_after_s = 3 } }]";
        let json = r#"{"anthropic": [{"faults": [{"cut": {"after_bytes": 7}}, {"status": {"code": 429, "retry_after_s": 3}}]}]}"#;
        let script = Script::from_toml(toml).unwrap();
        assert_eq!(script, Script::from_json(json).unwrap());
        assert_eq!(
            script.anthropic[0].faults[0],
            Fault::Cut { after_bytes: Some(7), clean: false }
        );
    }

    #[test]
    fn what_cannot_be_played_says_why() {
        let check = |text: &str, expected: &str| {
            let error = Script::from_json(text).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert!(source.unwrap_or(error.to_string()).contains(expected), "{text}");
        };
        check(r#"{"default": {"anwser": "x"}}"#, "unknown field `anwser`");
        check(r#"{"default": {"faults": [{"cut": {"after": 1}}]}}"#, "unknown field `after`");
        check(r#"{"default": {"pauses": 1}}"#, "a pause needs a search");
        check(r#"{"default": {"times": 0}}"#, "one request at least");
        check(r#"{"default": {"piece_ms": 1}}"#, "piece_ms needs piece_bytes");
        let claim = r#"{"default": {"answer": "가", "search": {"citations": [{"claim": "나", "result": 0, "cited_text": ""}]}}}"#;
        check(claim, "a claim does not stand in the answer");
    }
}
