//! The events of one answer: its blocks, how it ends, and what it reports.

use std::ops::Range;

use serde_json::{Value, json};

use super::answer::{Begun, Part};
use super::cache::Charge;
use super::request::Body;
use super::script::Step;
use super::tokens;

/// What an answer depends on beside script and request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// Number of the request, for ids.
    pub(crate) number: u64,
    pub(crate) model: &'a str,
    pub(crate) charge: Charge,
    /// Tokens of request and answer together.
    pub(crate) context_tokens: u64,
}

/// The whole answer, of which a part is said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) full: &'a str,
    pub(crate) is_proofread: bool,
    /// Whether it may cite what was found.
    pub(crate) cites: bool,
}

/// Bedrock's own measurements, which stand in the last event.
pub(crate) fn add_metrics(events: &mut [Value]) {
    let started = events.first().map(|event| event["message"]["usage"].clone()).unwrap_or_default();
    let ended = events.iter().rev().nth(1).map(|event| event["usage"].clone()).unwrap_or_default();
    if let Some(last) = events.last_mut() {
        last["amazon-bedrock-invocationMetrics"] = json!({
            "inputTokenCount": ended["input_tokens"],
            "outputTokenCount": ended["output_tokens"],
            "cacheReadInputTokenCount": started["cache_read_input_tokens"],
            "cacheWriteInputTokenCount": started["cache_creation_input_tokens"],
            "invocationLatency": 1, "firstByteLatency": 1,
        });
    }
}

fn total(charge: Charge) -> u64 {
    charge.input + charge.read + charge.write_1h + charge.write_5m
}

/// Writes an answer's events in their order.
pub(crate) struct Writer<'a> {
    step: &'a Step,
    terms: Terms<'a>,
    said: Said<'a>,
    max_uses: Option<u64>,
    begun: &'a Begun,
    events: Vec<Value>,
    blocks: usize,
    searches: u32,
    billed_searches: u64,
    /// Tokens of this answer.
    generated: u64,
    /// Tokens of what its searches found.
    results: u64,
    /// Tokens it may still generate.
    left: u64,
    /// What ends it when nothing is left.
    limit: &'static str,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        step: &'a Step,
        body: &Body,
        terms: Terms<'a>,
        said: Said<'a>,
        begun: &'a Begun,
    ) -> Self {
        let most = body.max_tokens.unwrap_or(u64::MAX);
        let context = terms.context_tokens.saturating_sub(total(terms.charge));
        Self {
            step,
            terms,
            said,
            max_uses: body.web_search().and_then(|tool| tool["max_uses"].as_u64()),
            begun,
            events: Vec::new(),
            blocks: 0,
            searches: begun.searches,
            billed_searches: 0,
            generated: 0,
            results: 0,
            left: most.min(context),
            limit: if most <= context { "max_tokens" } else { "model_context_window_exceeded" },
        }
    }

    pub(crate) fn start(&mut self) {
        let Terms { number, model, charge, .. } = self.terms;
        let usage = json!({
            "input_tokens": charge.input, "output_tokens": 1,
            "cache_read_input_tokens": charge.read,
            "cache_creation_input_tokens": charge.write_5m + charge.write_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": charge.write_5m,
                "ephemeral_1h_input_tokens": charge.write_1h,
            },
            "service_tier": "standard",
        });
        let message = json!({
            "id": format!("msg_drill_{number:06}"), "type": "message", "role": "assistant",
            "model": model, "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": usage,
        });
        self.events.push(json!({"type": "message_start", "message": message}));
    }

    /// Writes the end and gives all events.
    pub(crate) fn end(mut self, stop_reason: &str) -> Vec<Value> {
        let charge = self.terms.charge;
        let mut usage = json!({
            "input_tokens": charge.input + self.results,
            "cache_read_input_tokens": charge.read,
            "cache_creation_input_tokens": charge.write_5m + charge.write_1h,
            "output_tokens": self.generated.max(1),
        });
        if self.searches > self.begun.searches {
            usage["server_tool_use"] = json!({"web_search_requests": self.billed_searches});
        }
        let delta = json!({"stop_reason": stop_reason, "stop_sequence": null});
        self.events.push(json!({"type": "message_delta", "delta": delta, "usage": usage}));
        self.events.push(json!({"type": "message_stop"}));
        self.events
    }

    /// Writes one part; gives why the answer ends within it, where it does.
    pub(crate) fn part(&mut self, part: &Part) -> Option<String> {
        match part {
            Part::Text(range) => return self.prose(range.clone()),
            Part::Query => self.query(),
            Part::Result => self.result(),
        }
        None
    }

    fn block(&mut self, content: &Value, deltas: &[Value]) {
        let index = self.blocks;
        self.blocks += 1;
        self.events
            .push(json!({"type": "content_block_start", "index": index, "content_block": content}));
        if index == 0 {
            self.events.push(json!({"type": "ping"}));
        }
        self.events.extend(
            deltas.iter().map(
                |delta| json!({"type": "content_block_delta", "index": index, "delta": delta}),
            ),
        );
        self.events.push(json!({"type": "content_block_stop", "index": index}));
    }

    fn id(&self) -> String {
        format!("srvtoolu_drill_{:06}_{}", self.terms.number, self.searches)
    }

    fn query(&mut self) {
        self.searches += 1;
        let query = self.step.search.as_ref().map_or("", |search| search.query.as_str());
        let input = json!({"query": query}).to_string();
        let block =
            json!({"type": "server_tool_use", "id": self.id(), "name": "web_search", "input": {}});
        let half = input.char_indices().nth(input.chars().count() / 2).map_or(0, |(at, _)| at);
        let (head, tail) = input.split_at(half);
        let deltas =
            [head, tail].map(|text| json!({"type": "input_json_delta", "partial_json": text}));
        self.generated += tokens::count(&input);
        self.block(&block, &deltas);
    }

    fn result(&mut self) {
        let Some(search) = &self.step.search else { return };
        let is_over_limit = self.max_uses.is_some_and(|most| u64::from(self.searches) > most);
        let content = search.content(is_over_limit);
        if content.is_array() {
            self.billed_searches += 1;
        }
        let open = self.begun.open.clone().filter(|_| self.searches == self.begun.searches);
        let id = open.unwrap_or_else(|| self.id());
        let block =
            json!({"type": "web_search_tool_result", "tool_use_id": id, "content": content});
        self.results += tokens::count(&content.to_string());
        self.block(&block, &[]);
    }

    /// Where the script ends the answer, unless it goes on from there.
    fn stop(&self, start: usize) -> Option<(usize, &str)> {
        let stop = self.step.stop.as_ref()?;
        let ends = self.said.full.char_indices().map(|(at, _)| at).chain([self.said.full.len()]);
        let at = ends.into_iter().nth(stop.after_chars)?;
        (at > start || start == 0).then_some((at, stop.reason.as_str()))
    }

    fn prose(&mut self, range: Range<usize>) -> Option<String> {
        let stop = self.stop(range.start).filter(|(at, _)| *at <= range.end);
        let stop = stop.map(|(at, reason)| (at, reason.to_owned()));
        let wanted = range.start..stop.as_ref().map_or(range.end, |(at, _)| *at);
        let all = self.said.full.get(wanted.clone()).unwrap_or_default();
        let said = tokens::beginning(all, self.left);
        let end = range.start + said.len();
        self.generated += tokens::count(said);
        self.left = self.left.saturating_sub(tokens::count(said));
        for (span, citations) in self.spans(range.start..end) {
            let text = self.said.full.get(span).unwrap_or_default();
            let mut deltas: Vec<Value> = citations
                .into_iter()
                .map(|citation| json!({"type": "citations_delta", "citation": citation}))
                .collect();
            deltas.extend(self.cut(text).map(|piece| json!({"type": "text_delta", "text": piece})));
            let is_cited = deltas.first().is_some_and(|delta| delta["type"] == "citations_delta");
            let mut block = json!({"type": "text", "text": ""});
            if is_cited {
                block["citations"] = json!([]);
            }
            self.block(&block, &deltas);
        }
        if end < wanted.end {
            return Some(self.limit.to_owned());
        }
        stop.map(|(_, reason)| reason)
    }

    /// The range in pieces, one a text block: each claim stands alone with its citations.
    fn spans(&self, range: Range<usize>) -> Vec<(Range<usize>, Vec<Value>)> {
        let mut spans = Vec::new();
        let mut at = range.start;
        let search =
            self.step.search.as_ref().filter(|search| self.said.cites && search.error.is_none());
        let mut claims: Vec<_> = search
            .into_iter()
            .flat_map(|search| search.citations.iter().map(move |one| (search, one)))
            .filter_map(|(search, one)| Some((self.said.full.find(&one.claim)?, one, search)))
            .collect();
        claims.sort_by_key(|(start, ..)| *start);
        for (start, citation, search) in claims {
            let (start, end) = (start.max(at), (start + citation.claim.len()).min(range.end));
            if start >= end {
                continue;
            }
            if at < start {
                spans.push((at..start, Vec::new()));
            }
            spans.push((start..end, search.citation(citation).into_iter().collect()));
            at = end;
        }
        if at < range.end || spans.is_empty() {
            spans.push((at..range.end, Vec::new()));
        }
        spans
    }

    fn cut<'t>(&self, text: &'t str) -> Box<dyn Iterator<Item = &'t str> + 't> {
        if self.step.delta_chars > 0 {
            return Box::new(chunks(text, self.step.delta_chars));
        }
        Box::new(text.split_inclusive(if self.said.is_proofread { '\n' } else { ' ' }))
    }
}

/// The text in pieces of so many characters.
fn chunks(text: &str, chars: usize) -> impl Iterator<Item = &str> {
    let mut left = text;
    std::iter::from_fn(move || {
        let at = left.char_indices().nth(chars).map_or(left.len(), |(at, _)| at);
        let (piece, rest) = left.split_at(at);
        left = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
