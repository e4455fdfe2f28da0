//! `prf lsp` over its pipes, as an editor speaks with it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::running::prf;

const URI: &str = "file:///desk/기사.md";

/// An editor with its server.
struct Editor {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    requests: i32,
}

impl Editor {
    fn start() -> Self {
        let mut command = prf(&["lsp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, from) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, to, from, requests: 0 }
    }

    /// An editor that is past `initialize`, and what it was told.
    fn initialized(params: &Value) -> (Self, Value) {
        let mut editor = Self::start();
        let told = editor.ask("initialize", params);
        editor.tell("initialized", &json!({}));
        (editor, told)
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let to = self.to.as_mut().unwrap();
        write!(to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        to.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn next(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// The result of a request, or its error.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let mut answer = self.next();
        assert_eq!(answer["id"], id, "{answer}");
        let part = if answer["error"].is_null() { "result" } else { "error" };
        answer[part].take()
    }

    /// What is published next.
    fn published(&mut self) -> Value {
        let mut message = self.next();
        assert_eq!(message["method"], "textDocument/publishDiagnostics", "{message}");
        message["params"].take()
    }

    /// What is published about a text that is opened.
    fn opened(&mut self, text: &str) -> Value {
        let document = json!({"uri": URI, "languageId": "markdown", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        self.published()
    }

    /// Exit code and standard error once the pipe is closed.
    fn closed(mut self) -> (i32, String) {
        drop(self.to.take());
        let mut error = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        (self.child.wait().unwrap().code().unwrap(), error)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // Killing a process that has ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let at = |place: (u32, u32)| json!({"line": place.0, "character": place.1});
    json!({"start": at(start), "end": at(end)})
}

fn in_folder(root: &Path) -> Value {
    let folder = json!([{"uri": format!("file://{}", root.display()), "name": "desk"}]);
    json!({"processId": std::process::id(), "rootUri": null, "workspaceFolders": folder,
        "capabilities": {"general": {"positionEncodings": ["utf-16"]}}})
}

fn day() -> Value {
    json!({"range": range((0, 0), (0, 2)), "severity": 1, "code": "spelling/fixed-form",
        "source": "prf", "message": "표준어는 ‘며칠’입니다."})
}

fn noun(line: u32, start: u32, end: u32) -> Value {
    json!({"range": range((line, start), (line, end)), "severity": 1,
        "code": "spacing/dependent-noun", "source": "prf",
        "message": "의존 명사는 앞말과 띄어 씁니다."})
}

#[test]
fn a_session_from_open_to_exit() {
    let directory = tempfile::tempdir().unwrap();
    let (mut editor, told) = Editor::initialized(&in_folder(directory.path()));
    assert_eq!(
        told["capabilities"],
        json!({
            "positionEncoding": "utf-16",
            "textDocumentSync": {"openClose": true, "change": 2, "save": true},
            "hoverProvider": true,
            "codeActionProvider": {"codeActionKinds": ["quickfix"]},
            "executeCommandProvider": {"commands": ["prf.addToDictionary", "prf.ignoreHere"]}
        })
    );
    let first = editor.opened("몇일 뒤 😀 할수 있다");
    let all = json!([day(), noun(0, 8, 10)]);
    assert_eq!(first, json!({"uri": URI, "version": 1, "diagnostics": all}));
    actions_and_hover(&mut editor);
    let word = json!({"command": "prf.addToDictionary", "arguments": ["몇일"]});
    assert_eq!(editor.ask("workspace/executeCommand", &word), Value::Null);
    let rest = json!([noun(0, 8, 10)]);
    assert_eq!(editor.published(), json!({"uri": URI, "version": 1, "diagnostics": rest}));
    let words = fs::read_to_string(directory.path().join(".prf-dictionary.txt")).unwrap();
    assert_eq!(words, "몇일\n");
    let changes = json!([
        {"range": range((0, 7), (0, 8)), "text": "\r\n😀"},
        {"range": range((1, 4), (1, 4)), "text": "도"}
    ]);
    let changed = json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": changes});
    editor.tell("textDocument/didChange", &changed);
    let moved = json!({"uri": URI, "version": 2, "diagnostics": [noun(1, 2, 5)]});
    assert_eq!(editor.published(), moved);
    editor.tell("textDocument/didClose", &json!({"textDocument": {"uri": URI}}));
    assert_eq!(editor.published(), json!({"uri": URI, "diagnostics": []}));
    assert_eq!(editor.ask("shutdown", &Value::Null), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["code"], -32600);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.closed(), (0, String::new()));
}

fn actions_and_hover(editor: &mut Editor) {
    let at_day = json!({"textDocument": {"uri": URI}, "range": range((0, 1), (0, 1)),
        "context": {"diagnostics": []}});
    let actions = editor.ask("textDocument/codeAction", &at_day);
    let ignore = actions[2]["command"]["arguments"].clone();
    let base = |title: &str, is_preferred: bool| {
        json!({"title": title, "kind": "quickfix", "diagnostics": [day()],
            "isPreferred": is_preferred})
    };
    let with = |mut action: Value, name: &str, value: Value| {
        action[name] = value;
        action
    };
    let edit = json!({"changes": {URI: [{"range": range((0, 0), (0, 2)), "newText": "며칠"}]}});
    let add = json!({"title": "사전에 추가: 몇일", "command": "prf.addToDictionary",
        "arguments": ["몇일"]});
    let here = json!({"title": "여기서는 무시: spelling/fixed-form", "command": "prf.ignoreHere",
        "arguments": [URI, ignore[1]]});
    assert_eq!(
        actions,
        json!([
            with(base("몇일 → 며칠", true), "edit", edit),
            with(base("사전에 추가: 몇일", false), "command", add),
            with(base("여기서는 무시: spelling/fixed-form", false), "command", here)
        ])
    );
    let refactor = with(at_day, "context", json!({"only": ["refactor"]}));
    assert_eq!(editor.ask("textDocument/codeAction", &refactor), json!([]));
    let place = |character: u32| json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": character}});
    let hover = editor.ask("textDocument/hover", &place(9));
    assert_eq!(hover["range"], range((0, 8), (0, 10)));
    assert_eq!(
        hover["contents"],
        json!({"kind": "plaintext", "value": "의존 명사는 앞말과 띄어 씁니다.\n\n\
            규칙: spacing/dependent-noun (띄어쓰기)\n근거: 한글 맞춤법 제42항"})
    );
    assert_eq!(editor.ask("textDocument/hover", &place(4)), Value::Null);
}

#[test]
fn bytes_are_counted_when_the_editor_counts_bytes() {
    let params = json!({"processId": null, "capabilities":
        {"general": {"positionEncodings": ["utf-32", "utf-16", "utf-8"]}}});
    let (mut editor, told) = Editor::initialized(&params);
    assert_eq!(told["capabilities"]["positionEncoding"], "utf-8");
    let decomposed = "\u{1106}\u{1167}\u{11be}\u{110b}\u{1175}\u{11af}";
    let found = editor.opened(&format!("😀 {decomposed} 뒤\r할수 있다"));
    let mut first = day();
    first["range"] = range((0, 5), (0, 23));
    assert_eq!(found["diagnostics"], json!([first, noun(1, 0, 6)]));
}

#[test]
fn the_dictionary_lies_where_the_editor_says_and_is_read_again_when_saved() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("사전.txt");
    fs::write(&path, "# 우리 말\n\n할수\n").unwrap();
    let params = json!({"capabilities": {}, "initializationOptions": {"dictionary": path}});
    let (mut editor, told) = Editor::initialized(&params);
    assert_eq!(told["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(editor.opened("몇일 뒤 😀 할수 있다")["diagnostics"], json!([day()]));
    fs::write(&path, "몇일\n").unwrap();
    editor.tell("textDocument/didSave", &json!({"textDocument": {"uri": URI}}));
    assert_eq!(editor.published()["diagnostics"], json!([noun(0, 8, 10)]));
}

#[test]
fn one_finding_is_ignored_where_it_is() {
    let (mut editor, _) = Editor::initialized(&json!({"capabilities": {}}));
    editor.opened("몇일 뒤 몇일");
    let whole = json!({"textDocument": {"uri": URI}, "range": range((0, 0), (0, 0))});
    let actions = editor.ask("textDocument/codeAction", &whole);
    let command = actions[2]["command"].clone();
    assert_eq!(editor.ask("workspace/executeCommand", &command), Value::Null);
    let mut second = day();
    second["range"] = range((0, 5), (0, 7));
    assert_eq!(editor.published()["diagnostics"], json!([second]));
    let nowhere = json!({"command": "prf.addToDictionary", "arguments": ["몇일"]});
    let refused = editor.ask("workspace/executeCommand", &nowhere);
    assert_eq!(
        refused,
        json!({"code": -32803, "message": "there is no folder to keep a dictionary in; set the \
            option dictionary to a path"})
    );
}

#[test]
fn what_is_not_understood_is_refused_and_the_server_goes_on() {
    let mut editor = Editor::start();
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["code"], -32002);
    editor.ask("initialize", &json!({"capabilities": {}}));
    assert_eq!(editor.ask("textDocument/rename", &json!({}))["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["code"], -32602);
    let unknown = json!({"command": "prf.unknown", "arguments": [1]});
    assert_eq!(editor.ask("workspace/executeCommand", &unknown)["code"], -32602);
    editor.tell("textDocument/didOpen", &json!({"textDocument": {}}));
    assert_eq!(editor.next()["method"], "window/showMessage");
    assert_eq!(editor.opened("몇일 뒤")["diagnostics"], json!([day()]));
}

#[test]
fn a_client_that_leaves_ends_the_server() {
    assert_eq!(Editor::start().closed(), (1, String::new()));
    let (mut editor, _) = Editor::initialized(&json!({"capabilities": {}}));
    editor.opened("몇일 뒤");
    assert_eq!(editor.closed(), (1, String::new()));
    let (mut editor, _) = Editor::initialized(&json!({"capabilities": {}}));
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
    let mut editor = Editor::start();
    editor.to.as_mut().unwrap().write_all(b"nonsense\r\n\r\n").unwrap();
    let (code, error) = editor.closed();
    assert_eq!(code, 2);
    assert!(error.starts_with("error: could not read from the client"), "{error}");
}
