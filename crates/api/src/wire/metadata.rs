//! What lists show of an article beside its title, among what an older client saved along.

use domain::conversation::Conversation;
use domain::text::ArticleText;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::conversation::object;

/// The article's state, reporter and desk; every other key is an older client's and comes back as it
/// was saved.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetadataWire {
    pinned: bool,
    /// `waiting`, `proofreading`, `review` or `done`.
    state: String,
    reporter: Option<String>,
    desk: Option<String>,
    /// Suggestions nobody has decided, as of the last draft or proofreading turn.
    open_suggestions: u64,
    /// Whom the text must not reach: `none`, `no-search` or `no-model`.
    embargo: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    others: Map<String, Value>,
}

impl MetadataWire {
    pub(crate) fn new(conversation: &Conversation) -> Self {
        let article = &conversation.article;
        let mut others = object(conversation.client_metadata.as_deref());
        for own in ["pinned", "state", "openSuggestions", "embargo"] {
            others.remove(own);
        }
        Self {
            pinned: conversation.pinned,
            state: article.state.name().to_owned(),
            reporter: name(article.reporter.as_ref(), others.remove("reporter")),
            desk: name(article.desk.as_ref(), others.remove("desk")),
            open_suggestions: article.open_suggestions,
            embargo: article.embargo.name().to_owned(),
            others,
        }
    }
}

/// The name that was set, or where none ever was, the one a client saved along.
fn name(own: Option<&ArticleText>, saved: Option<Value>) -> Option<String> {
    let name = match own {
        Some(own) => own.as_str().to_owned(),
        None => saved?.as_str()?.to_owned(),
    };
    (!name.is_empty()).then_some(name)
}
