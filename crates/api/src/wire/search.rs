//! What a search finds, on the wire.

use checker::utf16::Utf16Index;
use domain::search::SearchHit;
use serde::Serialize;
use utoipa::ToSchema;

/// One conversation in which every word was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResult {
    conversation_id: String,
    title: String,
    engine_type: String,
    updated_at: String,
    /// `title`, `article` or `message`.
    r#where: String,
    /// What stands around the first place, on one line; `…` where the text goes on.
    snippet: String,
    /// Begin and end of every place in the snippet, in UTF-16 code units.
    marks: Vec<[usize; 2]>,
}

impl SearchResult {
    pub(crate) fn new(hit: &SearchHit) -> Self {
        let index = Utf16Index::new(&hit.snippet.text);
        let marks = hit.snippet.marks.iter();
        Self {
            conversation_id: hit.conversation.id.as_str().to_owned(),
            title: hit.conversation.title.as_str().to_owned(),
            engine_type: hit.conversation.engine.name().to_owned(),
            updated_at: hit.conversation.updated_at.rfc3339(),
            r#where: hit.place.name().to_owned(),
            snippet: hit.snippet.text.clone(),
            marks: marks.map(|span| [index.unit_of(span.start), index.unit_of(span.end)]).collect(),
        }
    }
}
