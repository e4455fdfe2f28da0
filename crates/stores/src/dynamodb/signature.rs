//! Signatures of reads (AWS, "Signature Version 4", "Create a signed AWS API request"). They all have one
//! form, so that nothing has to be sorted or encoded, and the key of a day is reckoned once.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use domain::time::Timestamp;
use sha2::{Digest, Sha256};

pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
const SERVICE: &str = "dynamodb";

/// Signs for one place.
#[derive(Debug)]
pub(super) struct Signer {
    region: String,
    /// As requests name it in `host`.
    host: String,
    last: Mutex<Option<DayKey>>,
}

/// The key that signs for one day.
struct DayKey {
    day: String,
    credentials: Credentials,
    key: Vec<u8>,
}

/// What a request says of itself.
#[derive(Debug, PartialEq)]
pub(super) struct Signature {
    /// `x-amz-date`.
    pub(super) date: String,
    /// `authorization`.
    pub(super) authorization: String,
}

impl std::fmt::Debug for DayKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DayKey").field("day", &self.day).finish_non_exhaustive()
    }
}

impl Signer {
    pub(super) fn new(region: String, host: String) -> Self {
        Self { region, host, last: Mutex::default() }
    }

    /// Signs a `POST /` of that operation. The session's token, where the keys have one, is to be sent along.
    pub(super) fn sign(
        &self,
        credentials: &Credentials,
        now: SystemTime,
        operation: &str,
        body: &[u8],
    ) -> Option<Signature> {
        let date = compact(now)?;
        let day = date.get(.."20261127".len())?;
        let token = credentials.session_token();
        let names = match token {
            Some(_) => "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
            None => "content-type;host;x-amz-date;x-amz-target",
        };
        let token_line = [
            if token.is_some() { "\nx-amz-security-token:" } else { "" },
            token.unwrap_or_default(),
        ];
        let request = [
            "POST\n/\n\ncontent-type:",
            CONTENT_TYPE,
            "\nhost:",
            &self.host,
            "\nx-amz-date:",
            &date,
            &token_line.concat(),
            "\nx-amz-target:",
            operation,
            "\n\n",
            names,
            "\n",
            &hexadecimal(&Sha256::digest(body)),
        ];
        let request = hexadecimal(&Sha256::digest(request.concat().as_bytes()));
        let scope = [day, "/", &self.region, "/", SERVICE, "/aws4_request"].concat();
        let text = ["AWS4-HMAC-SHA256\n", &date, "\n", &scope, "\n", &request].concat();
        let signature = self.signature(credentials, now, day, text.as_bytes());
        let authorization = [
            "AWS4-HMAC-SHA256 Credential=",
            credentials.access_key_id(),
            "/",
            &scope,
            ", SignedHeaders=",
            names,
            ", Signature=",
            &signature,
        ];
        let authorization = authorization.concat();
        Some(Signature { date, authorization })
    }

    fn signature(
        &self,
        credentials: &Credentials,
        now: SystemTime,
        day: &str,
        text: &[u8],
    ) -> String {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*last
            && known.day == day
            && known.credentials == *credentials
        {
            return calculate_signature(&known.key, text);
        }
        let secret = credentials.secret_access_key();
        let key = generate_signing_key(secret, now, &self.region, SERVICE).as_ref().to_vec();
        let signature = calculate_signature(&key, text);
        *last = Some(DayKey { day: day.to_owned(), credentials: credentials.clone(), key });
        signature
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half }));
        }
    }
    text
}

/// A time as signatures have it, `20261127T212813Z`; none before 1970.
fn compact(time: SystemTime) -> Option<String> {
    let millis = time.duration_since(UNIX_EPOCH).ok()?.as_millis();
    let text = Timestamp::from_millis(i64::try_from(millis).ok()?).rfc3339();
    let (seconds, _) = text.split_once('.')?;
    let mut compact = String::with_capacity(seconds.len());
    compact.extend(seconds.chars().filter(|letter| !matches!(letter, '-' | ':')));
    compact.push('Z');
    Some(compact)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use aws_sdk_dynamodb::config::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4::SigningParams;

    use super::{CONTENT_TYPE, Signature, Signer};

    const OPERATION: &str = "DynamoDB_20120810.Query";

    /// As the library signs any request.
    fn expected(keys: &Credentials, now: SystemTime, url: &str, body: &[u8]) -> Signature {
        let identity = keys.clone().into();
        let headers = [("content-type", CONTENT_TYPE), ("x-amz-target", OPERATION)];
        let body = SignableBody::Bytes(body);
        let request = SignableRequest::new("POST", url, headers.into_iter(), body).unwrap();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("ap-northeast-2")
            .name("dynamodb")
            .time(now)
            .settings(SigningSettings::default());
        let params = params.build().unwrap().into();
        let (signed, _) = sign(request, &params).unwrap().into_parts();
        let header =
            |wanted: &str| signed.headers().find(|(name, _)| *name == wanted).unwrap().1.to_owned();
        Signature { date: header("x-amz-date"), authorization: header("authorization") }
    }

    #[test]
    fn it_signs_as_the_library_does() {
        let host = "dynamodb.ap-northeast-2.amazonaws.com";
        let signer = Signer::new("ap-northeast-2".into(), host.into());
        let keys = |secret: &str, token: Option<&str>| {
            Credentials::new("AKIDEXAMPLE", secret, token.map(str::to_owned), None, "tests")
        };
        let (first, second) = (keys("first", None), keys("second", None));
        let of_a_session = keys("second", Some("token/with+signs=="));
        let day = Duration::from_secs(86_400);
        let noon = UNIX_EPOCH + day * 20_784 + Duration::from_millis(43_200_987);
        // Another day, other keys and the first ones again need another key of a day.
        for (credentials, now) in [
            (&first, UNIX_EPOCH),
            (&first, noon),
            (&first, noon + day),
            (&second, noon + day),
            (&of_a_session, noon + day),
            (&of_a_session, noon + day + Duration::from_secs(1)),
            (&first, noon),
        ] {
            for body in ["{}", "{\"TableName\":\"글 😀\"}"] {
                let body = body.as_bytes();
                let signed = signer.sign(credentials, now, OPERATION, body).unwrap();
                let url = format!("https://{host}/");
                assert_eq!(signed, expected(credentials, now, &url, body), "{now:?}");
            }
        }
        assert!(!format!("{signer:?}").contains("first"));
    }
}
