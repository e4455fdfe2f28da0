//! Stores in DynamoDB: a home moves there and back, and the old service's tables are read. On
//! dynoxide (`tools/test.sh` installs it).

#[path = "../../../../stores/tests/contract/dynamodb/dynoxide.rs"]
mod dynoxide;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use dynoxide::Server as Tables;

use crate::running::{Server, ended, prf, run};

impl Tables {
    /// One call of the API.
    fn call(&self, operation: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let body = body.to_string();
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/x-amz-json-1.0\r\n\
             x-amz-target: DynamoDB_20120810.{operation}\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\
             x-amz-date: 20261127T000000Z\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{operation}: {answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    fn create(&self, name: &str, keys: &[&str]) {
        let kinds = ["HASH", "RANGE"];
        let schema = keys.iter().zip(kinds);
        let schema = schema.map(|(key, kind)| json!({"AttributeName": key, "KeyType": kind}));
        let kinds = keys.iter().map(|key| json!({"AttributeName": key, "AttributeType": "S"}));
        let body = json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": schema.collect::<Vec<_>>(),
            "AttributeDefinitions": kinds.collect::<Vec<_>>()});
        self.call("CreateTable", &body);
    }

    /// The six tables of this service; their indexes are of no interest here.
    fn create_own(&self, prefix: &str) {
        for (name, keys) in [
            ("conversations", &["userId", "conversationId"][..]),
            ("prompts", &["id"]),
            ("files", &["promptId", "fileId"]),
            ("usage", &["userId", "yearMonth"]),
            ("usage-tracking", &["userId", "usageDate#engineType"]),
            ("websocket-connections", &["connectionId"]),
        ] {
            self.create(&format!("{prefix}{name}"), keys);
        }
    }

    fn put(&self, table: &str, item: &Value) {
        self.call("PutItem", &json!({"TableName": table, "Item": item}));
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = prf(arguments);
        command
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL_DYNAMODB", format!("http://127.0.0.1:{}", self.port));
        ended(&command.output().unwrap())
    }
}

/// Rows of an export by their fields, in one order.
fn rows(export: &str) -> Vec<String> {
    let lines = export.lines().skip(1).filter(|line| !line.starts_with("{\"end\""));
    let mut all: Vec<_> =
        lines.map(|line| serde_json::from_str::<Value>(line).unwrap().to_string()).collect();
    all.sort();
    all
}

#[test]
fn a_home_moves_to_dynamodb_and_back() {
    let tables = Tables::start();
    tables.create_own("nx-wt-prf-dev-v1-");
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (home, back, file, there) = (path("home"), path("back"), path("a.jsonl"), path("b.jsonl"));
    let server = Server::start(Path::new(&home), &[]);
    for number in 0..5 {
        let messages: Vec<_> = (0..30)
            .map(
                |n| json!({"id": format!("m{n}"), "role": "user", "content": format!("글 {n} 😀")}),
            )
            .collect();
        let body = json!({"conversationId": format!("c{number}"), "engineType": "Pro",
            "title": "금리", "messages": messages});
        let headers = "content-type: application/json\r\n";
        let answer = server.ask("POST", "/conversations", headers, &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }
    server.kill();
    assert_eq!(run(&["export", "store", "--to", &file, "--data", &home]).0, 0);
    let target = ["--store", "dynamodb", "--table-prefix", "nx-wt-prf-dev-v1-"];
    for expected in [
        "315          0          0          0          0        315",
        "  0        315          0          0        315        315",
    ] {
        let (code, out, error) = tables.run(&[&["import", &file][..], &target].concat());
        assert_eq!((code, error.as_str()), (0, ""), "{out}");
        assert!(out.lines().nth(2).unwrap().ends_with(expected), "{out}");
    }
    let (code, out, error) =
        tables.run(&[&["export", "store", "--to", &there][..], &target].concat());
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(run(&["import", &there, "--data", &back]).0, 0);
    let (_, export, _) = run(&["export", "store", "--to", "-", "--data", &back]);
    assert_eq!(rows(&export), rows(&fs::read_to_string(&file).unwrap()));
    let (code, _, error) = tables.run(&["export", "store", "--to", "-", "--store", "dynamodb"]);
    assert!(code == 2 && error.contains("needs the prefix of its tables"), "{error}");
}

#[test]
fn the_old_services_tables_are_read_where_they_lie() {
    let tables = Tables::start();
    let prefix = "nx-wt-prf-";
    tables.create(&format!("{prefix}conversations-v2"), &["conversationId"]);
    tables.create(&format!("{prefix}usage"), &["PK", "SK"]);
    tables.create(&format!("{prefix}usage-tracking"), &["userId", "dateEngine"]);
    let message = |id: &str| {
        json!({"M": {"id": {"S": id}, "role": {"S": "user"},
        "content": {"S": "가".repeat(2_000)}, "timestamp": {"N": "1790812803000"}}})
    };
    // More than one page of a scan.
    for number in 0..30 {
        let messages: Vec<_> = (0..10).map(|n| message(&format!("{n}"))).collect();
        let item = json!({"conversationId": {"S": format!("c{number}")}, "userId": {"S": "kim"},
            "engineType": {"S": "pro"}, "title": {"S": "금리"}, "messages": {"L": messages},
            "createdAt": {"S": "2026-10-01T00:00:00"}});
        tables.put(&format!("{prefix}conversations-v2"), &item);
    }
    let usage = json!({"PK": {"S": "user#kim"}, "SK": {"S": "engine#Pro#2026-10"},
        "inputTokens": {"N": "10"}, "outputTokens": {"N": "1"}, "messageCount": {"N": "2"}});
    tables.put(&format!("{prefix}usage"), &usage);
    let day = json!({"userId": {"S": "kim"}, "dateEngine": {"S": "2026-10-02#Pro"},
        "inputTokens": {"N": "4"}, "outputTokens": {"N": "1"}, "messageCount": {"N": "1"}});
    tables.put(&format!("{prefix}usage-tracking"), &day);
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let asked = ["import", "--from", "dynamodb", "--table-prefix", prefix, "--data", data];
    let (code, out, error) = tables.run(&asked);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(
        out.lines().next(),
        Some(
            "read: 30 conversations with 300 messages, 0 prompts, 0 files, 2 totals; 0 sockets \
             passed over, 0 items left out"
        )
    );
    assert_eq!(out.lines().nth(1), Some("opening rows of the ledger: 2 new, 0 same, 0 different"));
    let (_, out, _) = run(&["ledger", "verify", "--data", data]);
    assert_eq!(out, "1 users, 2 rows, 0 differences\n");
    tables.create_own("new-");
    let more = ["--store", "dynamodb", "--to-table-prefix", "new-"];
    let (code, out, error) = tables.run(&[&asked[..5], &more].concat());
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    let (_, export, _) = tables.run(&[
        "export",
        "store",
        "--to",
        "-",
        "--store",
        "dynamodb",
        "--table-prefix",
        "new-",
    ]);
    let (_, home, _) = run(&["export", "store", "--to", "-", "--data", data]);
    assert_eq!(rows(&export), rows(&home));
}
