//! Tokens of an identity provider: whom each names, which name nobody, and how often its keys are
//! fetched.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use api::auth::jwt::{JwtAuthenticator, JwtSettings};
use api::auth::{AuthError, Authenticator, Credentials, JwksSource};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::UserId;
use domain::ports::Clock;
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use ring::hmac;
use serde_json::{Value, json};

use crate::tokens::{CLIENT, ISSUER, KID, Signer, access};

/// The second the tests begin at.
const NOW: i64 = 1_800_000_000;

#[derive(Default)]
struct Provider {
    fetches: AtomicUsize,
    /// None: it cannot be asked.
    document: Mutex<Option<String>>,
    now_s: AtomicI64,
}

#[async_trait]
impl JwksSource for Provider {
    async fn fetch(&self) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        self.fetches.fetch_add(1, Ordering::Relaxed);
        let document = self.document.lock().unwrap().clone();
        document.map(String::into_bytes).ok_or_else(|| "out of reach".into())
    }
}

impl Clock for Provider {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_s.load(Ordering::Relaxed) * 1000)
    }
}

struct Stand {
    signer: Signer,
    provider: Arc<Provider>,
    authenticator: JwtAuthenticator,
}

impl Stand {
    fn open() -> Self {
        let signer = Signer::new();
        let provider = Arc::new(Provider::default());
        *provider.document.lock().unwrap() = Some(signer.jwks(KID));
        provider.now_s.store(NOW, Ordering::Relaxed);
        let settings = JwtSettings {
            issuer: ISSUER.into(),
            audiences: vec!["other".into(), CLIENT.into()],
            roles_claim: "cognito:groups".into(),
            desk_claim: "custom:desk".into(),
        };
        let authenticator = JwtAuthenticator::new(settings, provider.clone(), provider.clone());
        Self { signer, provider, authenticator }
    }

    async fn who(&self, token: &str) -> Result<Principal, AuthError> {
        {
            let credentials = Credentials { token: Some(token.to_owned()), cookie: None };
            self.authenticator.admit(&credentials).await.map(|admission| admission.who)
        }
    }

    async fn check(&self, claims: &Value, expected: Result<(&str, Role), AuthError>) {
        let found = self.who(&self.signer.token(claims)).await;
        let expected = expected.map(|(user, role)| Principal::new(UserId::new(user), role));
        assert_eq!(found, expected, "{claims}");
    }

    async fn after(
        &self,
        seconds: i64,
        token: &str,
        expected: Result<(), AuthError>,
        fetches: usize,
    ) {
        self.provider.now_s.store(NOW + seconds, Ordering::Relaxed);
        assert_eq!(self.who(token).await.map(|_| ()), expected, "after {seconds} s");
        assert_eq!(self.provider.fetches.load(Ordering::Relaxed), fetches, "after {seconds} s");
    }
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn access_and_id_tokens_name_their_bearer() {
    let stand = Stand::open();
    let own = access("kim", &[], NOW + 1);
    stand.check(&own, Ok(("kim", Role::User))).await;
    stand.check(&access("lee", &["desk", "admin"], NOW + 1), Ok(("lee", Role::Admin))).await;
    stand.check(&access("lee", &["editors", "desk"], NOW + 1), Ok(("lee", Role::Desk))).await;
    let one = with(own.clone(), "cognito:groups", json!("desk"));
    stand.check(&one, Ok(("kim", Role::Desk))).await;
    let id = json!({"iss": ISSUER, "sub": "kim", "aud": CLIENT, "token_use": "id", "exp": NOW + 1});
    stand.check(&id, Ok(("kim", Role::User))).await;
    let many = json!({"iss": ISSUER, "sub": "한 😀", "aud": ["x", CLIENT], "exp": NOW + 1});
    stand.check(&many, Ok(("한 😀", Role::User))).await;
    // Clocks differ by a minute at most.
    stand.check(&access("kim", &[], NOW - 59), Ok(("kim", Role::User))).await;
    stand.check(&with(own, "nbf", json!(NOW + 60)), Ok(("kim", Role::User))).await;
}

#[tokio::test]
async fn claims_that_are_not_for_us_name_nobody() {
    let stand = Stand::open();
    let own = access("kim", &[], NOW + 1);
    let broken = [
        access("kim", &[], NOW - 60),
        with(own.clone(), "nbf", json!(NOW + 61)),
        with(own.clone(), "exp", json!("soon")),
        with(own.clone(), "exp", Value::Null),
        with(own.clone(), "iss", json!("https://evil.example/pool")),
        with(own.clone(), "iss", json!(format!("{ISSUER}/"))),
        with(own.clone(), "client_id", json!("stranger")),
        with(own.clone(), "client_id", Value::Null),
        with(own.clone(), "token_use", json!("refresh")),
        with(own.clone(), "sub", json!("")),
        // An id token names its client as audience.
        with(own.clone(), "token_use", json!("id")),
        with(own, "token_use", Value::Null),
        json!({"iss": ISSUER, "sub": "kim", "aud": "stranger", "exp": NOW + 1}),
    ];
    for claims in broken {
        stand.check(&claims, Err(AuthError::Invalid)).await;
    }
}

#[tokio::test]
async fn a_token_that_the_key_has_not_signed_names_nobody() {
    let stand = Stand::open();
    let own = access("kim", &["admin"], NOW + 1);
    let good = stand.signer.token(&own);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let none = encoded(r#"{"alg":"none","kid":"first"}"#);
    let hs256 = encoded(r#"{"alg":"HS256","kid":"first"}"#);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &stand.signer.public().n);
    let tag = hmac::sign(&key, format!("{hs256}.{claims}").as_bytes());
    let other = encoded(&access("lee", &["admin"], NOW + 1).to_string());
    let broken = [
        String::new(),
        "abc".into(),
        "a.b.c".into(),
        message.into(),
        format!("{message}."),
        format!("{message}.{signature}x"),
        format!("{head}.{other}.{signature}"),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{hs256}.{claims}.{}", URL_SAFE_NO_PAD.encode(tag)),
        stand.signer.signed(&json!({"alg": "RS256"}), &own),
        stand.signer.signed(&json!({"alg": "RS256", "kid": "second"}), &own),
        stand.signer.signed(&json!({"alg": "RS256", "kid": "other"}), &own),
        stand.signer.signed(&json!({"alg": "RS384", "kid": KID}), &own),
        stand.signer.signed(&json!({"alg": "RS256", "kid": KID, "crit": ["exp"]}), &own),
        format!("{good}{}", "x".repeat(20_000)),
    ];
    for token in broken {
        assert_eq!(stand.who(&token).await, Err(AuthError::Invalid), "{token}");
    }
    assert_eq!(stand.authenticator.admit(&Credentials::default()).await, Err(AuthError::Missing));
    assert_eq!(stand.who(&good).await.map(|who| who.role), Ok(Role::Admin));
}

#[tokio::test]
async fn keys_are_fetched_once_and_no_unknown_key_hammers_the_provider() {
    let stand = Stand::open();
    let day = 24 * 60 * 60;
    let claims = access("kim", &[], NOW + 3 * day);
    let (first, ok) = (stand.signer.token(&claims), Ok(()));
    let second = stand.signer.signed(&json!({"alg": "RS256", "kid": "second"}), &claims);
    let unknown = Err(AuthError::Invalid);
    stand.after(0, &first, ok, 1).await;
    stand.after(1, &first, ok, 1).await;
    // A key nobody knows is asked for once a minute, whoever sends it.
    stand.after(59, &second, unknown, 1).await;
    stand.after(60, &second, unknown, 2).await;
    stand.after(61, &second, unknown, 2).await;
    // The provider changes its key; the old one ends with the next fetch.
    *stand.provider.document.lock().unwrap() = Some(stand.signer.jwks("second"));
    stand.after(119, &second, unknown, 2).await;
    stand.after(120, &second, ok, 3).await;
    stand.after(121, &first, unknown, 3).await;
    // Once a day keys are fetched anew; a provider out of reach leaves the old ones in force.
    *stand.provider.document.lock().unwrap() = None;
    stand.after(119 + day, &second, ok, 3).await;
    stand.after(120 + day, &second, ok, 4).await;
    stand.after(120 + day, &second, ok, 4).await;
    stand.after(121 + day, &second, ok, 5).await;
    stand.after(122 + day, &second, ok, 5).await;
    stand.after(123 + day, &second, ok, 6).await;
}

#[tokio::test]
async fn a_token_that_was_let_in_is_judged_again_by_time_and_key() {
    let stand = Stand::open();
    let day = 24 * 60 * 60;
    let (ok, refused) = (Ok(()), Err(AuthError::Invalid));
    let short = stand.signer.token(&access("kim", &[], NOW + 10));
    let long = stand.signer.token(&access("kim", &[], NOW + 3 * day));
    stand.after(0, &short, ok, 1).await;
    stand.after(69, &short, ok, 1).await;
    stand.after(70, &short, refused, 1).await;
    stand.after(70, &long, ok, 1).await;
    // The provider has another key under the same id.
    let mut modulus = stand.signer.public().n;
    modulus[100] ^= 1;
    let mut document: Value = serde_json::from_str(&stand.signer.jwks(KID)).unwrap();
    document["keys"][1]["n"] = URL_SAFE_NO_PAD.encode(modulus).into();
    *stand.provider.document.lock().unwrap() = Some(document.to_string());
    stand.after(day - 1, &long, ok, 1).await;
    stand.after(day, &long, refused, 2).await;
}

#[tokio::test]
async fn without_keys_nobody_can_say_whether_a_token_is_valid() {
    for document in [None, Some("<html>".to_owned())] {
        let stand = Stand::open();
        let token = stand.signer.token(&access("kim", &[], NOW + 1000));
        *stand.provider.document.lock().unwrap() = document;
        stand.after(0, &token, Err(AuthError::Unavailable), 1).await;
        stand.after(0, &token, Err(AuthError::Unavailable), 1).await;
        stand.after(1, &token, Err(AuthError::Unavailable), 2).await;
        *stand.provider.document.lock().unwrap() = Some(stand.signer.jwks(KID));
        stand.after(2, &token, Err(AuthError::Unavailable), 2).await;
        stand.after(3, &token, Ok(()), 3).await;
    }
}
