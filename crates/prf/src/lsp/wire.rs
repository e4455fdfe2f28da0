//! The few shapes of the Language Server Protocol 3.17 that are used here; whatever else a client
//! sends is passed over.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Parameters of `initialize`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InitializeParams {
    /// The client's process, which the server does not outlive.
    pub(crate) process_id: Option<u32>,
    /// The only folder of older clients.
    pub(crate) root_uri: Option<String>,
    pub(crate) workspace_folders: Option<Vec<WorkspaceFolder>>,
    #[serde(default)]
    pub(crate) capabilities: ClientCapabilities,
    pub(crate) initialization_options: Option<Options>,
}

/// A folder that is open in the editor.
#[derive(Debug, Deserialize)]
pub(crate) struct WorkspaceFolder {
    pub(crate) uri: String,
}

/// What the client can do, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ClientCapabilities {
    #[serde(default)]
    pub(crate) general: GeneralCapabilities,
}

/// What the client can do whatever the kind of document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GeneralCapabilities {
    /// In which units positions may be counted.
    #[serde(default)]
    pub(crate) position_encodings: Vec<String>,
}

/// What the editor's settings may say of this server.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// The dictionary file; a relative path starts at the workspace's root.
    pub(crate) dictionary: Option<PathBuf>,
    /// Whether style hints are shown too.
    pub(crate) hints: bool,
}

/// A place between two characters of a document, lines and units counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

/// A half-open range of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Parameters of `textDocument/didOpen`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenParams {
    pub(crate) text_document: OpenedDocument,
}

/// A document with its text.
#[derive(Deserialize)]
pub(crate) struct OpenedDocument {
    pub(crate) uri: String,
    pub(crate) version: i32,
    pub(crate) text: String,
}

/// Parameters of `textDocument/didChange`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeParams {
    pub(crate) text_document: ChangedDocument,
    pub(crate) content_changes: Vec<Change>,
}

/// A document at a version.
#[derive(Deserialize)]
pub(crate) struct ChangedDocument {
    pub(crate) uri: String,
    pub(crate) version: i32,
}

/// One change of a text; without a range the whole of it.
#[derive(Deserialize)]
pub(crate) struct Change {
    pub(crate) range: Option<Range>,
    pub(crate) text: String,
}

/// Parameters that name a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentParams {
    pub(crate) text_document: DocumentName,
}

/// A document.
#[derive(Deserialize)]
pub(crate) struct DocumentName {
    pub(crate) uri: String,
}

/// Parameters of `textDocument/hover`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoverParams {
    pub(crate) text_document: DocumentName,
    pub(crate) position: Position,
}

/// Parameters of `textDocument/codeAction`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionParams {
    pub(crate) text_document: DocumentName,
    pub(crate) range: Range,
    #[serde(default)]
    pub(crate) context: ActionContext,
}

/// Which actions are asked for.
#[derive(Default, Deserialize)]
pub(crate) struct ActionContext {
    /// Kinds of actions, or every kind.
    pub(crate) only: Option<Vec<String>>,
}

/// Parameters of `workspace/executeCommand`.
#[derive(Deserialize)]
pub(crate) struct CommandParams {
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) arguments: Vec<Value>,
}

/// A finding on its way to the editor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Diagnostic {
    pub(crate) range: Range,
    /// 1 error, 2 warning, 4 hint.
    pub(crate) severity: u8,
    pub(crate) code: String,
    pub(crate) source: &'static str,
    pub(crate) message: String,
}

/// Parameters of `textDocument/publishDiagnostics`.
#[derive(Debug, Serialize)]
pub(crate) struct PublishParams<'a> {
    pub(crate) uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<i32>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Something the editor offers to do.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeAction {
    pub(crate) title: String,
    pub(crate) kind: &'static str,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) is_preferred: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edit: Option<WorkspaceEdit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<Command>,
}

/// Edits of documents by their name.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct WorkspaceEdit {
    pub(crate) changes: BTreeMap<String, Vec<TextEdit>>,
}

/// A range and what to write there.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextEdit {
    pub(crate) range: Range,
    pub(crate) new_text: String,
}

/// A command of this server with its arguments.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Command {
    pub(crate) title: String,
    pub(crate) command: &'static str,
    pub(crate) arguments: Vec<String>,
}

/// What is shown over a finding.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Hover {
    pub(crate) contents: Content,
    pub(crate) range: Range,
}

/// Text with its kind.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Content {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
}
