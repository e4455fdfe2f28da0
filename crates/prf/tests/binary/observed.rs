//! What whoever runs the server sees of its turns: figures, log lines and readiness; and that none of
//! them holds an article or a key.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use providers::drill::{Drill, Script};
use providers::{Models, drill};
use serde_json::{Value, json};

use crate::client::{Asked, Socket, get, request};
use crate::kills::SystemClock;
use crate::running::{ARTICLE, Log, Server};

pub(crate) const ANSWER: &str = "기준금리는 😀 동결됐습니다.";
pub(crate) const KEYS: [&str; 2] = ["sk-ant-notforeyes", "aws-notforeyes"];

/// Anthropic wants to be paid; Bedrock answers.
pub(crate) async fn unpaid_anthropic() -> String {
    let unpaid = json!({"faults": [{"status": {"code": 402}}]});
    let finding = json!({"original": "리더쉽", "replacement": "리더십", "category": "loanword"});
    let calm = json!({"answer": ANSWER, "findings": [finding]});
    let script = json!({"anthropic": [unpaid], "default": calm}).to_string();
    let clock = std::sync::Arc::new(SystemClock);
    let drill = Drill::new(Script::from_json(&script).unwrap(), Models::built_in().unwrap(), clock);
    format!("http://{}", drill::start(drill).await.unwrap())
}

/// A server over both providers, with its log as it comes.
pub(crate) fn served(data: &Path, upstream: &str, more: &[(&str, &str)]) -> (Server, Log) {
    let environment = [
        ("ANTHROPIC_API_KEY", KEYS[0]),
        ("ANTHROPIC_BASE_URL", upstream),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", KEYS[1]),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", upstream),
    ];
    let server = Server::start(data, &[&environment, more].concat());
    let log = server.log.clone();
    (server, log)
}

pub(crate) fn turns() -> [Asked; 2] {
    let asked = |text: &str, frame: Value| Asked {
        key: text.into(),
        text: text.into(),
        frame,
        ..Asked::default()
    };
    let article = json!({"action": "proofread", "text": ARTICLE, "engineType": "Basic",
        "conversationId": "c"});
    let question = json!({"action": "sendMessage", "message": "금리는 왜 동결됐나요?",
        "engineType": "Basic", "conversationId": "c"});
    [asked(ARTICLE, article), asked("금리는 왜 동결됐나요?", question)]
}

/// Asserts that nothing of the turns' texts and keys stands in what an operator sees.
pub(crate) fn assert_silent(seen: &str) {
    let texts = [ARTICLE, ANSWER, "금리는 왜 동결됐나요?"];
    let words = texts.iter().flat_map(|text| text.split(' ')).filter(|word| word.len() > 3);
    // Bodies could also come as JSON with escapes, or as the bytes of a debug print.
    for word in words.chain(KEYS) {
        let escaped: String = word.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let bytes: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        for form in [word, escaped.as_str(), bytes.as_str()] {
            assert!(!seen.contains(form), "{word} is seen");
        }
    }
}

/// Series → value, and for each name its type and labels.
#[derive(Debug, Default)]
struct Figures {
    series: BTreeMap<String, String>,
    kinds: BTreeMap<String, (String, BTreeSet<String>)>,
}

fn read(text: &str) -> Figures {
    let mut figures = Figures::default();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(told) = line.strip_prefix("# TYPE ") {
            let (of, kind) = told.split_once(' ').unwrap();
            name = of.to_owned();
            figures.kinds.insert(name.clone(), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(series.starts_with(&name), "{line} below {name}");
            value.parse::<f64>().unwrap();
            let labels = series.split_once('{').map_or("", |(_, labels)| labels);
            let names = labels.split("\",").filter_map(|pair| pair.split_once('='));
            let names = names.map(|(name, _)| name.to_owned()).filter(|name| name != "le");
            figures.kinds.get_mut(&name).unwrap().1.extend(names);
            assert_eq!(figures.series.insert(series.to_owned(), value.to_owned()), None, "{line}");
        }
    }
    figures
}

/// The table of the page: name, type and labels of each figure.
fn on_the_page() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/OBSERVABILITY.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `p"));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let names = |cell: &str| -> BTreeSet<String> {
            cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        (cells[1].trim_matches('`').to_owned(), (cells[2].to_owned(), names(cells[3])))
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_seen_in_figures_and_log_but_nothing_of_its_text() {
    let (data, upstream) = (tempfile::tempdir().unwrap(), unpaid_anthropic().await);
    let (server, log) = served(data.path(), &upstream, &[("PRF_LOG", "trace")]);
    let address = server.address.clone();
    let socket = Socket::open(&address).await.unwrap();
    for mut turn in turns() {
        turn.ask(&address, &mut None).await.unwrap();
        assert_eq!(turn.end.unwrap()["type"], "chat_end");
    }
    let (status, ready) = request(&address, "GET", "/readyz?secret=금리는", "").await.unwrap();
    assert_eq!((status, ready.as_str()), (200, r#"{"status":"ready"}"#));
    let month = get(&address, "/usage/local/Basic").await["data"].clone();
    let (_, text) = request(&address, "GET", "/metrics", "").await.unwrap();
    let figures = read(&text);
    assert_eq!(figures.kinds, on_the_page(), "docs/OBSERVABILITY.md and /metrics differ");
    let told = |series: &str| figures.series.get(series).map(String::as_str);
    let check = |series: &str, expected: &str| assert_eq!(told(series), Some(expected), "{series}");
    for mode in ["proofread", "chat"] {
        let labels = format!("engine=\"Basic\",mode=\"{mode}\"");
        check(&format!("prf_turns_total{{{labels},outcome=\"completed\"}}"), "1");
        check(&format!("prf_turns_total{{{labels},outcome=\"failed\"}}"), "0");
        check(&format!("prf_first_token_seconds_count{{{labels}}}"), "1");
        check(&format!("prf_turn_seconds_count{{{labels}}}"), "1");
    }
    // The first turn finds out that Anthropic wants money; the second does not ask it again.
    let attempts = "prf_provider_attempts_total{provider";
    check(&format!("{attempts}=\"anthropic_api\",outcome=\"provider_payment_required\"}}"), "1");
    check(&format!("{attempts}=\"bedrock\",outcome=\"completed\"}}"), "2");
    check("prf_failovers_total{engine=\"Basic\"}", "1");
    let tokens = |kind: &str| -> u64 {
        let series = format!("prf_tokens_total{{engine=\"Basic\",kind=\"{kind}\"}}");
        told(&series).unwrap().parse().unwrap()
    };
    let went_in = ["input", "cache_read", "cache_write_5m", "cache_write_1h"].map(tokens);
    assert_eq!(month["inputTokens"], went_in.iter().sum::<u64>());
    assert_eq!(month["outputTokens"], tokens("output"));
    let cost = told("prf_cost_nanodollars_total{engine=\"Basic\",purpose=\"turn\"}").unwrap();
    let dollars = domain::ledger::Nanodollars(cost.parse().unwrap()).to_string();
    assert_eq!(month["cost"], dollars);
    check("prf_sockets_open", "1");
    check("prf_turn_findings_total{category=\"loanword\",source=\"both\"}", "1");
    check("prf_store_errors_total{code=\"store_unavailable\"}", "0");
    check("prf_http_requests_total{route=\"/turns\",method=\"POST\",status=\"202\"}", "2");
    check("prf_http_request_seconds_count{route=\"/readyz\",method=\"GET\"}", "1");
    check("prf_build_info{version=\"0.1.0\"}", "1");
    assert_silent(&text);
    drop((socket, server));
    let log = log.whole();
    let requests = log.lines().filter(|line| line.contains("api.request"));
    let fields =
        requests.map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone());
    let ready = fields.into_iter().find(|fields| fields["route"] == "/readyz").unwrap();
    assert_eq!((&ready["status"], &ready["method"]), (&200.into(), &"GET".into()));
    assert!(ready["request_id"].is_string() && ready["duration_ms"].as_f64() > Some(0.0));
    assert_silent(&log);
    for line in log.lines() {
        assert!(!line.contains("?secret="), "a query is logged: {line}");
    }
}

/// Asks the server to end, as a service manager does.
pub(crate) fn terminate(server: &Server) {
    let kill = format!("kill -TERM {}", server.child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[tokio::test]
async fn while_it_is_to_stop_it_works_but_is_not_ready() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), &[("PRF_DRAIN_SECONDS", "600")]);
    let address = server.address.clone();
    assert_eq!(request(&address, "GET", "/readyz", "").await.unwrap().0, 200);
    terminate(&server);
    let refused = loop {
        match request(&address, "GET", "/readyz", "").await.unwrap() {
            (200, _) => tokio::task::yield_now().await,
            refused => break refused,
        }
    };
    let body: Value = serde_json::from_str(&refused.1).unwrap();
    assert_eq!((refused.0, &body["code"]), (503, &"stopping".into()));
    assert_eq!(request(&address, "GET", "/healthz", "").await.unwrap().0, 200);
    let (status, checked) =
        request(&address, "POST", "/check", r#"{"text":"몇일"}"#).await.unwrap();
    assert!(status == 200 && checked.contains("며칠"), "{checked}");
    // Whoever cannot wait asks once more.
    terminate(&server);
    assert!(server.child.wait().unwrap().success());
}
