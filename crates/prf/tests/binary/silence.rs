//! What no log of any server or command that a test starts may hold: nothing of a text in whatever
//! writing, and no secret. The articles of all tests are Korean and what is logged is not, so that one
//! syllable of Hangul is a leak; other texts leak by twelve characters in a row.

use std::collections::HashSet;

use serde_json::Value;

/// So many characters of a text in a row are no accident.
const RUN_CHARS: usize = 12;
/// Fields of bodies that hold text.
const TEXTS: [&str; 11] = [
    "text",
    "message",
    "content",
    "title",
    "instruction",
    "description",
    "fileContent",
    "reason",
    "before",
    "after",
    "quote",
];
/// Fields of bodies, headers and parts of the names of settings that hold secrets.
const SECRETS: [&str; 7] =
    ["password", "token", "csrftoken", "authorization", "cookie", "set-cookie", "key"];

/// What was said to a server and may stand in no log.
#[derive(Debug, Default)]
pub(crate) struct Said {
    texts: Vec<String>,
    secrets: Vec<String>,
}

impl Said {
    /// A setting of the environment.
    pub(crate) fn setting(&mut self, name: &str, value: &str) {
        let name = name.to_lowercase();
        let is_secret = SECRETS.iter().any(|part| name.ends_with(part));
        if is_secret && value.len() >= RUN_CHARS {
            self.secrets.push(value.to_owned());
        }
    }

    /// A request, or an answer, by its head and body.
    pub(crate) fn message(&mut self, head: &str, body: &str) {
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            if SECRETS.contains(&name.to_lowercase().as_str()) {
                let value = value.trim_start_matches("Bearer ");
                let value = value.split(';').next().unwrap_or(value);
                self.secrets.push(value.split_once('=').map_or(value, |pair| pair.1).to_owned());
            }
        }
        let json = body.find('{').and_then(|start| serde_json::from_str(body.get(start..)?).ok());
        if let Some(json) = json {
            self.fields("", &json);
        }
    }

    fn fields(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) if TEXTS.contains(&name) => self.texts.push(text.clone()),
            Value::String(text) if SECRETS.contains(&name.to_lowercase().as_str()) => {
                self.secrets.push(text.clone());
            }
            Value::Array(all) => all.iter().for_each(|one| self.fields(name, one)),
            Value::Object(all) => all.iter().for_each(|(name, one)| self.fields(name, one)),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The first line of the log that holds any of it, with what it holds.
    pub(crate) fn leak(&self, log: &str) -> Option<String> {
        let runs: HashSet<Vec<char>> = self.texts.iter().flat_map(|text| runs(text)).collect();
        log.lines().find_map(|line| {
            let what = if holds_hangul(line) {
                "Hangul"
            } else if self.secrets.iter().any(|one| !one.is_empty() && line.contains(one)) {
                "a secret"
            } else if !runs.is_empty() && runs_of(line).any(|run| runs.contains(&run)) {
                "a text"
            } else {
                return None;
            };
            Some(format!("{what} stands in the log: {line}"))
        })
    }
}

/// Runs of a text; those without two letters in them are in every log.
fn runs(text: &str) -> Vec<Vec<char>> {
    runs_of(text).filter(|run| run.iter().filter(|one| one.is_alphabetic()).count() > 2).collect()
}

fn runs_of(text: &str) -> impl Iterator<Item = Vec<char>> {
    let characters: Vec<char> = text.chars().collect();
    let count = (characters.len() + 1).saturating_sub(RUN_CHARS);
    (0..count).filter_map(move |at| characters.get(at..at + RUN_CHARS).map(<[char]>::to_vec))
}

/// Hangul as it is, by JSON's or Rust's escapes, percent-encoded, or as a list of bytes.
pub(crate) fn holds_hangul(line: &str) -> bool {
    is_korean(line) || is_korean(&unescaped(line)) || is_korean(&listed(line))
}

fn is_korean(text: &str) -> bool {
    let is_hangul = |one| matches!(one, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}');
    text.chars().any(is_hangul)
}

/// The line with its escapes read.
fn unescaped(line: &str) -> String {
    let hexadecimal = |digits: Option<&str>| digits.and_then(|it| u32::from_str_radix(it, 16).ok());
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(rest) = line.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let digits = |from: usize, to: usize| hexadecimal(line.get(at + from..at + to));
        let (read, length) = match rest {
            [b'%', ..] => (digits(1, 3), 3),
            [b'\\', b'x', ..] => (digits(2, 4), 4),
            [b'\\', b'u', b'{', ..] => (digits(3, 7), 8),
            [b'\\', b'u', ..] => (digits(2, 6), 6),
            _ => (None, 1),
        };
        match read {
            Some(byte) if length < 5 => out.push(u8::try_from(byte).unwrap_or_default()),
            Some(unit) => {
                let character = char::from_u32(unit).unwrap_or_default();
                out.extend(character.to_string().bytes());
            }
            None => out.extend(rest.first()),
        }
        at += if read.is_some() { length } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The numbers of the line as bytes.
fn listed(line: &str) -> String {
    let numbers = line.split(|one: char| !one.is_ascii_digit()).filter(|one| !one.is_empty());
    let bytes: Vec<u8> = numbers.map(|one| one.parse().unwrap_or_default()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn every_kind_of_leak_is_found() {
    let mut said = Said::default();
    said.message("authorization: Bearer abc.def.ghi\r\ncookie: prf_session=s3cr3tvalue", "");
    said.message(
        "",
        r#"{"messages": [{"content": "the governor said so"}], "password": "pässword"}"#,
    );
    said.setting("ANTHROPIC_API_KEY", "sk-ant-notforeyes");
    said.setting("PRF_LOG", "debug,hyper=info");
    for line in [
        r#"{"fields": {"text": "정부"}}"#,
        "\u{1112}\u{1161}",
        r"title=\uc815\ubd80",
        r"title=\u{c815}",
        r"body=\xec\xa0\x95",
        "GET /conversations?q=%EC%A0%95",
        "bytes=[236, 160, 149]",
        "token=abc.def.ghi",
        "session s3cr3tvalue",
        "pässword is wrong",
        "key=sk-ant-notforeyes",
        "found 'governor said' there",
    ] {
        assert!(said.leak(&format!("fine\n{line}\nfine")).is_some(), "{line}");
    }
    let fine =
        "2026-11-27 GET /turns/{id} 200 in 12.5 ms, id 0196, governor, %zz, \\u12, \u{1f600}";
    assert_eq!(said.leak(fine), None);
}
