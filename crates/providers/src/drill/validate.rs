//! What the real API refuses, refused here with the same status and much the same words.

use serde_json::Value;

use super::refusal::Refusal;
use super::request::{Body, Message, Provider, is_web_search};
use super::{cache::Ttl, search};
use crate::models::ModelEntry;

const BREAKPOINTS: usize = 4;

/// What the script says of the models.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) prefill: bool,
    pub(crate) temperature: bool,
}

/// Refuses what the real API would not take; `is_count` where only tokens are to be counted.
pub(crate) fn validate(
    provider: Provider,
    body: &Body,
    model: &ModelEntry,
    taken: Taken,
    is_count: bool,
) -> Result<(), Refusal> {
    match provider {
        Provider::Anthropic => anthropic(body, is_count)?,
        Provider::Bedrock => bedrock(body)?,
    }
    if !is_count {
        limits(body, model)?;
    }
    sampling(body, taken)?;
    tools(body)?;
    breakpoints(body)?;
    messages(body, taken)?;
    for (number, message) in body.messages.iter().enumerate() {
        let is_last = number + 1 == body.messages.len();
        contents(number, message, is_last)?;
    }
    Ok(())
}

fn refuse<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::invalid(message))
}

fn anthropic(body: &Body, is_count: bool) -> Result<(), Refusal> {
    if body.anthropic_version.is_some() {
        return refuse("anthropic_version: Extra inputs are not permitted");
    }
    if !is_count && body.stream != Some(true) {
        return refuse("stream: the simulator answers only in streams");
    }
    Ok(())
}

fn bedrock(body: &Body) -> Result<(), Refusal> {
    if body.anthropic_version.as_deref() != Some("bedrock-2023-05-31") {
        return refuse("anthropic_version: Field required, and must be bedrock-2023-05-31");
    }
    let extra = [("model", body.model.is_some()), ("stream", body.stream.is_some())];
    if let Some((name, _)) = extra.iter().find(|(_, is_there)| *is_there) {
        return refuse(format!("{name}: Extra inputs are not permitted"));
    }
    if let Some(at) = body.tools.iter().position(is_web_search) {
        let kind = &body.tools[at]["type"];
        return refuse(format!(
            "tools.{at}: Input tag {kind} found using 'type' does not match any of the expected tags"
        ));
    }
    for (number, message) in body.messages.iter().enumerate() {
        for (at, block) in message.content.iter().enumerate() {
            if matches!(block["type"].as_str(), Some("server_tool_use" | "web_search_tool_result"))
            {
                let kind = &block["type"];
                return refuse(format!(
                    "messages.{number}.content.{at}: Input tag {kind} found using 'type' does not match any of the expected tags"
                ));
            }
        }
    }
    Ok(())
}

fn limits(body: &Body, model: &ModelEntry) -> Result<(), Refusal> {
    let (most, id) = (model.card.output_tokens, &model.card.id);
    match body.max_tokens {
        None => refuse("max_tokens: Field required"),
        Some(0) => refuse("max_tokens: Input should be greater than or equal to 1"),
        Some(asked) if asked > most => refuse(format!(
            "max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for {id}"
        )),
        Some(_) => Ok(()),
    }
}

fn sampling(body: &Body, taken: Taken) -> Result<(), Refusal> {
    for (name, value) in [("temperature", body.temperature), ("top_p", body.top_p)] {
        match value {
            Some(_) if !taken.temperature => {
                return refuse(format!("`{name}` is not supported by this model"));
            }
            Some(value) if !(0.0..=1.0).contains(&value) => {
                return refuse(format!("{name}: Input should be between 0 and 1"));
            }
            Some(_) | None => {}
        }
    }
    if body.temperature.is_some() && body.top_p.is_some() {
        return refuse("`temperature` and `top_p` cannot both be specified for this model");
    }
    Ok(())
}

fn tools(body: &Body) -> Result<(), Refusal> {
    for (at, tool) in body.tools.iter().enumerate() {
        if !tool["name"].is_string() {
            return refuse(format!("tools.{at}.name: Field required"));
        }
        if tool.get("allowed_domains").is_some() && tool.get("blocked_domains").is_some() {
            return refuse(format!(
                "tools.{at}: Only one of allowed_domains or blocked_domains may be given"
            ));
        }
        if !is_web_search(tool) && !tool["input_schema"].is_object() {
            return refuse(format!("tools.{at}.input_schema: Field required"));
        }
    }
    let Some(choice) = &body.tool_choice else { return Ok(()) };
    if body.tools.is_empty() {
        return refuse("tool_choice may only be specified while providing tools");
    }
    match choice["type"].as_str() {
        Some("auto" | "any" | "none") => Ok(()),
        Some("tool") if body.tools.iter().any(|tool| tool["name"] == choice["name"]) => Ok(()),
        Some("tool") => refuse(format!("Tool {} not found in provided tools", choice["name"])),
        _ => refuse("tool_choice: Input tag does not match any of 'auto', 'any', 'tool', 'none'"),
    }
}

fn breakpoints(body: &Body) -> Result<(), Refusal> {
    let all = body.breakpoints();
    if all.len() > BREAKPOINTS {
        return refuse(format!(
            "A maximum of {BREAKPOINTS} blocks with cache_control may be provided. Found {}.",
            all.len()
        ));
    }
    let mut last = Ttl::OneHour;
    for ttl in all {
        let ttl = ttl.map_err(|text| {
            Refusal::invalid(format!(
                "cache_control: {text} is not of type ephemeral with ttl 5m or 1h"
            ))
        })?;
        if ttl > last {
            return refuse(
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
            );
        }
        last = ttl;
    }
    Ok(())
}

fn messages(body: &Body, taken: Taken) -> Result<(), Refusal> {
    if let Some(at) = body.messages.iter().position(|one| !one.is_assistant() && one.role != "user")
    {
        return refuse(format!("messages.{at}.role: Input should be 'user' or 'assistant'"));
    }
    match body.messages.first() {
        None => return refuse("messages: at least one message is required"),
        Some(first) if first.is_assistant() => {
            return refuse("messages: first message must use the \"user\" role");
        }
        Some(_) => {}
    }
    // An answer that paused at a server tool goes on; only text at the end is a prefill.
    let last = body.messages.last().filter(|last| last.is_assistant());
    let Some(block) = last.and_then(|last| last.content.last()) else { return Ok(()) };
    let Some(text) = block["text"].as_str() else { return Ok(()) };
    if !taken.prefill {
        return refuse(
            "This model does not support assistant message prefill. The conversation must end with a user message.",
        );
    }
    if text.ends_with(char::is_whitespace) {
        return refuse("messages: final assistant content cannot end with trailing whitespace");
    }
    Ok(())
}

fn contents(number: usize, message: &Message, is_last: bool) -> Result<(), Refusal> {
    if message.content.is_empty() && !(is_last && message.is_assistant()) {
        return refuse(format!(
            "messages.{number}: all messages must have non-empty content except for the optional final assistant message"
        ));
    }
    let mut open: Option<&str> = None;
    for (at, block) in message.content.iter().enumerate() {
        let place = format!("messages.{number}.content.{at}");
        match block["type"].as_str() {
            Some("text") => text_block(&place, block)?,
            Some("server_tool_use") if message.is_assistant() => {
                unanswered(&place, open)?;
                open = block["id"].as_str().filter(|id| id.starts_with("srvtoolu_"));
                if open.is_none() || block["name"] != "web_search" || !block["input"].is_object() {
                    return refuse(format!(
                        "{place}: server_tool_use was not sent back as it came"
                    ));
                }
            }
            Some("web_search_tool_result") if message.is_assistant() => {
                let id = block["tool_use_id"].as_str();
                if open.is_none() || id != open.take() {
                    return refuse(format!(
                        "{place}: unexpected `tool_use_id` found in `web_search_tool_result` blocks: {}. Each `web_search_tool_result` block must have a corresponding `server_tool_use` block before it.",
                        block["tool_use_id"]
                    ));
                }
                if !search::is_intact(&block["content"]) {
                    return refuse(format!(
                        "{place}: Invalid `encrypted_content` in `search_result` block"
                    ));
                }
            }
            _ => {
                return refuse(format!(
                    "{place}: Input tag {} found using 'type' does not match any of the expected tags",
                    block["type"]
                ));
            }
        }
    }
    let ends_open = message.content.last().is_some_and(|last| last["type"] == "server_tool_use");
    if is_last && ends_open { Ok(()) } else { unanswered(&format!("messages.{number}"), open) }
}

fn unanswered(place: &str, open: Option<&str>) -> Result<(), Refusal> {
    match open {
        None => Ok(()),
        Some(id) => refuse(format!(
            "{place}: `web_search` tool use with id `{id}` was found without a corresponding `web_search_tool_result` block"
        )),
    }
}

fn text_block(place: &str, block: &Value) -> Result<(), Refusal> {
    match block["text"].as_str() {
        None => return refuse(format!("{place}.text: Field required")),
        Some(text) if text.trim().is_empty() => {
            return refuse(format!(
                "{place}: text content blocks must contain non-whitespace text"
            ));
        }
        Some(_) => {}
    }
    let citations = block["citations"].as_array().into_iter().flatten();
    match citations
        .filter(|one| one["type"] == "web_search_result_location")
        .find(|one| !search::is_own_citation(one))
    {
        None => Ok(()),
        Some(_) => refuse(format!("{place}.citations: Invalid `encrypted_index` in citation")),
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
