//! The blocks of an answer as they were streamed, put together again so that they can be sent back.

use serde_json::{Map, Value};

/// Blocks beyond so many bytes are given up: the answer can then not be sent back.
const LIMIT_BYTES: usize = 4 * 1024 * 1024;
/// What the next turn reads again may be so long.
const VERBATIM_LIMIT_BYTES: usize = 256 * 1024;

/// Collects the blocks of one answer, over all its continuations.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    done: Vec<Done>,
    open: Option<Open>,
    bytes: usize,
    has_server_tools: bool,
}

#[derive(Debug)]
struct Done {
    json: String,
    is_thinking: bool,
}

#[derive(Debug)]
struct Open {
    block: Map<String, Value>,
    /// Pieces of the tool input's JSON.
    input: String,
}

impl Blocks {
    pub(super) fn start(&mut self, block: Value) {
        self.stop();
        let Value::Object(block) = block else { return };
        self.has_server_tools |= kind(&block) == "server_tool_use";
        self.open = Some(Open { block, input: String::new() });
    }

    /// Adds to a field of text, such as `text` or `thinking`.
    pub(super) fn extend(&mut self, field: &str, piece: &str) {
        self.bytes += piece.len();
        let Some(open) = self.open_within_limit() else { return };
        match open.block.get_mut(field) {
            Some(Value::String(text)) => text.push_str(piece),
            _ => {
                open.block.insert(field.to_owned(), Value::String(piece.to_owned()));
            }
        }
    }

    pub(super) fn cite(&mut self, citation: Value) {
        let Some(open) = self.open_within_limit() else { return };
        match open.block.get_mut("citations") {
            Some(Value::Array(citations)) => citations.push(citation),
            _ => {
                open.block.insert("citations".to_owned(), Value::Array(vec![citation]));
            }
        }
    }

    pub(super) fn extend_input(&mut self, piece: &str) {
        self.bytes += piece.len();
        if let Some(open) = self.open_within_limit() {
            open.input.push_str(piece);
        }
    }

    /// The open block is complete. A text without a letter is left out: the API takes no such one.
    pub(super) fn stop(&mut self) {
        let Some(Open { mut block, input }) = self.open.take() else { return };
        if let Ok(input) = serde_json::from_str::<Value>(&input) {
            block.insert("input".to_owned(), input);
        }
        let is_blank = |text: &Value| text.as_str().is_some_and(|text| text.trim().is_empty());
        let kind = kind(&block);
        if kind == "text" && block.get("text").is_none_or(is_blank) {
            return;
        }
        let is_thinking = matches!(kind, "thinking" | "redacted_thinking");
        let json = Value::Object(block).to_string();
        self.bytes += json.len();
        self.done.push(Done { json, is_thinking });
    }

    /// Every block, for the continuation of this answer; none when they were too long to keep.
    pub(super) fn all(&self) -> Option<Vec<String>> {
        let is_whole = self.bytes <= LIMIT_BYTES && !self.done.is_empty();
        is_whole.then(|| self.done.iter().map(|block| block.json.clone()).collect())
    }

    /// A JSON array of what the next turn must read again: none where no tool was used, or where it
    /// is too long. What was thought is not read again.
    pub(super) fn verbatim(&self) -> Option<String> {
        if !self.has_server_tools || self.bytes > LIMIT_BYTES {
            return None;
        }
        let kept = self.done.iter().filter(|block| !block.is_thinking);
        let kept: Vec<&str> = kept.map(|block| block.json.as_str()).collect();
        let array = format!("[{}]", kept.join(","));
        (array.len() <= VERBATIM_LIMIT_BYTES && !kept.is_empty()).then_some(array)
    }

    fn open_within_limit(&mut self) -> Option<&mut Open> {
        let is_within = self.bytes <= LIMIT_BYTES;
        self.open.as_mut().filter(|_| is_within)
    }
}

fn kind(block: &Map<String, Value>) -> &str {
    block.get("type").and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Blocks, LIMIT_BYTES, VERBATIM_LIMIT_BYTES};
    use serde_json::json;

    fn searched() -> Blocks {
        let mut blocks = Blocks::default();
        blocks.start(json!({"type": "thinking", "thinking": "", "signature": ""}));
        blocks.extend("thinking", "음");
        blocks.extend("signature", "s");
        blocks.stop();
        blocks.start(json!({"type": "text", "text": ""}));
        blocks.extend("text", " \n");
        blocks.stop();
        blocks.start(
            json!({"type": "server_tool_use", "id": "t", "name": "web_search", "input": {}}),
        );
        blocks.extend_input("{\"query\":");
        blocks.extend_input("\"금리 😀\"}");
        blocks.stop();
        blocks
    }

    #[test]
    fn blocks_are_put_together_as_they_were_meant() {
        let mut blocks = searched();
        blocks.start(json!({"type": "text", "text": "", "citations": []}));
        blocks.extend("text", "2.5");
        blocks.cite(json!({"url": "u"}));
        blocks.extend("text", "%");
        let open = blocks.verbatim().unwrap();
        blocks.stop();
        let tool = r#"{"id":"t","input":{"query":"금리 😀"},"name":"web_search","type":"server_tool_use"}"#;
        let text = r#"{"citations":[{"url":"u"}],"text":"2.5%","type":"text"}"#;
        let thinking = r#"{"signature":"s","thinking":"음","type":"thinking"}"#;
        assert_eq!(open, format!("[{tool}]"));
        assert_eq!(blocks.verbatim().unwrap(), format!("[{tool},{text}]"));
        assert_eq!(blocks.all().unwrap(), [thinking, tool, text]);
    }

    #[test]
    fn what_is_too_long_or_needs_no_tool_is_not_kept() {
        let mut blocks = searched();
        blocks.start(json!({"type": "text", "text": "x".repeat(VERBATIM_LIMIT_BYTES)}));
        blocks.stop();
        assert_eq!((blocks.verbatim(), blocks.all().unwrap().len()), (None, 3));
        blocks.start(json!({"type": "text", "text": ""}));
        blocks.extend("text", &"x".repeat(LIMIT_BYTES));
        blocks.stop();
        assert_eq!(blocks.all(), None);
        let mut plain = Blocks::default();
        plain.start(json!({"type": "text", "text": "답"}));
        plain.stop();
        assert_eq!(plain.verbatim(), None);
    }
}
