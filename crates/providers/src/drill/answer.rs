//! What of a scripted answer is said to a request: where it goes on, what is searched for, where it
//! pauses.

use std::ops::Range;

use serde_json::Value;

use super::request::{Body, Message};
use super::script::{Script, Step};
use super::writer::{Said, Terms, Writer};

/// What stands at the end of the request already.
#[derive(Debug, Default)]
pub(crate) struct Begun {
    /// The answer's beginning.
    text: String,
    /// Searches made.
    pub(crate) searches: u32,
    /// Id of a search without its result.
    pub(crate) open: Option<String>,
    /// A user message asks to go on, so some may be repeated.
    by_request: bool,
}

/// One part of an answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Text(Range<usize>),
    Query,
    Result,
}

/// The events of the answer to that request, in their order.
pub(crate) fn events(script: &Script, step: &Step, body: &Body, terms: Terms<'_>) -> Vec<Value> {
    let (question, begun) = begun(script, body);
    let is_proofread = question.contains("\"original\"");
    let full = if is_proofread { findings(step, &question) } else { step.answer.clone() };
    let may_search = step.search.is_some() && body.web_search().is_some();
    let (parts, is_paused) = parts(step, &full, &begun, may_search);
    let cites = may_search || begun.searches > 0;
    let mut writer =
        Writer::new(step, body, terms, Said { full: &full, is_proofread, cites }, &begun);
    writer.start();
    let early = parts.iter().find_map(|part| writer.part(part));
    let end = if is_paused { "pause_turn" } else { "end_turn" };
    writer.end(early.as_deref().unwrap_or(end))
}

/// The question that is answered, and what of the answer is there.
fn begun(script: &Script, body: &Body) -> (String, Begun) {
    let (last, before) = match body.messages.split_last() {
        Some(split) => split,
        None => return (String::new(), Begun::default()),
    };
    let asked = |messages: &[Message]| {
        messages.iter().rev().find(|one| !one.is_assistant()).map(Message::text).unwrap_or_default()
    };
    if last.is_assistant() {
        let is_search = |block: &&Value| block["type"] == "server_tool_use";
        let searches = last.content.iter().filter(is_search).count();
        let open = last.content.last().filter(is_search).and_then(|block| block["id"].as_str());
        let begun = Begun {
            text: last.text(),
            searches: u32::try_from(searches).unwrap_or(u32::MAX),
            open: open.map(str::to_owned),
            by_request: false,
        };
        return (asked(before), begun);
    }
    let text = last.text();
    let goes_on = script.continue_words.iter().any(|word| text.contains(word.as_str()));
    match before.split_last() {
        Some((kept, earlier)) if goes_on && kept.is_assistant() && !kept.text().is_empty() => {
            let begun = Begun { text: kept.text(), by_request: true, ..Begun::default() };
            (asked(earlier), begun)
        }
        _ => (text, Begun::default()),
    }
}

/// The findings whose originals stand in the article, one a line.
fn findings(step: &Step, question: &str) -> String {
    let article = question.split_once("<article-").map_or(question, |(_, article)| article);
    let stands = |finding: &&Value| {
        finding["original"].as_str().is_some_and(|original| article.contains(original))
    };
    step.findings.iter().filter(stands).map(|finding| format!("{finding}\n")).collect()
}

/// The answer's parts, and whether it pauses after them.
fn parts(step: &Step, full: &str, begun: &Begun, may_search: bool) -> (Vec<Part>, bool) {
    let mut start = if full.starts_with(&begun.text) { begun.text.len() } else { 0 };
    if begun.by_request {
        let repeated = full.get(..start).unwrap_or_default().chars().rev().take(step.repeats_chars);
        start -= repeated.map(char::len_utf8).sum::<usize>();
    }
    let mut parts = Vec::new();
    if begun.open.is_some() {
        parts.push(Part::Result);
    }
    let pauses = if may_search { step.pauses } else { 0 };
    if begun.searches < pauses {
        let share = full.chars().count() * (begun.searches as usize + 1) / (pauses as usize + 1);
        let end = full.char_indices().nth(share).map_or(full.len(), |(at, _)| at);
        parts.extend([Part::Text(start..end.max(start)), Part::Query, Part::Result]);
        return (parts, true);
    }
    if may_search && begun.searches == 0 && begun.text.is_empty() {
        parts.extend([Part::Query, Part::Result]);
    }
    parts.push(Part::Text(start..full.len()));
    (parts, false)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
