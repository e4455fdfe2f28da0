//! `/dictionary` and `/rules`.

use serde_json::{Value, json};

use crate::bench::service;

fn entry(scope: &str, wrong: &str, right: &str) -> String {
    json!({"scope": scope, "kind": "replace", "wrong": wrong, "right": right}).to_string()
}

#[tokio::test]
async fn entries_are_added_listed_and_removed() {
    let service = service(None);
    let new = json!({"scope": "me", "kind": "replace", "wrong": " 씨이오 ", "right": "최고경영자",
        "reason": "우리말로 씁니다."});
    let added = service.ok("kim", "POST", "/dictionary", &new.to_string()).await;
    let expected = json!({"id": added["id"], "scope": "me", "kind": "replace", "wrong": "씨이오",
        "right": "최고경영자", "reason": "우리말로 씁니다.", "createdBy": "kim",
        "createdAt": "2026-11-24T03:00:00.000Z"});
    assert_eq!(added, expected);
    let silent = json!({"scope": "desk", "desk": "경제:증권", "kind": "ignore-rule",
        "ruleId": "spelling/fixed-form", "wrong": ""});
    let silent = service.ok("desk:park", "POST", "/dictionary", &silent.to_string()).await;
    assert_eq!((&silent["wrong"], &silent["right"]), (&json!(""), &Value::Null));
    service.ok("admin:boss", "POST", "/dictionary", &entry("all", "가람댁", "임금 😀")).await;
    let words = async |user: &str, query: &str| {
        let list = service.ok(user, "GET", &format!("/dictionary{query}"), "").await;
        let entries = list["entries"].as_array().unwrap();
        let words: Vec<_> = entries.iter().map(|one| one["wrong"].clone()).collect();
        (json!(words), list["total"].as_u64(), list["next"].clone())
    };
    assert_eq!(words("kim", "").await, (json!(["씨이오", "가람댁"]), Some(2), Value::Null));
    assert_eq!(words("lee", "").await.0, json!(["가람댁"]));
    let desk = "?desk=%EA%B2%BD%EC%A0%9C:%EC%A6%9D%EA%B6%8C";
    assert_eq!(words("lee", desk).await.0, json!(["", "가람댁"]));
    assert_eq!(words("kim", "?limit=1").await, (json!(["씨이오"]), Some(2), json!("1")));
    assert_eq!(words("kim", "?limit=1&cursor=1").await, (json!(["가람댁"]), Some(2), Value::Null));
    assert_eq!(words("kim", "?q=%F0%9F%98%80").await.0, json!(["가람댁"]));
    let path = |entry: &Value| {
        let id = entry["id"]
            .as_str()
            .unwrap()
            .replace("경제:증권", desk.strip_prefix("?desk=").unwrap());
        format!("/dictionary/{id}")
    };
    assert_eq!(service.refused("lee", "DELETE", &path(&added), "").await.0, 404);
    service.ok("kim", "DELETE", &path(&added), "").await;
    assert_eq!(service.refused("kim", "DELETE", &path(&added), "").await.0, 404);
    assert_eq!(service.refused("kim", "DELETE", &path(&silent), "").await.0, 403);
    service.ok("desk:park", "DELETE", &path(&silent), "").await;
    assert_eq!(words("lee", desk).await.0, json!(["가람댁"]));
}

#[tokio::test]
async fn who_may_not_is_refused_and_so_is_what_may_not_stand() {
    let service = service(None);
    let check = async |user: &str, body: String, expected: (u16, &str)| {
        let refused = service.refused(user, "POST", "/dictionary", &body).await;
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{body}");
    };
    let desk = |desk: Value| {
        json!({"scope": "desk", "desk": desk, "kind": "except", "wrong": "가람댁"}).to_string()
    };
    check("kim", desk(json!("economy")), (403, "forbidden")).await;
    check("desk:park", entry("all", "가람댁", "임금"), (403, "forbidden")).await;
    check("desk:park", desk(Value::Null), (400, "bad_value")).await;
    check("kim", entry("everybody", "가람댁", "임금"), (400, "bad_json")).await;
    check("kim", entry("me", " ", "임금"), (400, "entry_empty")).await;
    check("kim", entry("me", "가람댁", ""), (400, "entry_empty")).await;
    check("kim", entry("me", &"가".repeat(101), "나"), (400, "entry_too_long")).await;
    check("kim", entry("me", "가\n나", "나"), (400, "entry_no_text")).await;
    check("kim", entry("me", "가람댁", "가람댁"), (400, "entry_same")).await;
    let unknown =
        json!({"scope": "me", "kind": "ignore-rule", "ruleId": "spelling/none"}).to_string();
    check("kim", unknown, (400, "unknown_rule")).await;
    service.ok("kim", "POST", "/dictionary", &entry("me", "가람댁", "임금")).await;
    check("kim", entry("me", "가람댁", "왕"), (409, "entry_repeated")).await;
    // Everybody's dictionary is another.
    service.ok("admin:boss", "POST", "/dictionary", &entry("all", "가람댁", "왕")).await;
    for path in ["/dictionary/x", "/dictionary/you:x", "/dictionary/desk:x"] {
        assert_eq!(service.refused("admin:boss", "DELETE", path, "").await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_dictionary_comes_from_a_file_and_goes_into_one() {
    let service = service(None);
    let file = "쓰지 말 것,쓸 것,이유\n씨이오,최고경영자,\"우리말, 먼저\"\n씨이오,사장,\n가람댁,가람댁,\n\
                갯마을차차차,,\n";
    let path = "/dictionary/import?scope=me";
    let answer = service.ok("kim", "POST", path, file).await;
    assert_eq!(answer["added"], 2);
    let errors: Vec<_> = answer["errors"].as_array().unwrap().iter().collect();
    let codes: Vec<_> =
        errors.iter().map(|one| (one["line"].clone(), one["code"].clone())).collect();
    let expected = [(json!(3), json!("entry_repeated")), (json!(4), json!("entry_same"))];
    assert_eq!(codes, expected);
    assert_eq!(errors[1]["message"], "쓰지 말 것과 쓸 것이 같습니다.");
    let (headers, written) = service.text("kim", "/dictionary/export?scope=me").await;
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        written,
        "\u{feff}wrong,right,reason,kind,ruleId\n씨이오,최고경영자,\"우리말, 먼저\",replace,\n\
         갯마을차차차,,,except,\n"
    );
    assert_eq!(service.ok("lee", "POST", path, &written).await["added"], 2);
    let none = service.refused("kim", "POST", path, "가,나\n").await;
    assert_eq!(none, (400, "bad_csv".into()));
    let everybodys = service.refused("kim", "POST", "/dictionary/import?scope=all", file).await;
    assert_eq!(everybodys, (403, "forbidden".into()));
}

#[tokio::test]
async fn rules_are_found_by_what_they_say() {
    let service = service(None);
    let ids = async |query: &str| {
        let page = service.ok("kim", "GET", &format!("/rules{query}"), "").await;
        let rules = page["rules"].as_array().unwrap();
        let ids: Vec<_> = rules.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        (ids, page["total"].as_u64().unwrap(), page["next"].as_str().map(str::to_owned))
    };
    let (all, total, next) = ids("?limit=2").await;
    assert_eq!((all.len(), next.as_deref()), (2, Some(all[1].as_str())));
    let mut seen = all;
    let mut cursor = next;
    while let Some(next) = cursor {
        let (more, same, then) = ids(&format!("?limit=200&cursor={next}")).await;
        assert_eq!(same, total);
        seen.extend(more);
        cursor = then;
    }
    let built_in = checker::Checker::new();
    let expected: Vec<_> =
        built_in.find_rules(None, "").iter().map(|rule| rule.id().as_str().to_owned()).collect();
    assert_eq!(seen, expected);
    // 몇일 is a word of the rule and stands in no id.
    let (found, _, _) = ids("?q=%EB%AA%87%EC%9D%BC&category=spelling").await;
    assert!(found.contains(&"spelling/fixed-form".to_owned()), "{found:?}");
    assert_eq!(ids("?q=%F0%9F%98%80%F0%9F%98%80").await.1, 0);
    let one = service.ok("kim", "GET", "/rules?id=spelling/fixed-form", "").await;
    let rule = &one["rules"][0];
    let shown = (&rule["category"], &rule["severity"], rule["profileOnly"].is_null());
    assert_eq!(shown, (&json!("spelling"), &json!("error"), true));
    assert_eq!(rule["words"].as_array().unwrap().len(), rule["entries"].as_u64().unwrap() as usize);
    assert!(rule["examples"][0]["wrong"].is_string() && rule["keep"][0].is_string());
    assert_eq!(service.refused("kim", "GET", "/rules?id=spelling/none", "").await.0, 404);
    let bad = service.refused("kim", "GET", "/rules?category=none", "").await;
    assert_eq!(bad, (400, "bad_value".into()));
}

#[tokio::test]
async fn an_entry_concerns_whom_it_is_for_from_the_next_check_on() {
    let service = service(None);
    let found = async |user: &str, desk: Value| {
        let body = json!({"text": "😀 가람댁께", "desk": desk}).to_string();
        let found = service.ok(user, "POST", "/check", &body).await;
        let all = found["suggestions"].as_array().unwrap();
        all.iter().map(|one| one["replacements"][0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("kim", Value::Null).await, Vec::<Value>::new());
    let own = service.ok("kim", "POST", "/dictionary", &entry("me", "가람댁", "임금")).await;
    assert_eq!(found("kim", Value::Null).await, [json!("임금")]);
    assert_eq!(found("lee", Value::Null).await, Vec::<Value>::new());
    let own = own["id"].as_str().unwrap();
    service.ok("kim", "DELETE", &format!("/dictionary/{own}"), "").await;
    assert_eq!(found("kim", Value::Null).await, Vec::<Value>::new());
    let desk = json!({"scope": "desk", "desk": "sports", "kind": "replace", "wrong": "가람댁",
        "right": "왕", "reason": "‘{right}’(으)로 씁니다."});
    service.ok("desk:park", "POST", "/dictionary", &desk.to_string()).await;
    assert_eq!(found("lee", Value::Null).await, Vec::<Value>::new());
    assert_eq!(found("lee", json!("sports")).await, [json!("왕")]);
    // One's own desk needs no naming, and another can be named.
    assert_eq!(found("lee@sports", Value::Null).await, [json!("왕")]);
    assert_eq!(found("lee@sports", json!("economy")).await, Vec::<Value>::new());
    let listed = service.ok("lee@sports", "GET", "/dictionary", "").await;
    assert_eq!(listed["entries"][0]["right"], "왕");
    service.ok("admin:boss", "POST", "/dictionary", &entry("all", "가람댁", "임금")).await;
    assert_eq!(found("lee", Value::Null).await, [json!("임금")]);
    let form = "/v2/check?language=ko&text=%EA%B0%80%EB%9E%8C%EB%8C%81%EA%BB%98";
    let matches = service.ok("lee", "GET", form, "").await;
    let rule = matches["matches"][0]["rule"]["id"].as_str().unwrap();
    assert!(rule.starts_with("house-style/dictionary-"), "{rule}");
}

#[tokio::test]
async fn a_dictionary_does_not_flag_what_it_wants() {
    let service = service(None);
    let check = async |wrong: &str, right: &str, expected: (u16, &str)| {
        let body = entry("me", wrong, right);
        let refused = service.refused("kim", "POST", "/dictionary", &body).await;
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{wrong} {right}");
    };
    service.ok("kim", "POST", "/dictionary", &entry("me", "가람댁", "임금")).await;
    check("임금", "왕", (400, "entry_loop")).await;
    check("왕", "가람댁 사람", (400, "entry_loop")).await;
    check("사공님", "사공님을", (400, "entry_loop")).await;
    service.ok("kim", "POST", "/dictionary", &entry("me", "임금님표", "왕표")).await;
    let file = "wrong,right\n하늬재,바람재\n바람재,하늬재\n샛별내,별내\n";
    let answer = service.ok("kim", "POST", "/dictionary/import?scope=me", file).await;
    let lines: Vec<_> = answer["errors"].as_array().unwrap().iter().collect();
    let lines: Vec<_> = lines.iter().map(|one| (one["line"].as_u64(), &one["code"])).collect();
    let code = json!("entry_loop");
    assert_eq!(lines, [(Some(2), &code), (Some(3), &code)]);
    assert_eq!(answer["added"], 1);
}
