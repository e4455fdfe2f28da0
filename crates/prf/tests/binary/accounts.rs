//! Who may come in: accounts managed while the server runs, an identity provider on loopback, and the
//! audit log of both.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::running::{Server, ended, prf, run};
use crate::tokens::{CLIENT, KID, Signer, access};

const PASSWORD: &str = "길고 낯선 암호 하나 둘";

/// Exit code, standard output and standard error of a command that reads one line.
fn told(arguments: &[&str], line: &str) -> (i32, String, String) {
    let mut command = prf(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    ended(&child.wait_with_output().unwrap())
}

/// Status, the pair of a cookie where one is set, and JSON of an answer.
fn read(answer: &str) -> (u16, Option<String>, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
    let body = body.find('{').and_then(|start| serde_json::from_str(&body[start..]).ok());
    (status, cookie, body.unwrap_or_default())
}

fn sign_in(server: &Server, password: &str) -> (u16, Option<String>, Value) {
    let body = json!({"name": "kim", "password": password}).to_string();
    read(&server.ask("POST", "/session", "", &body))
}

#[test]
fn accounts_are_managed_while_the_server_runs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let own = |command: &'static str| ["user", command, "kim", "--data", data];
    let (code, _, error) = told(&own("add"), "too short");
    assert_eq!(code, 2);
    assert!(error.contains("a password has at least 12 characters"), "{error}");
    let add = [own("add").as_slice(), &["--role", "admin", "--desk", "경제부"]].concat();
    assert_eq!(told(&add, PASSWORD), (0, String::new(), String::new()));
    assert!(told(&add, PASSWORD).2.contains("the name is taken"));
    let (_, list, _) = run(&["user", "list", "--data", data]);
    assert!(list.starts_with("kim\tadmin\t경제부\tenabled\t20"), "{list}");
    let server = Server::start(directory.path(), &[("PRF_AUTH", "local"), ("PRF_LOG", "debug")]);
    assert_eq!(sign_in(&server, "wrong password").0, 401);
    let (status, cookie, session) = sign_in(&server, PASSWORD);
    let user = json!({"id": "kim", "role": "admin", "desk": "경제부"});
    assert_eq!((status, &session["user"]), (200, &user));
    let cookie = cookie.unwrap();
    let mine = format!("cookie: {cookie}\r\n");
    let ask = |path: &str| read(&server.ask("GET", path, &mine, ""));
    assert_eq!(ask("/audit").0, 200);
    assert_eq!(run(&["user", "role", "kim", "user", "--no-desk", "--data", data]).0, 0);
    assert_eq!(ask("/audit").0, 403);
    assert_eq!(ask("/session").2["user"], json!({"id": "kim", "role": "user"}));
    assert_eq!(run(&own("disable")).0, 0);
    assert_eq!(ask("/session").2["user"], Value::Null);
    assert_eq!(sign_in(&server, PASSWORD).0, 401);
    assert_eq!(run(&own("enable")).0, 0);
    let other = "또 다른 길고 낯선 암호";
    assert_eq!(told(&own("passwd"), other).0, 0);
    assert_eq!(sign_in(&server, other).0, 200);
    let log = server.kill();
    let token = cookie.split_once('=').unwrap().1;
    for secret in [PASSWORD, other, token, session["csrfToken"].as_str().unwrap()] {
        assert!(!log.contains(secret), "{log}");
    }
    proves_its_log(directory.path());
}

/// The log of what the test above has done holds, and no longer once a row is changed or gone.
fn proves_its_log(directory: &Path) {
    let data = directory.to_str().unwrap();
    let verify = || run(&["audit", "verify", "--data", data]);
    let (code, out, _) = verify();
    assert_eq!(code, 0);
    let (_, export, _) = run(&["audit", "export", "--data", data]);
    let entries: Vec<Value> =
        export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let hash = entries.last().unwrap()["hash"].as_str().unwrap();
    assert_eq!(out, format!("{} entries, the last has hash {hash}\n", entries.len()));
    let actions: Vec<_> = entries
        .iter()
        .map(|entry| {
            ["actor", "action", "outcome"].map(|name| entry[name].as_str().unwrap()).join(" ")
        })
        .collect();
    assert_eq!(
        actions,
        [
            "operator account-added done",
            "kim sign-in refused",
            "kim sign-in done",
            "operator account-changed done",
            "kim denied refused",
            "operator account-changed done",
            "kim sign-in refused",
            "operator account-changed done",
            "operator account-changed done",
            "kim sign-in done",
        ]
    );
    let holds = |hash: &str| run(&["audit", "verify", "--holds", hash, "--data", data]).0;
    assert_eq!((holds(entries[2]["hash"].as_str().unwrap()), holds("0")), (0, 1));
    let database = rusqlite::Connection::open(directory.join("prf.sqlite")).unwrap();
    let row = r#"userId = '##audit' AND body LIKE '%"sequence":2,%'"#;
    let changed = format!(
        r#"UPDATE "usage-tracking" SET body = replace(body, 'refused', 'done') WHERE {row}"#
    );
    assert_eq!(database.execute(&changed, []).unwrap(), 1);
    let (code, out, _) = verify();
    assert_eq!((code, out.as_str()), (1, "entry 2 was changed; 1 entries before it hold\n"));
    assert_eq!(
        database.execute(&format!(r#"DELETE FROM "usage-tracking" WHERE {row}"#), []).unwrap(),
        1
    );
    let (code, out, _) = verify();
    assert_eq!(code, 1);
    assert!(out.starts_with("entry 2 is missing: entry 3 stands in its place"), "{out}");
}

/// An identity provider: says where its keys are, gives them, and counts.
fn provider(signer: &Signer) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let discovery = json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys"),
        "authorization_endpoint": format!("{issuer}/authorize")});
    let (keys, fetches) = (signer.jwks(KID), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&fetches);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            lines.find(|line| line.as_ref().unwrap().is_empty());
            let is_keys = first.starts_with("GET /keys ");
            counted.fetch_add(usize::from(is_keys), Ordering::Relaxed);
            let body = if is_keys { keys.clone() } else { discovery.to_string() };
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len());
            write!(stream, "{head}connection: close\r\n\r\n{body}").unwrap();
        }
    });
    (issuer, fetches)
}

#[test]
fn tokens_of_an_identity_provider_let_in() {
    let directory = tempfile::tempdir().unwrap();
    let signer = Signer::new();
    let (issuer, fetches) = provider(&signer);
    let environment =
        [("PRF_AUTH", "oidc"), ("PRF_OIDC_ISSUER", issuer.as_str()), ("PRF_OIDC_AUDIENCE", CLIENT)];
    let server = Server::start(directory.path(), &environment);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = |groups: &[&str]| {
        let mut claims = access("kim", groups, i64::try_from(now).unwrap() + 600);
        claims["iss"] = json!(issuer);
        claims
    };
    let ask = |token: &str| {
        let header = format!("authorization: Bearer {token}\r\n");
        read(&server.ask("GET", "/session", &header, "")).2
    };
    let session = ask(&signer.token(&claims(&["desk"])));
    assert_eq!(session["user"], json!({"id": "kim", "role": "desk"}));
    let place = json!({"issuer": issuer, "clientId": CLIENT, "scopes": "openid",
        "authorizationEndpoint": format!("{issuer}/authorize")});
    assert_eq!((&session["auth"], &session["oidc"]), (&json!("oidc"), &place));
    assert_eq!(fetches.load(Ordering::Relaxed), 1);
    let unsigned = json!({"alg": "none", "kid": KID});
    assert_eq!(ask(&signer.signed(&unsigned, &claims(&["admin"])))["user"], Value::Null);
    // Keys nobody knows do not make the server ask again and again.
    for number in 0..20 {
        let header = json!({"alg": "RS256", "kid": format!("unknown {number}")});
        assert_eq!(ask(&signer.signed(&header, &claims(&[])))["user"], Value::Null);
    }
    assert_eq!(fetches.load(Ordering::Relaxed), 1);
    let token = signer.token(&claims(&[]));
    let log = server.kill();
    assert!(!log.contains(&token), "{log}");
}

#[test]
fn a_provider_that_is_another_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let (issuer, _) = provider(&Signer::new());
    let other = format!("{issuer}/pool");
    let data = directory.path().to_str().unwrap();
    for (issuer, reason) in
        [(other.as_str(), "is of another issuer"), ("http://issuer.example", "by https")]
    {
        let mut serve = prf(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
        serve.envs([("PRF_AUTH", "oidc"), ("PRF_OIDC_ISSUER", issuer)]);
        let (code, _, error) = ended(&serve.env("PRF_OIDC_AUDIENCE", CLIENT).output().unwrap());
        assert_eq!(code, 2);
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn answers_bear_what_browsers_need() {
    let directory = tempfile::tempdir().unwrap();
    let header = |answer: &str, name: &str| {
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.map(str::to_owned)
    };
    let always = [
        ("x-content-type-options", Some("nosniff")),
        ("referrer-policy", Some("no-referrer")),
        ("cache-control", Some("no-store")),
        (
            "permissions-policy",
            Some("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ),
        ("server", None),
        ("x-powered-by", None),
    ];
    for (is_behind_tls, only_tls) in
        [("false", None), ("true", Some("max-age=31536000; includeSubDomains"))]
    {
        let environment = [("PRF_AUTH", "local"), ("PRF_BEHIND_TLS", is_behind_tls)];
        let server = Server::start(directory.path(), &environment);
        for (path, accept) in
            [("/session", "application/json"), ("/", "text/html"), ("/none", "*/*")]
        {
            let answer = server.ask("GET", path, &format!("accept: {accept}\r\n"), "");
            let tls = [("strict-transport-security", only_tls)];
            for (name, expected) in always.into_iter().chain(tls) {
                // A page that was not built bears what every answer does.
                let is_bare = accept == "text/html" && answer.contains("빌드되지");
                if is_bare && name != "strict-transport-security" {
                    continue;
                }
                assert_eq!(header(&answer, name).as_deref(), expected, "{path} {name}");
            }
            if accept != "text/html" {
                let policy = header(&answer, "content-security-policy");
                let expected = "default-src 'none'; frame-ancestors 'none'";
                assert_eq!(policy.as_deref(), Some(expected));
            }
        }
    }
}
