//! Signs tokens as an identity provider does, with a key that is only for tests.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://issuer.example/pool";
pub(crate) const CLIENT: &str = "page";
pub(crate) const KID: &str = "first";

/// An identity provider.
pub(crate) struct Signer {
    pair: KeyPair,
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(crate) fn new() -> Self {
        let text: String = include_str!("signing_key.txt").split_whitespace().collect();
        Self { pair: KeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap() }
    }

    /// The public key, whose numbers some libraries would take for the secret of an HMAC.
    pub(crate) fn public(&self) -> PublicKeyComponents<Vec<u8>> {
        self.pair.public().into()
    }

    /// The key set with the key under that id.
    pub(crate) fn jwks(&self, kid: &str) -> String {
        let (n, e) = (encoded(&self.public().n), encoded(&self.public().e));
        let other = json!({"kty": "EC", "kid": "other", "crv": "P-256", "x": "", "y": ""});
        let key = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e});
        json!({"keys": [other, key]}).to_string()
    }

    /// Any header and claims, signed by the key whatever the header says.
    pub(crate) fn signed(&self, header: &Value, claims: &Value) -> String {
        let head = encoded(header.to_string().as_bytes());
        let message = format!("{head}.{}", encoded(claims.to_string().as_bytes()));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", encoded(&signature))
    }

    /// A token with those claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.signed(&json!({"alg": "RS256", "kid": KID, "typ": "JWT"}), claims)
    }
}

/// Claims of an access token of Cognito's that ends at that second.
pub(crate) fn access(user: &str, groups: &[&str], ends_at_s: i64) -> Value {
    json!({
        "iss": ISSUER, "sub": user, "client_id": CLIENT, "token_use": "access",
        "cognito:groups": groups, "exp": ends_at_s
    })
}
