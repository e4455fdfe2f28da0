//! Any header, claims, signature and key set: only what our key has signed for us, in its time, names
//! anybody. The key is the one of the tests.

#![no_main]

use std::sync::{Arc, LazyLock};

use api::auth::jwt::{JwtAuthenticator, JwtSettings};
use api::auth::{Admission, AuthError, Authenticator, Credentials, JwksSource};
use api_fuzz::{NOW_S, clock, runtime};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const ISSUER: &str = "https://issuer.example/pool";
const CLIENT: &str = "page";
const KID: &str = "first";
const LEEWAY_S: f64 = 60.0;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
static PAIR: LazyLock<KeyPair> = LazyLock::new(|| {
    let text = include_str!("../../tests/api/signing_key.txt");
    let text: String = text.split_whitespace().collect();
    KeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap()
});
static GOOD: LazyLock<String> = LazyLock::new(|| signed(&good_header(), &good_claims()));

/// A provider that answers with this.
struct Document(Vec<u8>);

#[async_trait]
impl JwksSource for Document {
    async fn fetch(&self) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.clone())
    }
}

fn good_header() -> Vec<u8> {
    json!({"alg": "RS256", "kid": KID}).to_string().into_bytes()
}

fn good_claims() -> Vec<u8> {
    json!({"iss": ISSUER, "sub": "kim", "aud": CLIENT, "exp": NOW_S + 1}).to_string().into_bytes()
}

fn is_ours(modulus: &Value) -> bool {
    let ours = PublicKeyComponents::<Vec<u8>>::from(PAIR.public()).n;
    let given = modulus.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    given.is_some_and(|given| given == ours)
}

fn key_set() -> Vec<u8> {
    let public = PublicKeyComponents::<Vec<u8>>::from(PAIR.public());
    let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
    json!({"keys": [{"kty": "RSA", "kid": KID, "n": n, "e": e}]}).to_string().into_bytes()
}

fn signed(header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut signature = vec![0; PAIR.public().modulus_len()];
    PAIR.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn admitted(token: &str, document: Vec<u8>) -> Result<Admission, AuthError> {
    let settings = JwtSettings {
        issuer: ISSUER.into(),
        audiences: vec![CLIENT.into()],
        roles_claim: "roles".into(),
        desk_claim: "desk".into(),
    };
    let authenticator = JwtAuthenticator::new(settings, Arc::new(Document(document)), clock());
    let credentials = Credentials { token: Some(token.to_owned()), cookie: None };
    RUNTIME.block_on(authenticator.admit(&credentials))
}

/// Any token: none but the one that was signed.
fn any_token(bytes: &[u8]) {
    let token = String::from_utf8_lossy(bytes);
    let admission = admitted(&token, key_set());
    assert_eq!(admission.is_ok(), *token == **GOOD, "{token}");
}

/// The signed token with bytes turned: each pair says where and by what.
fn turned_token(bytes: &[u8]) {
    let mut token = GOOD.clone().into_bytes();
    for (place, turn) in bytes.as_chunks::<3>().0.iter().map(|[a, b, c]| ([*a, *b], c)) {
        let place = usize::from(u16::from_le_bytes(place)) % token.len();
        token[place] ^= turn & 0x7f;
    }
    any_token(&token);
}

/// Signed claims: whom they name is what they say, read here a second time.
fn any_claims(bytes: &[u8]) {
    let Ok(Admission { who, until, csrf_token }) =
        admitted(&signed(&good_header(), bytes), key_set())
    else {
        return;
    };
    let claims: Value = serde_json::from_slice(bytes).unwrap();
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["sub"], who.user_id.as_str());
    assert!(!who.user_id.as_str().is_empty() && csrf_token.is_none());
    let now = NOW_S as f64;
    assert!(claims["exp"].as_f64().unwrap() + LEEWAY_S > now);
    assert!(claims["nbf"].as_f64().is_none_or(|from| from <= now + LEEWAY_S));
    let is_listed = |claim: &Value| match claim {
        Value::Array(all) => all.iter().any(|one| one == CLIENT),
        one => one == CLIENT,
    };
    match claims["token_use"].as_str() {
        Some("access") => assert_eq!(claims["client_id"], CLIENT),
        Some("id") | None => assert!(is_listed(&claims["aud"])),
        Some(other) => panic!("{other}"),
    }
    assert!(until.unwrap().millis() >= NOW_S * 1000);
    let says = |role: &str| claims["roles"].to_string().contains(&format!("\"{role}\""));
    assert!(who.role.name() == "user" || says(who.role.name()), "{}", who.role.name());
    assert_eq!(who.desk.as_deref(), claims["desk"].as_str().filter(|desk| !desk.is_empty()));
}

/// A signed header: it counts with the one algorithm, our key and nothing we do not understand.
fn any_header(bytes: &[u8]) {
    if admitted(&signed(bytes, &good_claims()), key_set()).is_ok() {
        let header: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&json!("RS256"), &json!(KID)));
        assert!(header["crit"].is_null());
    }
}

/// A provider's document: our token counts only where our key stands in it under its id.
fn any_document(bytes: &[u8]) {
    if admitted(&GOOD, bytes.to_vec()).is_ok() {
        let document: Value = serde_json::from_slice(bytes).unwrap();
        let keys = document["keys"].as_array().unwrap();
        assert!(keys.iter().any(|key| key["kid"] == KID && is_ours(&key["n"])));
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    match kind % 5 {
        0 => any_token(rest),
        1 => turned_token(rest),
        2 => any_claims(rest),
        3 => any_header(rest),
        _ => any_document(rest),
    }
});
