//! What goes out: prefixes to the byte, breakpoints, replayed blocks, continuations.

use super::{CacheTtl, Domains, Extra, GO_ON, Options, WebSearch};
use crate::messages::Bodies;
use domain::conversation::Speaker;
use domain::model::{HistoryMessage, Mode, ModelRequest, ProviderName, Verbatim};
use domain::text::ArticleText;
use serde_json::{Value, json};

const BLOCKS: &str = r#"[{"type":"server_tool_use","id":"s","input":{"query":"금리 😀"}},{"text":"2.5%","type":"text"}]"#;

fn said(speaker: Speaker, content: &str) -> HistoryMessage {
    HistoryMessage { speaker, content: ArticleText::new(content), verbatim: None }
}

fn searched(provider: &str, blocks: &str) -> HistoryMessage {
    let verbatim =
        Verbatim { provider: ProviderName::new(provider), blocks: ArticleText::new(blocks) };
    HistoryMessage { verbatim: Some(verbatim), ..said(Speaker::Assistant, "답") }
}

fn request(mode: Mode, history: Vec<HistoryMessage>) -> ModelRequest {
    ModelRequest {
        mode,
        system: vec![ArticleText::new("지침"), ArticleText::new("파일")],
        history,
        user: ArticleText::new("기사"),
        shown: None,
        may_search: mode == Mode::Chat,
        max_tokens: 10,
    }
}

pub(in crate::messages) fn options() -> Options {
    Options {
        provider: ProviderName::new("anthropic_api"),
        model: Some("m".into()),
        version: None,
        temperature: None,
        has_thinking_off: false,
        takes_prefill: true,
        web_search: Some(WebSearch {
            kind: "web_search_20250305".into(),
            max_uses: 5,
            domains: Domains::All,
        }),
        system_cache: Some(CacheTtl::OneHour),
    }
}

fn written(request: &ModelRequest, options: &Options, extra: &Extra) -> String {
    let bodies = Bodies::new(options.clone());
    String::from_utf8(bodies.write(request, extra).unwrap()).unwrap()
}

fn json(request: &ModelRequest, options: &Options) -> Value {
    serde_json::from_str(&written(request, options, &Extra::default())).unwrap()
}

fn breakpoints(text: &str) -> usize {
    text.matches("cache_control").count()
}

#[test]
fn every_turn_of_an_engine_sends_the_same_prefix_to_the_byte() {
    let asked = || vec![said(Speaker::User, "질문"), searched("anthropic_api", BLOCKS)];
    let chat = request(Mode::Chat, asked());
    let turns = [
        request(Mode::Proofread, vec![]),
        request(Mode::Chat, vec![]),
        chat.clone(),
        ModelRequest { shown: Some(ArticleText::new("답의 앞")), ..chat.clone() },
        ModelRequest { may_search: false, ..chat },
        // What keeps the cache warm.
        ModelRequest {
            max_tokens: 1,
            user: ArticleText::new("."),
            ..request(Mode::Proofread, vec![])
        },
    ];
    let expected = r#""tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5,"user_location":{"type":"approximate","country":"KR","timezone":"Asia/Seoul"}}]"#;
    let system = r#""system":[{"type":"text","text":"지침"},{"type":"text","text":"파일","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":["#;
    let bodies = turns.map(|turn| written(&turn, &options(), &Extra::default()));
    for body in &bodies {
        assert!(body.contains(expected) && body.contains(system), "{body}");
        // One hour stands before five minutes, and a request may hold four breakpoints.
        assert!(body.find("\"ttl\"") < body.rfind("ephemeral") || breakpoints(body) == 1);
    }
    assert_eq!(bodies.each_ref().map(|body| breakpoints(body)), [1, 1, 2, 2, 2, 1]);
    let has_choice = |body: &String| body.contains(r#""tool_choice":{"type":"none"}"#);
    assert_eq!(bodies.each_ref().map(has_choice), [true, false, false, false, true, true]);
}

#[test]
fn breakpoints_stand_after_system_and_history() {
    let history = vec![said(Speaker::User, "하나"), said(Speaker::Assistant, "둘")];
    let json = json(&request(Mode::Chat, history), &options());
    assert_eq!(json["system"][0]["cache_control"], Value::Null);
    assert_eq!(json["system"][1]["cache_control"]["ttl"], "1h");
    assert_eq!(json["messages"][0]["content"][0]["cache_control"], Value::Null);
    assert_eq!(json["messages"][1]["content"][0]["cache_control"], json!({"type": "ephemeral"}));
    let last = json!({"role": "user", "content": [{"type": "text", "text": "기사"}]});
    assert_eq!(json["messages"][2], last);
    assert_eq!(json["tool_choice"], Value::Null);
}

#[test]
fn an_earlier_search_is_sent_back_as_it_came_to_its_own_provider() {
    let inner = BLOCKS.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap();
    let asked = |verbatim| {
        let history = vec![said(Speaker::User, "질문"), verbatim, said(Speaker::User, "또")];
        written(&request(Mode::Chat, history), &options(), &Extra::default())
    };
    let own = asked(searched("anthropic_api", BLOCKS));
    assert!(own.contains(&format!(r#"{{"role":"assistant","content":[{inner}]}}"#)), "{own}");
    let plain = r#"{"role":"assistant","content":[{"type":"text","text":"답"}]}"#;
    for other in [searched("bedrock", BLOCKS), searched("anthropic_api", "[]")] {
        assert!(asked(other).contains(plain));
    }
    assert!(asked(searched("anthropic_api", "{broken")).contains(plain));
    // As the last message it carries the breakpoint, and is otherwise the same.
    let last = request(Mode::Chat, vec![searched("anthropic_api", BLOCKS)]);
    let marked =
        inner.strip_suffix('}').unwrap().to_owned() + r#","cache_control":{"type":"ephemeral"}}"#;
    assert!(written(&last, &options(), &Extra::default()).contains(&marked));
}

#[test]
fn what_was_shown_is_prefilled_or_asked_to_be_continued() {
    let shown = |text: &str| ModelRequest {
        shown: Some(ArticleText::new(text)),
        ..request(Mode::Chat, vec![])
    };
    let tail = |text: &str, takes_prefill| {
        let json = json(&shown(text), &Options { takes_prefill, ..options() });
        json["messages"].as_array().unwrap()[1..].to_vec()
    };
    let said =
        |role: &str, text: &str| json!({"role": role, "content": [{"type": "text", "text": text}]});
    assert_eq!(tail("금리는 \n", true), [said("assistant", "금리는")]);
    assert_eq!(tail("금리는", false), [said("assistant", "금리는"), said("user", GO_ON)]);
    assert_eq!(tail(" \n", true), Vec::<Value>::new());
    assert_eq!(tail(" \n", false), Vec::<Value>::new());
}

#[test]
fn a_paused_answer_is_sent_back_after_what_was_shown() {
    let paused = vec![r#"{"type":"server_tool_use","id":"s"}"#.to_owned()];
    let extra = Extra { paused, has_no_tools: false };
    let shown =
        ModelRequest { shown: Some(ArticleText::new("앞")), ..request(Mode::Chat, vec![]) };
    let both = r#"{"role":"assistant","content":[{"type":"text","text":"앞"},{"type":"server_tool_use","id":"s"}]}]}"#;
    assert!(written(&shown, &options(), &extra).ends_with(both));
    let alone = r#"{"role":"assistant","content":[{"type":"server_tool_use","id":"s"}]}]}"#;
    assert!(written(&request(Mode::Chat, vec![]), &options(), &extra).ends_with(alone));
}

#[test]
fn domains_thinking_and_missing_tools_are_written_where_they_are_wanted() {
    let tool = |domains: Domains| {
        let web_search = options().web_search.map(|search| WebSearch { domains, ..search });
        json(&request(Mode::Chat, vec![]), &Options { web_search, ..options() })["tools"][0].clone()
    };
    let domains = || vec!["bok.or.kr".to_owned()];
    assert_eq!(tool(Domains::Allowed(domains()))["allowed_domains"], json!(["bok.or.kr"]));
    assert_eq!(tool(Domains::Blocked(domains()))["blocked_domains"], json!(["bok.or.kr"]));
    assert_eq!(tool(Domains::All).as_object().unwrap().len(), 4);
    let thinks = Options { has_thinking_off: true, ..options() };
    let json = json(&request(Mode::Chat, vec![]), &thinks);
    assert_eq!(json["thinking"], json!({"type": "disabled"}));
    let extra = Extra { has_no_tools: true, ..Extra::default() };
    let history = vec![said(Speaker::User, "질문"), searched("anthropic_api", BLOCKS)];
    let none = written(&request(Mode::Chat, history), &options(), &extra);
    assert!(!none.contains("tool"), "{none}");
}

#[test]
fn a_body_without_model_search_and_cache_holds_nothing_else() {
    let bare = Options {
        model: None,
        version: Some("bedrock-2023-05-31"),
        web_search: None,
        system_cache: None,
        ..options()
    };
    assert_eq!(
        written(&request(Mode::Proofread, vec![]), &bare, &Extra::default()),
        r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"system":[{"type":"text","text":"지침"},{"type":"text","text":"파일"}],"messages":[{"role":"user","content":[{"type":"text","text":"기사"}]}]}"#
    );
}
