//! Each rule of the API by the least request that breaks it.

use super::{Taken, validate};
use crate::drill::request::{Body, Provider};
use crate::drill::search::{Citation, Page, Search};
use crate::models::Models;
use serde_json::{Value, json};

const TAKEN: Taken = Taken { prefill: true, temperature: true };

/// The refusal of a request with these fields in place of a good one's; empty where it is taken.
fn refused_with(taken: Taken, provider: Provider, change: &Value) -> String {
    let mut json = match provider {
        Provider::Anthropic => json!({"model": "m", "stream": true, "max_tokens": 10}),
        Provider::Bedrock => json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10}),
    };
    json["messages"] = json!([{"role": "user", "content": "물음 😀 \u{1100}\u{1161}"}]);
    for (name, value) in change.as_object().unwrap() {
        json[name] = value.clone();
    }
    let body: Body = serde_json::from_value(json).unwrap();
    let models = Models::built_in().unwrap();
    let model = models.find("claude-opus-4-5-20251101").unwrap();
    match validate(provider, &body, model, taken, false) {
        Ok(()) => String::new(),
        Err(refusal) => {
            assert_eq!(refusal.status, 400);
            refusal.message
        }
    }
}

fn check(change: &Value, expected: &str) {
    let refused = refused_with(TAKEN, Provider::Anthropic, change);
    assert!(
        refused.contains(expected) && refused.is_empty() == expected.is_empty(),
        "{change}: {refused}"
    );
}

#[test]
fn a_request_has_what_it_must() {
    check(&json!({}), "");
    check(&json!({"stream": false}), "only in streams");
    check(&json!({"max_tokens": null}), "max_tokens: Field required");
    check(&json!({"max_tokens": 0}), "greater than or equal to 1");
    check(&json!({"max_tokens": 64_001}), "64001 > 64000");
    check(&json!({"anthropic_version": "x"}), "Extra inputs are not permitted");
    check(&json!({"messages": []}), "at least one message");
}

#[test]
fn sampling_has_its_range() {
    check(&json!({"temperature": 1.0}), "");
    check(&json!({"temperature": 1.1}), "between 0 and 1");
    check(&json!({"temperature": -0.1}), "between 0 and 1");
    check(&json!({"temperature": 0.5, "top_p": 0.5}), "cannot both be specified");
    let none = Taken { temperature: false, ..TAKEN };
    let refused = refused_with(none, Provider::Anthropic, &json!({"temperature": 0.7}));
    assert!(refused.contains("`temperature` is not supported"), "{refused}");
}

#[test]
fn breakpoints_are_four_and_the_long_ones_come_first() {
    let block = |ttl: &str| json!({"type": "text", "text": "가", "cache_control": {"type": "ephemeral", "ttl": ttl}});
    let user = |blocks: &[&str]| {
        let blocks: Vec<_> = blocks.iter().map(|ttl| block(ttl)).collect();
        json!([{"role": "user", "content": blocks}])
    };
    check(&json!({"system": [block("1h")], "messages": user(&["1h", "5m", "5m"])}), "");
    check(
        &json!({"system": [block("1h")], "messages": user(&["5m", "5m", "5m", "5m"])}),
        "Found 5.",
    );
    check(&json!({"system": [block("5m")], "messages": user(&["1h"])}), "must not come after");
    check(&json!({"messages": user(&["2h"])}), "not of type ephemeral");
}

#[test]
fn roles_and_prefill() {
    let said = |all: &[(&str, &str)]| {
        let all: Vec<_> =
            all.iter().map(|(role, text)| json!({"role": role, "content": text})).collect();
        json!({"messages": all})
    };
    check(&said(&[("user", "가"), ("user", "나"), ("assistant", "다"), ("user", "라")]), "");
    check(
        &said(&[("assistant", "가"), ("user", "나")]),
        "first message must use the \"user\" role",
    );
    check(&said(&[("system", "가"), ("user", "나")]), "messages.0.role");
    check(&said(&[("user", "가"), ("assistant", "답의 앞")]), "");
    check(&said(&[("user", "가"), ("assistant", "답의 앞 ")]), "trailing whitespace");
    check(&said(&[("user", "가"), ("assistant", "답의 앞\n")]), "trailing whitespace");
    check(&said(&[("user", " ")]), "non-whitespace");
    check(&json!({"messages": [{"role": "user", "content": []}]}), "non-empty content");
    let none = Taken { prefill: false, ..TAKEN };
    let refused =
        refused_with(none, Provider::Anthropic, &said(&[("user", "가"), ("assistant", "앞")]));
    assert!(refused.contains("does not support assistant message prefill"), "{refused}");
}

#[test]
fn tools_and_the_choice_between_them() {
    let search = json!([{"type": "web_search_20250305", "name": "web_search"}]);
    check(&json!({"tools": search, "tool_choice": {"type": "none"}}), "");
    check(&json!({"tools": search, "tool_choice": {"type": "tool", "name": "web_search"}}), "");
    check(&json!({"tools": search, "tool_choice": {"type": "tool", "name": "x"}}), "not found");
    check(&json!({"tools": search, "tool_choice": {"type": "maybe"}}), "does not match");
    check(&json!({"tool_choice": {"type": "auto"}}), "only be specified while providing tools");
    check(&json!({"tools": [{"type": "web_search_20250305"}]}), "name: Field required");
    check(&json!({"tools": [{"name": "x"}]}), "input_schema: Field required");
    let both = json!([{"type": "web_search_20250305", "name": "web_search", "allowed_domains": [], "blocked_domains": []}]);
    check(&json!({"tools": both}), "Only one of");
}

fn search() -> Search {
    let page = Page {
        url: "https://bok.or.kr".into(),
        title: "한은".into(),
        text: "동결".into(),
        page_age: None,
    };
    Search { results: vec![page], ..Search::default() }
}

/// The content of an assistant message that searched and cited.
fn searched() -> Value {
    let citation = Citation { claim: "동결".into(), result: 0, cited_text: "유지".into() };
    json!([
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "금리"}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": search().content(false)},
        {"type": "text", "text": "동결", "citations": [search().citation(&citation)]},
    ])
}

fn after(content: &Value) -> Value {
    json!({"messages": [{"role": "user", "content": "물음"}, {"role": "assistant", "content": content},
        {"role": "user", "content": "다음"}]})
}

#[test]
fn searches_are_sent_back_as_they_came() {
    check(&after(&searched()), "");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut content = searched();
        change(&mut content);
        after(&content)
    };
    check(
        &changed(&|all| all[1]["content"][0]["encrypted_content"] = json!("QUJD")),
        "encrypted_content",
    );
    check(&changed(&|all| all[1]["content"][0]["title"] = json!("딴 제목")), "encrypted_content");
    check(&changed(&|all| all[1]["tool_use_id"] = json!("srvtoolu_2")), "unexpected `tool_use_id`");
    check(&changed(&|all| all[2]["citations"][0]["cited_text"] = json!("인하")), "encrypted_index");
    check(&changed(&|all| all[0]["id"] = json!("toolu_1")), "not sent back as it came");
    let without = |at: usize| {
        changed(&move |all| {
            all.as_array_mut().unwrap().remove(at);
        })
    };
    check(&without(0), "unexpected `tool_use_id`");
    check(&without(1), "without a corresponding `web_search_tool_result`");
}

#[test]
fn a_paused_answer_may_be_the_last_message() {
    let paused = |blocks: usize| {
        let content: Vec<_> = searched().as_array().unwrap()[..blocks].to_vec();
        json!({"messages": [{"role": "user", "content": "물음"}, {"role": "assistant", "content": content}]})
    };
    let none = Taken { prefill: false, ..TAKEN };
    assert_eq!(refused_with(none, Provider::Anthropic, &paused(1)), "");
    assert_eq!(refused_with(none, Provider::Anthropic, &paused(2)), "");
}

#[test]
fn bedrock_takes_less() {
    let check = |change: &Value, expected: &str| {
        let refused = refused_with(TAKEN, Provider::Bedrock, change);
        assert!(
            refused.contains(expected) && refused.is_empty() == expected.is_empty(),
            "{change}: {refused}"
        );
    };
    check(&json!({}), "");
    check(&json!({"anthropic_version": "2023-06-01"}), "bedrock-2023-05-31");
    check(&json!({"model": "m"}), "model: Extra inputs");
    check(&json!({"stream": true}), "stream: Extra inputs");
    check(
        &json!({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
        "tools.0: Input tag",
    );
    check(&after(&searched()), "messages.1.content.0: Input tag");
    check(&after(&json!([{"type": "text", "text": "답"}])), "");
}
