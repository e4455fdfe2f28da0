//! The tables of the service this one replaces, in every layout found in production: items read one
//! by one into the domain's types, each with the reason when it cannot be. Nothing is guessed.

mod attribute;
mod conversation;
mod document;
mod field;
mod openings;
mod prompt;
mod rows;
mod usage;

pub use conversation::OldConversation;
pub use document::{DocumentError, Found, Place, items};
pub use field::Refusal;
pub use openings::{Contradiction, Openings};
pub use rows::rows;
pub use usage::{Layout, OldTotals};

use domain::prompt::{Prompt, PromptFile};
use serde_json::{Map, Value};

use field::Fields;

/// What this service leaves on every item it writes to DynamoDB, and the old one never did.
const REVISION: &str = "rev";

/// What an item of an old table is.
#[derive(Debug, Clone, PartialEq)]
pub enum Old {
    /// A conversation with the messages inside it.
    Conversation(OldConversation),
    /// An engine's prompt.
    Prompt(Prompt),
    /// A file of a prompt.
    File(PromptFile),
    /// A month's or a day's totals.
    Totals(OldTotals),
    /// An open socket: nothing to take along.
    Socket,
}

/// Reads an item: plain JSON or DynamoDB's, or either inside `{"Item": …}`.
///
/// # Errors
///
/// The item has no layout anybody knows, or a field of it cannot be read.
pub fn read(item: &Value) -> Result<Old, Refusal> {
    let item = attribute::plain(item)?;
    let fields = Fields(&item);
    let has = |name: &str| item.contains_key(name);
    if has(REVISION) {
        return Err(Refusal::Own);
    }
    if has("promptId") && has("fileId") {
        return prompt::file(&fields).map(Old::File);
    }
    if has("connectionId") {
        return Ok(Old::Socket);
    }
    if let Some(layout) = usage::layout(&item) {
        return usage::totals(&fields, layout).map(Old::Totals);
    }
    if has("conversationId") {
        return conversation::conversation(&fields).map(Old::Conversation);
    }
    if has("id") && (has("instruction") || has("description")) {
        return prompt::prompt(&fields).map(Old::Prompt);
    }
    Err(unknown(&item))
}

/// Names alone: a value may be article text.
fn unknown(item: &Map<String, Value>) -> Refusal {
    let names: Vec<_> = item.keys().map(String::as_str).take(8).collect();
    Refusal::Layout(names.join(", "))
}
