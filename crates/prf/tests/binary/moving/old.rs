//! `prf import --from`: the old service's data, with what is odd about it.

use std::fs;
use std::path::Path;

use crate::running::{Server, run};

/// What `aws dynamodb scan` prints of the old conversations.
const SCAN: &str = r#"{
    "Items": [
        {
            "conversationId": {"S": "c1"}, "userId": {"S": "local"}, "engineType": {"S": "Basic"},
            "title": {"S": "한은, 금리 동결"}, "createdAt": {"S": "2026-10-01T00:00:00"},
            "updatedAt": {"S": "2026-10-02T00:00:00"},
            "messages": {"L": [
                {"M": {"id": {"S": "1"}, "role": {"S": "user"}, "type": {"S": "user"},
                    "content": {"S": "정부은"}, "timestamp": {"S": "2026-10-01T00:00:01"}}},
                {"M": {"id": {"S": "2"}, "role": {"S": "robot"}, "content": {"S": "x"}}},
                {"M": {"id": {"S": "3"}, "role": {"S": "assistant"}, "type": {"S": "assistant"},
                    "content": {"S": "정부는 😀"}, "timestamp": {"N": "1790812803"}}}
            ]}
        },
        {"conversationId": {"S": "ghost"}, "title": {"S": "유령"}}
    ],
    "Count": 2
}
"#;

/// An export to S3, and plain items, of the other tables.
const LINES: &str = r#"{"Item":{"PK":{"S":"user#local"},"SK":{"S":"engine#Basic#2026-10"},"inputTokens":{"N":"100"},"outputTokens":{"N":"20"},"totalTokens":{"N":"120"},"messageCount":{"N":"4"}}}
{"Item":{"userId":{"S":"local"},"dateEngine":{"S":"2026-10-02#basic"},"inputTokens":{"N":"70"},"outputTokens":{"N":"20"},"messageCount":{"N":"3"}}}
{"userId":"local","yearMonth":"2026-09#pro","inputTokens":"8","outputTokens":2,"messageCount":1}
{"id":"Basic","instruction":"교열하라","description":"경제","updatedAt":"2026-09-01T00:00:00Z"}
{"id":{"S":"basic"},"instruction":{"S":"교열하라"},"description":{"S":"경제"},"updatedAt":{"S":"2026-09-01T00:00:00Z"}}
{"id":"Basic","instruction":"다른 것"}
{"promptId":"Basic","fileId":"f1","fileName":"표기.txt","fileContent":"몇 일","createdAt":"2026-09-01T00:00:00Z"}
{"connectionId":{"S":"abc"}}
{"who":"knows"}
not json
"#;

const REMARKS: &str = "\
SCAN line 14 (item 1): conversation c1, message 2: left out: role is not user or assistant
SCAN line 15 (item 2): left out: userId is missing
LINES line 6 (item 6): left out: an earlier item has its id and says something else
LINES line 9 (item 9): left out: no known layout has these attributes: who
LINES line 10 (item 10): left out: no JSON
read: 1 conversations with 2 messages, 1 prompts, 1 files, 3 totals; 1 sockets passed over, 4 items left out
";

const DRY: &str = "\
opening rows of the ledger: 3 new, 0 same, 0 different
table                         new       same  different  held back     before      after
conversations                   7          0          0          0          0          -
prompts                         2          0          0          0          0          -
files                           1          0          0          0          0          -
usage                           0          0          0          0          0          -
usage-tracking                  0          0          0          0          0          -
websocket-connections           0          0          0          0          0          -
dry run: nothing was written
";

const FIRST: &str = "\
opening rows of the ledger: 3 new, 0 same, 0 different
table                         new       same  different  held back     before      after
conversations                   7          0          0          0          0          7
prompts                         2          0          0          0          0          2
files                           1          0          0          0          0          1
usage                           0          0          0          0          0          2
usage-tracking                  0          0          0          0          0          6
websocket-connections           0          0          0          0          0          0
";

const SECOND: &str = "\
opening rows of the ledger: 0 new, 3 same, 0 different
table                         new       same  different  held back     before      after
conversations                   0          7          0          0          7          7
prompts                         0          2          0          0          2          2
files                           0          1          0          0          1          1
usage                           0          0          0          0          2          2
usage-tracking                  0          0          0          0          6          6
websocket-connections           0          0          0          0          0          0
";

#[test]
fn the_old_services_data_comes_over() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (data, scan, lines) = (path("data"), path("scan.json"), path("lines.json"));
    fs::write(&scan, SCAN).unwrap();
    fs::write(&lines, LINES).unwrap();
    let import = |more: &[&str]| {
        let all = [&["import", "--from", &scan, &lines, "--data", &data], more].concat();
        let (code, out, error) = run(&all);
        assert_eq!((code, error.as_str()), (1, ""));
        out
    };
    let remarks = REMARKS.replace("SCAN", &scan).replace("LINES", &lines);
    assert_eq!(import(&["--dry-run"]), [&remarks, DRY].concat());
    assert!(!Path::new(&data).exists());
    assert_eq!(import(&[]), [&remarks, FIRST].concat());
    assert_eq!(import(&[]), [&remarks, SECOND].concat());
    let (code, out, _) = run(&["ledger", "verify", "--data", &data]);
    assert_eq!((code, out.as_str()), (0, "1 users, 3 rows, 0 differences\n"));
    let usage =
        ["export", "usage", "--from", "2026-09-01", "--to", "2026-10-31", "--totals", "month"];
    let (_, out, _) = run(&[&usage[..], &["--data", &data]].concat());
    let months: Vec<_> = out.lines().skip(1).collect();
    assert_eq!(
        months,
        ["local,2026-09,Pro,8,2,0,0,0,0,10,1,0", "local,2026-10,Basic,100,20,0,0,0,0,120,4,0"]
    );

    let server = Server::start(Path::new(&data), &[]);
    let answer = server.ask("GET", "/conversations/c1", "", "");
    let one = "\"id\":\"1\",\"role\":\"user\",\"type\":\"user\",\"content\":\"정부은\",\
               \"timestamp\":\"2026-10-01T00:00:01.000Z\"";
    assert!(answer.contains(one) && answer.contains("정부는 😀"), "{answer}");
    let answer = server.ask("GET", "/prompts/Basic", "", "");
    assert!(answer.contains("교열하라") && answer.contains("몇 일"), "{answer}");
    let answer = server.ask("GET", "/usage/local/Basic", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_cut_document_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (data, scan) = (path("data"), path("scan.json"));
    fs::write(&scan, SCAN.rsplit_once("ghost").unwrap().0).unwrap();
    let (code, _, error) = run(&["import", "--from", &scan, "--data", &data]);
    assert_eq!(code, 2);
    assert!(error.contains("scan.json cannot be read after line 15"), "{error}");
    let (_, export, _) = run(&["export", "store", "--to", "-", "--data", &data]);
    assert!(export.contains("\"rows\":0"), "{export}");
    let (code, _, error) = run(&["import", "--from", &path("none"), "--data", &data]);
    assert!(code == 2 && error.contains("could not read"), "{error}");
}
