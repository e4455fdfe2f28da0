//! `/v2`: what clients of LanguageTool ask and what they get.

use axum::body::Body;
use axum::http::Request;
use checker::{Checker, Settings};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::bench::{Service, service};

const FORM: &str = "application/x-www-form-urlencoded";

/// Percent-encodes every byte, as a form may.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Status, media type and body of a request.
async fn asked(service: &Service, request: Request<Body>) -> (u16, String, String) {
    let response = service.router.clone().oneshot(request).await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
    (status, kind, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn posted(service: &Service, kind: &str, body: String) -> (u16, String, String) {
    let request = Request::post("/v2/check").header("authorization", "Bearer kim");
    asked(service, request.header("content-type", kind).body(Body::from(body)).unwrap()).await
}

/// The answer to a form of these parameters.
async fn checked(service: &Service, parameters: &[(&str, &str)]) -> Value {
    let pairs: Vec<_> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let (status, _, body) = posted(service, FORM, pairs.join("&")).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Offset, length and replacements of each match.
fn places(answer: &Value) -> Vec<(u64, u64, Vec<&str>)> {
    let matches = answer["matches"].as_array().unwrap();
    matches
        .iter()
        .map(|one| {
            let replacements = one["replacements"].as_array().unwrap();
            (
                one["offset"].as_u64().unwrap(),
                one["length"].as_u64().unwrap(),
                replacements.iter().map(|one| one["value"].as_str().unwrap()).collect(),
            )
        })
        .collect()
}

fn rules(answer: &Value) -> Vec<&str> {
    let matches = answer["matches"].as_array().unwrap();
    matches.iter().map(|one| one["rule"]["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_answer_has_the_shape_of_languagetool() {
    let service = service(None);
    let text = "😀 좋다. 몇일 뒤";
    let found = Checker::new().check(text, &Settings::default()).remove(0);
    let norm = found.reference.unwrap();
    let expected = json!({
        "software": {"name": "nx-wt-prf", "version": "test", "buildDate": "", "apiVersion": 1,
            "premium": false, "status": ""},
        "warnings": {"incompleteResults": false},
        "language": {"name": "Korean (South Korea)", "code": "ko-KR",
            "detectedLanguage": {"name": "Korean", "code": "ko-KR", "confidence": 1.0}},
        "matches": [{
            "message": found.message,
            "shortMessage": "맞춤법",
            "replacements": [{"value": "며칠"}],
            "offset": 7,
            "length": 2,
            "context": {"text": text, "offset": 7, "length": 2},
            "sentence": "몇일 뒤",
            "type": {"typeName": "UnknownWord"},
            "rule": {"id": "spelling/fixed-form",
                "description": format!("맞춤법 ({norm})"),
                "issueType": "misspelling",
                "category": {"id": "SPELLING", "name": "맞춤법"}},
            "ignoreForIncompleteSentence": false,
            "contextForSureMatch": 0
        }],
        "sentenceRanges": [[0, 6], [7, 11]]
    });
    assert_eq!(checked(&service, &[("text", text), ("language", "ko-KR")]).await, expected);
    let unknown = [
        ("text", text),
        ("language", "auto"),
        ("motherTongue", "en"),
        ("preferredVariants", "en-US,de-AT"),
        ("username", "kim"),
        ("apiKey", "k"),
        ("disabledRules", "WHITESPACE_RULE"),
        ("level", "default"),
    ];
    assert_eq!(checked(&service, &unknown).await, expected);
    let json = json!({"text": text, "language": "ko-kr", "enabledOnly": false}).to_string();
    let (status, kind, body) = posted(&service, "application/json; charset=utf-8", json).await;
    assert_eq!((status, kind.as_str()), (200, "application/json"));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    let path = format!("/v2/check?language=auto&text={}", encoded(text));
    assert_eq!(service.ok("kim", "GET", &path, "").await, expected);
}

#[tokio::test]
async fn rules_and_categories_are_chosen() {
    let service = service(None);
    let text = "정부은 몇일 뒤 할수 있다";
    let all = ["particle/after-hangul", "spelling/fixed-form", "spacing/dependent-noun"];
    for (name, value, expected) in [
        ("disabledRules", "spelling/fixed-form,spacing/dependent-noun", &all[..1]),
        ("disabledCategories", "PARTICLE, SPACING,TYPOS", &all[1..2]),
        ("enabledRules", "spelling/fixed-form", &all[..]),
    ] {
        let answer = checked(&service, &[("text", text), ("language", "ko"), (name, value)]).await;
        assert_eq!(rules(&answer), expected, "{name}");
    }
    let only = [
        ("text", text),
        ("language", "ko"),
        ("enabledOnly", "true"),
        ("enabledRules", "spelling/fixed-form"),
        ("enabledCategories", "SPACING"),
    ];
    assert_eq!(rules(&checked(&service, &only).await), &all[1..]);
    let foreign =
        [("text", text), ("language", "ko"), ("enabledOnly", "yes"), ("enabledRules", "A")];
    assert_eq!(rules(&checked(&service, &foreign).await), Vec::<&str>::new());
}

#[tokio::test]
async fn markup_is_not_checked_and_counts_in_offsets() {
    let service = service(None);
    let data = json!({"annotation": [
        {"markup": "<p title=\"몇일 😀\">"}, {"text": "😀 그는 몇일 뒤 "}, {"markup": "<b>"},
        {"text": "할"}, {"markup": "</b>"}, {"text": "수 있다."},
        {"markup": "<br>", "interpretAs": "\n"}, {"text": "몇\u{1109}\u{1175}"}
    ]});
    let data = data.to_string();
    let answer = checked(&service, &[("data", &data), ("language", "ko")]).await;
    // What would write over markup is said, but nothing is offered.
    assert_eq!(places(&answer), [(23, 2, vec!["며칠"]), (31, 6, vec![])]);
    let given = "<p title=\"몇일 😀\">😀 그는 몇일 뒤 <b>할</b>수 있다.<br>몇\u{1109}\u{1175}";
    let second = &answer["matches"][1];
    assert_eq!(second["context"], json!({"text": given, "offset": 31, "length": 6}));
    assert_eq!(second["sentence"], "😀 그는 몇일 뒤 할수 있다.");
    assert_eq!(answer["sentenceRanges"], json!([[17, 41], [45, 48]]));
    let inside = json!({"data": {"text": "몇일"}, "language": "ko"}).to_string();
    let (status, _, body) = posted(&service, "application/json", inside).await;
    let answer = serde_json::from_str::<Value>(&body).unwrap();
    assert_eq!((status, places(&answer)), (200, vec![(0, 2, vec!["며칠"])]));
}

#[tokio::test]
async fn what_cannot_be_checked_is_said_in_plain_text() {
    let service = service(None);
    let json = "application/json";
    for (kind, body, expected) in [
        (FORM, "language=ko", "Error: Missing 'text' or 'data' parameter."),
        (
            FORM,
            "",
            "Error: Missing 'language' parameter, e.g. 'language=ko-KR' or 'language=auto'.",
        ),
        (
            FORM,
            "text=a&language=xx",
            "Error: 'xx' is not a language code known to LanguageTool. Supported language codes \
             are: ko, ko-KR.",
        ),
        (
            FORM,
            "text=a&language=%EA%B8%B0%EC%82%AC",
            "Error: '?' is not a language code known to LanguageTool. Supported language codes \
             are: ko, ko-KR.",
        ),
        (
            FORM,
            "text=a&data=b&language=ko",
            "Error: Set only 'text' or 'data' parameter, not both.",
        ),
        (
            FORM,
            "text=a&language=ko&level=high",
            "Error: The 'level' parameter must be either 'default' or 'picky'.",
        ),
        (
            FORM,
            "text=a&language=ko&enabledOnly=true",
            "Error: You must specify enabled rules or categories when using enabledOnly=true.",
        ),
        (
            FORM,
            "text=a&language=ko&enabledOnly=true&enabledRules=A&disabledRules=B",
            "Error: You cannot specify disabled rules or categories when using enabledOnly=true.",
        ),
        (FORM, "language=ko&text=%ED%A0%80", "Error: The parameters are not UTF-8."),
        (
            FORM,
            "language=ko&data={\"text\":1}",
            "Error: 'data' needs either 'text' or a list 'annotation' of either 'text' or 'markup' \
             each.",
        ),
        (
            FORM,
            "language=ko&data={\"text\":\"\\udc00\"}",
            "Error: The 'data' parameter is not valid JSON: lone leading surrogate in hex escape \
             at line 1 column 15",
        ),
        (
            json,
            r#"{"language":"ko","text":"가\ud800"}"#,
            "Error: The request body is not valid JSON: unexpected end of hex escape at line 1 \
             column 35",
        ),
        (json, "[]", "Error: The request body is not a JSON object."),
    ] {
        let answer = posted(&service, kind, body.to_owned()).await;
        let expected = (400, "text/plain; charset=utf-8".to_owned(), expected.to_owned());
        assert_eq!(answer, expected, "{body}");
    }
}

#[tokio::test]
async fn a_text_over_the_limit_is_refused() {
    let service = service(None);
    let of = |count: usize| format!("language=ko&text={}", encoded(&"가".repeat(count)));
    let (status, _, body) = posted(&service, FORM, of(20_001)).await;
    assert_eq!(
        (status, body.as_str()),
        (
            413,
            "Error: Your text exceeds the limit of 20000 characters (it's 20001 characters). \
             Please submit a shorter text."
        )
    );
    assert_eq!(posted(&service, FORM, of(20_000)).await.0, 200);
    // Longer than what is checked on the socket's own thread, in bytes.
    let (status, _, body) = posted(&service, FORM, of(0) + &encoded(&"나라 ".repeat(6_666))).await;
    assert_eq!((status, body.contains("\"matches\":[")), (200, true));
    let (status, _, body) = posted(&service, FORM, "a".repeat(5_000_000)).await;
    assert_eq!((status, body.as_str()), (413, "Error: The request is too large."));
}

#[tokio::test]
async fn a_text_without_an_end_is_not_repeated_in_every_match() {
    let service = service(None);
    let answer = checked(&service, &[("text", &"몇일 ".repeat(6_000)), ("language", "ko")]).await;
    let matches = answer["matches"].as_array().unwrap();
    assert_eq!(matches[3_000]["sentence"], matches[3_000]["context"]["text"]);
    assert_eq!((matches.len(), answer["sentenceRanges"].clone()), (6_000, json!([[0, 17_999]])));
}

#[tokio::test]
async fn languages_are_listed_and_strangers_are_not_served() {
    let service = service(None);
    assert_eq!(
        service.ok("kim", "GET", "/v2/languages", "").await,
        json!([
            {"name": "Korean", "code": "ko", "longCode": "ko"},
            {"name": "Korean (South Korea)", "code": "ko", "longCode": "ko-KR"}
        ])
    );
    for path in ["/v2/languages", "/v2/check?language=ko&text=a"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(service.send(request).await.0, 401, "{path}");
    }
}

#[tokio::test]
async fn text_in_another_language_is_left_alone_when_the_language_is_to_be_found() {
    let service = service(None);
    let answer = checked(&service, &[("text", "the the 😀"), ("language", "auto")]).await;
    assert_eq!(rules(&answer), Vec::<&str>::new());
    assert_eq!(answer["language"]["detectedLanguage"]["confidence"], json!(0.0));
    let empty = checked(&service, &[("text", ""), ("language", "ko")]).await;
    assert_eq!((&empty["matches"], &empty["sentenceRanges"]), (&json!([]), &json!([])));
}
