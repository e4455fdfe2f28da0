//! What the server knows and answers: one message in, messages out, in the order they came. The order
//! matters, for every change of a text builds on the one before.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use checker::{Checker, Settings};
use domain::check::Checks;
use domain::finding::{Finding, from_suggestions};
use domain::id::FindingId;
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answers::{ADD_TO_DICTIONARY, IGNORE_HERE, QUICK_FIX, actions, diagnostic, hover};
use super::dictionary::{Dictionary, DictionaryError};
use super::document::{Document, Encoding};
use super::wire::{
    ActionParams, ChangeParams, CommandParams, Diagnostic, DocumentParams, HoverParams,
    InitializeParams, OpenParams, PublishParams,
};

/// The dictionary where the editor's settings name none.
const DICTIONARY: &str = ".prf-dictionary.txt";

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
enum RequestError {
    #[error("initialize comes first")]
    NotInitialized,
    #[error("the server has been shut down")]
    ShutDown,
    #[error("unknown method {0}")]
    UnknownMethod(String),
    #[error("could not read the parameters")]
    BadParams(#[from] serde_json::Error),
    #[error("unknown command, or other arguments than it takes")]
    BadCommand,
    #[error(transparent)]
    Dictionary(#[from] DictionaryError),
}

impl RequestError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotInitialized => ErrorCode::ServerNotInitialized,
            Self::ShutDown => ErrorCode::InvalidRequest,
            Self::UnknownMethod(_) => ErrorCode::MethodNotFound,
            Self::BadParams(_) | Self::BadCommand => ErrorCode::InvalidParams,
            Self::Dictionary(_) => ErrorCode::RequestFailed,
        }
    }
}

/// How far the editor has come with this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    ShutDown,
}

/// A document with what was found in it.
struct Open {
    document: Document,
    version: i32,
    /// `None` since the text or the dictionary changed.
    findings: Option<Vec<Finding>>,
    is_published: bool,
    ignored: HashSet<FindingId>,
}

/// The server's state.
pub(crate) struct Server {
    checks: Checks,
    settings: Settings,
    dictionary: Dictionary,
    encoding: Encoding,
    stage: Stage,
    client_process: Option<u32>,
    open: BTreeMap<String, Open>,
}

impl Server {
    pub(crate) fn new(checker: Checker, settings: Settings) -> Self {
        Self {
            checks: Checks::new(checker, Vec::new()),
            settings,
            dictionary: Dictionary::default(),
            encoding: Encoding::Utf16,
            stage: Stage::New,
            client_process: None,
            open: BTreeMap::new(),
        }
    }

    /// The client's process, once it has said so.
    pub(crate) fn client_process(&self) -> Option<u32> {
        self.client_process
    }

    /// Whether the client has asked for the end before it leaves.
    pub(crate) fn is_shut_down(&self) -> bool {
        self.stage == Stage::ShutDown
    }

    /// Takes one message and gives what is to be said at once.
    pub(crate) fn receive(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                let mut out = Vec::new();
                if let Err(error) = self.notification(notification, &mut out) {
                    out.push(show(error));
                }
                out
            }
            Message::Response(_) => Vec::new(),
        }
    }

    /// Checks what has changed; asked for when no message waits, so that fast typing is checked once.
    pub(crate) fn settle(&mut self) -> Vec<Message> {
        let mut out = Vec::new();
        for (uri, open) in self.open.iter_mut().filter(|(_, open)| !open.is_published) {
            open.check(&self.checks, &self.settings);
            open.is_published = true;
            let findings = open.findings.iter().flatten();
            let places = open.document.places();
            let diagnostics = findings.map(|finding| diagnostic(&places, finding));
            out.push(publish(uri, Some(open.version), diagnostics.collect()));
        }
        out
    }

    fn request(&mut self, request: Request) -> Vec<Message> {
        let mut out = Vec::new();
        let answer = self.answer(&request.method, request.params, &mut out);
        let response = match answer {
            Ok(value) => Response::new_ok(request.id, value),
            Err(error) => {
                let code = error.code() as i32;
                Response::new_err(request.id, code, said(error))
            }
        };
        out.push(response.into());
        out
    }

    fn answer(
        &mut self,
        method: &str,
        params: Value,
        out: &mut Vec<Message>,
    ) -> Result<Value, RequestError> {
        match (self.stage, method) {
            (Stage::New, "initialize") => self.initialize(from(params)?, out),
            (Stage::New, _) => Err(RequestError::NotInitialized),
            (Stage::ShutDown, _) => Err(RequestError::ShutDown),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running, "textDocument/codeAction") => self.actions(&from(params)?),
            (Stage::Running, "textDocument/hover") => self.hover(&from(params)?),
            (Stage::Running, "workspace/executeCommand") => self.execute(&from(params)?),
            (Stage::Running, other) => Err(RequestError::UnknownMethod(other.to_owned())),
        }
    }

    fn initialize(
        &mut self,
        params: InitializeParams,
        out: &mut Vec<Message>,
    ) -> Result<Value, RequestError> {
        let encodings = &params.capabilities.general.position_encodings;
        let (encoding, name) = if encodings.iter().any(|one| one == "utf-8") {
            (Encoding::Utf8, "utf-8")
        } else {
            (Encoding::Utf16, "utf-16")
        };
        let folders = params.workspace_folders.unwrap_or_default();
        let root = folders.into_iter().next().map(|folder| folder.uri).or(params.root_uri);
        let root = root.as_deref().and_then(path_of);
        let options = params.initialization_options.unwrap_or_default();
        let named = options.dictionary.unwrap_or_else(|| PathBuf::from(DICTIONARY));
        let path =
            root.map(|root| root.join(&named)).or_else(|| named.is_absolute().then_some(named));
        self.dictionary = Dictionary::new(path);
        self.settings.hints = options.hints;
        self.encoding = encoding;
        self.client_process = params.process_id;
        if let Err(error) = self.read_dictionary() {
            out.push(show(error));
        }
        self.stage = Stage::Running;
        Ok(json!({
            "capabilities": {
                "positionEncoding": name,
                "textDocumentSync": {"openClose": true, "change": 2, "save": true},
                "hoverProvider": true,
                "codeActionProvider": {"codeActionKinds": [QUICK_FIX]},
                "executeCommandProvider": {"commands": [ADD_TO_DICTIONARY, IGNORE_HERE]}
            },
            "serverInfo": {"name": "prf", "version": env!("CARGO_PKG_VERSION")}
        }))
    }

    fn notification(
        &mut self,
        notification: Notification,
        out: &mut Vec<Message>,
    ) -> Result<(), RequestError> {
        if self.stage != Stage::Running {
            return Ok(());
        }
        let params = notification.params;
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                let OpenParams { text_document: opened } = from(params)?;
                let document = Document::new(opened.text, self.encoding);
                self.open.insert(opened.uri, Open::new(document, opened.version));
            }
            "textDocument/didChange" => {
                let ChangeParams { text_document, content_changes } = from(params)?;
                if let Some(open) = self.open.get_mut(&text_document.uri) {
                    content_changes.into_iter().for_each(|change| open.document.apply(change));
                    open.version = text_document.version;
                    open.forget();
                }
            }
            "textDocument/didClose" => {
                let DocumentParams { text_document } = from(params)?;
                self.open.remove(&text_document.uri);
                // A closed document has no findings in the editor's list.
                out.push(publish(&text_document.uri, None, Vec::new()));
            }
            // The dictionary is a file like any other, and may be open in the editor.
            "textDocument/didSave" => self.read_dictionary()?,
            _ => {}
        }
        Ok(())
    }

    fn actions(&mut self, params: &ActionParams) -> Result<Value, RequestError> {
        let uri = &params.text_document.uri;
        let is_wanted =
            |kinds: &Vec<String>| kinds.iter().any(|one| one.is_empty() || one == QUICK_FIX);
        if !params.context.only.as_ref().is_none_or(is_wanted) {
            return Ok(json!([]));
        }
        let Some(open) = self.open.get_mut(uri) else { return Ok(json!([])) };
        let span = open.document.span_of(params.range);
        open.check(&self.checks, &self.settings);
        let findings = open.findings.as_deref().unwrap_or_default();
        Ok(serde_json::to_value(actions(uri, &open.document.places(), findings, span))?)
    }

    fn hover(&mut self, params: &HoverParams) -> Result<Value, RequestError> {
        let Some(open) = self.open.get_mut(&params.text_document.uri) else {
            return Ok(Value::Null);
        };
        open.check(&self.checks, &self.settings);
        let findings = open.findings.as_deref().unwrap_or_default();
        Ok(serde_json::to_value(hover(&open.document.places(), findings, params.position))?)
    }

    fn execute(&mut self, params: &CommandParams) -> Result<Value, RequestError> {
        let arguments: Option<Vec<_>> = params.arguments.iter().map(Value::as_str).collect();
        match (params.command.as_str(), arguments.as_deref()) {
            (ADD_TO_DICTIONARY, Some([word])) => {
                self.dictionary.add(word)?;
                self.take_words();
            }
            (IGNORE_HERE, Some([uri, finding])) => {
                if let Some(open) = self.open.get_mut(*uri) {
                    open.ignored.insert(FindingId::new(*finding));
                    open.forget();
                }
            }
            _ => return Err(RequestError::BadCommand),
        }
        Ok(Value::Null)
    }

    fn read_dictionary(&mut self) -> Result<(), RequestError> {
        self.dictionary.read()?;
        self.take_words();
        Ok(())
    }

    /// Checks everything anew when the words are others than before.
    fn take_words(&mut self) {
        if self.settings.ignored_words != *self.dictionary.words() {
            self.settings.ignored_words.clone_from(self.dictionary.words());
            self.open.values_mut().for_each(Open::forget);
        }
    }
}

impl Open {
    fn new(document: Document, version: i32) -> Self {
        let ignored = HashSet::new();
        Self { document, version, findings: None, is_published: false, ignored }
    }

    fn forget(&mut self) {
        self.findings = None;
        self.is_published = false;
    }

    fn check(&mut self, checks: &Checks, settings: &Settings) {
        if self.findings.is_none() {
            let mut found = from_suggestions(checks.check(self.document.text(), settings));
            found.retain(|finding| !self.ignored.contains(&finding.id));
            self.findings = Some(found);
        }
    }
}

fn from<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}

fn publish(uri: &str, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Message {
    let params = PublishParams { uri, version, diagnostics };
    Notification::new("textDocument/publishDiagnostics".to_owned(), params).into()
}

/// An error and what caused it, in one line.
fn said(error: RequestError) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

/// Shows an error in the editor.
fn show(error: RequestError) -> Message {
    let params = json!({"type": 1, "message": said(error)});
    Notification::new("window/showMessage".to_owned(), params).into()
}

/// The path of a `file:` URI on this machine.
fn path_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    Path::new(path.as_ref()).is_absolute().then(|| PathBuf::from(path.as_ref()))
}
