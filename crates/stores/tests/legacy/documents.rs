//! Files of items in every form they come in, and what is wrong with one.

use std::fs;

use serde_json::Value;
use stores::legacy::items;

/// What was read, item by item with its line, and the fault that ended it.
fn found(text: &[u8]) -> (Vec<String>, Option<String>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("export.json");
    fs::write(&path, text).unwrap();
    let (mut all, mut error) = (Vec::new(), None);
    for one in items(&path) {
        match one {
            Ok(found) => {
                let item = found.item.as_ref().map_or("?".into(), Value::to_string);
                let place = found.place;
                assert_eq!(place.item as usize, all.len() + 1);
                all.push(format!("{} {item}", place.line));
            }
            Err(fault) => {
                let fault = fault.to_string();
                error = Some(fault.replace(path.to_str().unwrap(), "F"));
            }
        }
    }
    (all, error)
}

fn check(text: &str, expected: &[&str], error: Option<&str>) {
    let (all, fault) = found(text.as_bytes());
    assert_eq!(
        (all, fault.as_deref()),
        (expected.iter().map(ToString::to_string).collect(), error),
        "{text}"
    );
}

#[test]
fn every_form_gives_its_items() {
    check(
        "{\"Items\": [{\"a\": 1}, {\"a\": 2}], \"Count\": 2}",
        &["1 {\"a\":1}", "1 {\"a\":2}"],
        None,
    );
    check(
        "{\n  \"Items\": [\n    {\"a\": 1},\n    {\n\"a\": 2}\n  ],\n \"Count\": 2\n}\n{\"Items\": []}\n[\n{\"a\": 3}]",
        &["3 {\"a\":1}", "5 {\"a\":2}", "11 {\"a\":3}"],
        None,
    );
    check(
        "{\"Item\":{\"a\":{\"N\":\"1\"}}}\n\n{\"Item\":{\"b\":{\"S\":\"한 😀\"}}}\r\n",
        &["1 {\"Item\":{\"a\":{\"N\":\"1\"}}}", "3 {\"Item\":{\"b\":{\"S\":\"한 😀\"}}}"],
        None,
    );
    check("[{\"a\": 1}]", &["1 {\"a\":1}"], None);
    check(
        "{\"nx-wt-prf-conversations-v2\": [{\"a\": 1}], \"usage\": {\"Items\": [{\"a\": 2}]}}",
        &["1 {\"a\":1}", "1 {\"a\":2}"],
        None,
    );
    check("", &[], None);
    check("{}", &["1 {}"], None);
    check("[1, \"x\", null]", &["1 1", "1 \"x\"", "1 null"], None);
}

#[test]
fn what_is_wrong_is_named() {
    check("{\"a\":1}\n{\"a\":\n{\"a\":3}\n", &["1 {\"a\":1}", "2 ?", "3 {\"a\":3}"], None);
    check("{\"a\":1}\n{\"a\":2} x\n", &["1 {\"a\":1}", "2 {\"a\":2}", "2 ?"], None);
    let broken = "F cannot be read after line 3: it is cut or no JSON";
    check("{\"Items\": [\n{\"a\": 1},\n{\"a\": ", &["2 {\"a\":1}"], Some(broken));
    check("이름", &[], Some("F cannot be read after line 1: it is cut or no JSON"));
    assert_eq!(
        found(&[0x1f, 0x8b, 8, 0]),
        (vec![], Some("F is compressed: unpack it first (gunzip)".into()))
    );
}

#[test]
fn a_large_document_is_read_item_by_item() {
    let item = format!("{{\"a\": \"{}\"}}", "가".repeat(100_000));
    let text = format!("{{\"Items\": [{}]}}", vec![item; 20].join(","));
    let (all, error) = found(text.as_bytes());
    assert_eq!((all.len(), error), (20, None));
}
