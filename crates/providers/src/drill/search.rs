//! Web search as the API shows it: queries, results with sealed contents, citations. What is sealed
//! can be told from what a client made up, also by another run of the simulator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::digest::Digest;

/// A search that the model makes before it answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// What is searched for.
    pub query: String,
    /// What is found.
    pub results: Vec<Page>,
    /// Which parts of the answer rest on what.
    pub citations: Vec<Citation>,
    /// The search fails instead: `max_uses_exceeded`, `unavailable`, `too_many_requests`, …
    pub error: Option<String>,
}

/// A page found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What stands there.
    #[serde(default)]
    pub text: String,
    /// How old it is, in words.
    #[serde(default)]
    pub page_age: Option<String>,
}

/// A part of the answer that rests on a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The part of the answer, word for word.
    pub claim: String,
    /// Place of the page among the results, from 0.
    pub result: usize,
    /// What is quoted from it.
    pub cited_text: String,
}

impl Search {
    /// The content of the result block; with more searches than the tool allows, an error.
    pub(crate) fn content(&self, is_over_limit: bool) -> Value {
        let limit = is_over_limit.then_some("max_uses_exceeded");
        if let Some(code) = limit.or(self.error.as_deref()) {
            return json!({"type": "web_search_tool_result_error", "error_code": code});
        }
        let results = self.results.iter().map(|page| {
            json!({
                "type": "web_search_result", "url": page.url, "title": page.title,
                "page_age": page.page_age,
                "encrypted_content": seal(&[&page.url, &page.title], &page.text),
            })
        });
        results.collect()
    }

    /// What a citation looks like on the wire; none where its page was not found.
    pub(crate) fn citation(&self, citation: &Citation) -> Option<Value> {
        let page = self.results.get(citation.result)?;
        let (url, title, quote) = (&page.url, &page.title, &citation.cited_text);
        Some(json!({
            "type": "web_search_result_location", "url": url, "title": title, "cited_text": quote,
            "encrypted_index": seal(&[url, title, quote], ""),
        }))
    }
}

/// Whether a result block's content is as the simulator sent it.
pub(crate) fn is_intact(content: &Value) -> bool {
    let Some(results) = content.as_array() else {
        return content["type"] == "web_search_tool_result_error"
            && content["error_code"].is_string();
    };
    results
        .iter()
        .all(|result| is_sealed(&result["encrypted_content"], &[&result["url"], &result["title"]]))
}

/// Whether a citation is as the simulator sent it.
pub(crate) fn is_own_citation(citation: &Value) -> bool {
    let parts = [&citation["url"], &citation["title"], &citation["cited_text"]];
    is_sealed(&citation["encrypted_index"], &parts)
}

fn is_sealed(sealed: &Value, parts: &[&Value]) -> bool {
    let open = sealed.as_str().and_then(|text| STANDARD.decode(text).ok());
    let Some(open) = open.and_then(|bytes| String::from_utf8(bytes).ok()) else { return false };
    let Some((_, hidden)) = open.split_once(' ') else { return false };
    let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_str()).collect();
    sealed == &Value::String(seal(&parts, hidden))
}

/// Digest and hidden text in base64, as opaque to a client as the real thing.
fn seal(parts: &[&str], hidden: &str) -> String {
    let start = Digest::of("sealed by prf drill").then(hidden);
    let digest = parts.iter().fold(start, |state, part| state.then(part));
    STANDARD.encode(format!("{digest} {hidden}"))
}

#[cfg(test)]
mod tests {
    use super::{Citation, Page, Search, is_intact, is_own_citation};
    use serde_json::json;

    fn search() -> Search {
        let page = Page {
            url: "https://bok.or.kr".into(),
            title: "한은 😀".into(),
            text: "동결".into(),
            page_age: None,
        };
        Search { query: "금리".into(), results: vec![page], ..Search::default() }
    }

    #[test]
    fn a_changed_result_is_no_result_of_ours() {
        let content = search().content(false);
        assert!(is_intact(&content) && is_intact(&json!([])));
        for (field, value) in [("url", "https://x"), ("title", ""), ("encrypted_content", "AAAA")] {
            let mut changed = content.clone();
            changed[0][field] = json!(value);
            assert!(!is_intact(&changed), "{field}");
        }
        let mut stripped = content;
        stripped[0].as_object_mut().unwrap().remove("encrypted_content");
        assert!(!is_intact(&stripped));
        assert!(is_intact(
            &Search { error: Some("unavailable".into()), ..search() }.content(false)
        ));
        assert_eq!(search().content(true)["error_code"], "max_uses_exceeded");
    }

    #[test]
    fn a_citation_is_known_again() {
        let citation = Citation { claim: "동결".into(), result: 0, cited_text: "2.5%".into() };
        let mut wire = search().citation(&citation).unwrap();
        assert!(is_own_citation(&wire));
        wire["cited_text"] = json!("2.6%");
        assert!(!is_own_citation(&wire));
        assert_eq!(search().citation(&Citation { result: 1, ..citation }), None);
    }
}
