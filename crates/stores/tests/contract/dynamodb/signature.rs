//! Whether a request is signed as AWS asks it (Signature Version 4, "Create a signed AWS API request"),
//! reckoned anew from what arrived: nothing on loopback looks at signatures.

use sha2::{Digest, Sha256};

/// The secret of every account in these tests.
const SECRET: &str = "test";
const BLOCK_BYTES: usize = 64;

/// RFC 2104 over SHA-256, for keys no longer than a block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |with: u8| {
        let mut block = [with; BLOCK_BYTES];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    super::proxy::header(head, name).unwrap_or_else(|| panic!("no {name} in {head}"))
}

/// Panics unless the request's signature is its own.
pub(crate) fn check(head: &str, body: &[u8]) {
    let authorization = header(head, "authorization");
    let part = |name: &str| {
        let (_, rest) = authorization.split_once(name).unwrap();
        rest.split(',').next().unwrap()
    };
    let (signed, scope) = (part("SignedHeaders="), part("Credential=").split_once('/').unwrap().1);
    let lines: String =
        signed.split(';').map(|name| format!("{name}:{}\n", header(head, name))).collect();
    assert!(signed.contains("host") && signed.contains("x-amz-target"), "{signed}");
    let payload = hex(&Sha256::digest(body));
    let canonical = format!("POST\n/\n\n{lines}\n{signed}\n{payload}");
    let text = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        header(head, "x-amz-date"),
        hex(&Sha256::digest(canonical.as_bytes()))
    );
    let first = format!("AWS4{SECRET}").into_bytes();
    let key = scope.split('/').fold(first, |key, part| hmac(&key, part.as_bytes()));
    assert_eq!(hex(&hmac(&key, text.as_bytes())), part("Signature="), "{head}");
    assert!(scope.ends_with("/us-east-1/dynamodb/aws4_request"), "{scope}");
}
