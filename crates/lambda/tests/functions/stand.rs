//! Everything the functions reach, on loopback: DynamoDB, the providers, the management API of
//! sockets, Secrets Manager and the keys of an identity provider.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use providers::Models;
use providers::drill::{self, Drill, Script};
use providers::setup::system::SystemClock;
use serde_json::{Value, json};
use stores::DynamoStore;
use stores::dynamodb::schema::create_tables;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::dynoxide::Server;
use crate::emulator::Process;
use crate::tokens::{CLIENT, ISSUER, KID, Signer, access};

const PREFIX: &str = "nx-wt-prf-test-";

impl Server {
    async fn config(&self) -> SdkConfig {
        let keys = Credentials::new("test", "test", None, None, "tests");
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .endpoint_url(format!("http://127.0.0.1:{}", self.port))
            .http_client(Builder::new().build_http())
            .load()
            .await
    }
}

/// What the small services of the stand share.
pub(crate) struct Around {
    /// Frames that were posted, by socket.
    frames: watch::Sender<BTreeMap<String, Vec<Value>>>,
    /// Sockets that answer something else: so many times that status, then as usual.
    refusing: Mutex<BTreeMap<String, (StatusCode, usize)>>,
    /// What Secrets Manager holds, and how often it was asked.
    secret: Mutex<(String, usize)>,
    jwks: String,
}

async fn posted(
    State(around): State<Arc<Around>>,
    Path(socket): Path<String>,
    body: axum::body::Bytes,
) -> Response {
    if let Some((status, times)) = around.refusing.lock().unwrap().get_mut(&socket)
        && *times > 0
    {
        *times -= 1;
        let kind = match *status {
            StatusCode::GONE => "GoneException",
            _ => "LimitExceededException",
        };
        return (*status, [("x-amzn-errortype", kind)], "{}").into_response();
    }
    assert!(body.len() <= 32 * 1024, "a frame of {} bytes", body.len());
    let frame = serde_json::from_slice(&body).unwrap();
    around.frames.send_modify(|frames| frames.entry(socket).or_default().push(frame));
    StatusCode::OK.into_response()
}

async fn secret(State(around): State<Arc<Around>>) -> Response {
    let mut secret = around.secret.lock().unwrap();
    secret.1 += 1;
    let content = json!({"Name": "proof-v1", "SecretString": secret.0}).to_string();
    ([("content-type", "application/x-amz-json-1.1")], content).into_response()
}

async fn jwks(State(around): State<Arc<Around>>) -> String {
    around.jwks.clone()
}

/// The stand.
pub(crate) struct Stand {
    /// The bootstrap.
    program: String,
    tables: Server,
    around: Arc<Around>,
    /// The providers.
    pub(crate) drill: Drill,
    pub(crate) signer: Signer,
    pub(crate) environment: BTreeMap<String, String>,
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

impl Stand {
    /// A stand for that bootstrap, with empty tables; the providers play the script.
    pub(crate) async fn open(program: &str, script: Script) -> Self {
        let tables = Server::start();
        let config = tables.config().await;
        create_tables(&stores::dynamodb::client(&config), PREFIX).await.unwrap();
        let drill = Drill::new(script, Models::built_in().unwrap(), Arc::new(SystemClock));
        let model = drill::start(drill.clone()).await.unwrap();
        let signer = Signer::new();
        let around = Arc::new(Around {
            frames: watch::Sender::default(),
            refusing: Mutex::default(),
            secret: Mutex::new((json!({"api_key": "first"}).to_string(), 0)),
            jwks: signer.jwks(KID),
        });
        let router = Router::new()
            .route("/@connections/{socket}", post(posted))
            .route("/secrets", any(secret))
            .route("/secrets/", any(secret))
            .route("/jwks.json", get(jwks))
            .with_state(around.clone());
        let near = serve(router).await;
        let pairs = [
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://127.0.0.1:{}", tables.port)),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("{near}/secrets")),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", format!("http://{model}")),
            ("ANTHROPIC_BASE_URL", format!("http://{model}")),
            ("ANTHROPIC_SECRET_NAME", "proof-v1".into()),
            ("PRF_ENVIRONMENT", "dev-v1".into()),
            ("PRF_TABLE_PREFIX", PREFIX.into()),
            ("PRF_ORIGINS", "https://prf.example".into()),
            ("PRF_JWT_ISSUER", ISSUER.into()),
            ("PRF_JWT_AUDIENCES", CLIENT.into()),
            ("PRF_JWKS_URL", format!("{near}/jwks.json")),
            ("PRF_SOCKET_URL", near.clone()),
        ];
        let environment = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let program = program.to_owned();
        Self { program, tables, around, drill, signer, environment }
    }

    /// A process of the function with that handler.
    pub(crate) async fn function(&self, handler: &str) -> Process {
        Process::start(&self.program, handler, &self.environment).await
    }

    /// The tables, looked at from outside.
    pub(crate) async fn store(&self) -> DynamoStore {
        DynamoStore::open(&self.tables.config().await, PREFIX)
    }

    /// A token of that user's, good for an hour.
    pub(crate) fn token(&self, user: &str, groups: &[&str]) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.signer.token(&access(user, groups, i64::try_from(now).unwrap() + 3600))
    }

    /// Lets a socket answer that status so many times.
    pub(crate) fn refuse(&self, socket: &str, status: StatusCode, times: usize) {
        self.around.refusing.lock().unwrap().insert(socket.to_owned(), (status, times));
    }

    /// Puts another key into the secret.
    pub(crate) fn change_secret(&self, key: &str) {
        self.around.secret.lock().unwrap().0 = json!({"api_key": key}).to_string();
    }

    /// How often the secret was asked for.
    pub(crate) fn secret_fetches(&self) -> usize {
        self.around.secret.lock().unwrap().1
    }

    /// What was posted to a socket so far.
    pub(crate) fn frames(&self, socket: &str) -> Vec<Value> {
        self.around.frames.borrow().get(socket).cloned().unwrap_or_default()
    }

    /// Waits for a frame of that type on a socket, and gives everything posted until then.
    pub(crate) async fn frames_until(&self, socket: &str, kind: &str) -> Vec<Value> {
        let mut posted = self.around.frames.subscribe();
        let has_come = |frames: &BTreeMap<String, Vec<Value>>| {
            frames.get(socket).is_some_and(|all| all.iter().any(|frame| frame["type"] == kind))
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), posted.wait_for(has_come)).await;
        let frames = waited.unwrap_or_else(|_| panic!("no {kind}: {:?}", self.frames(socket)));
        frames.unwrap().get(socket).cloned().unwrap_or_default()
    }
}

/// An event of a REST API, format 1.0.
pub(crate) fn v1(method: &str, path: &str, token: &str, body: &str) -> Value {
    json!({
        "resource": "/{proxy+}", "httpMethod": method, "path": path,
        "headers": {"Authorization": format!("Bearer {token}"), "Host": "api.example"},
        "queryStringParameters": null, "requestContext": {"stage": "prod", "path": path},
        "body": (!body.is_empty()).then_some(body), "isBase64Encoded": false
    })
}

/// The same in format 2.0, with the stage before the path.
pub(crate) fn v2(method: &str, path: &str, token: &str, body: &str) -> Value {
    json!({
        "version": "2.0", "rawPath": format!("/prod{path}"), "rawQueryString": "",
        "headers": {"authorization": format!("Bearer {token}"), "host": "api.example"},
        "requestContext": {"stage": "prod", "http": {"method": method, "path": path}},
        "body": (!body.is_empty()).then_some(body), "isBase64Encoded": false
    })
}

/// Status and JSON of an answer.
pub(crate) fn read(answer: &Value) -> (u64, Value) {
    let body = answer["body"].as_str().unwrap_or_default();
    (answer["statusCode"].as_u64().unwrap(), serde_json::from_str(body).unwrap_or_default())
}
