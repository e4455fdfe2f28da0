//! Argon2id for passwords (RFC 9106), with the parameters of OWASP's Password Storage Cheat Sheet, and
//! random tokens.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::ports::Passwords;
use domain::text::Secret;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Semaphore;

/// OWASP's first choice of its equal ones: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
const TOKEN_BYTES: usize = 32;
/// Hashes made at the same time: more of them wait, so that memory and processor stay bounded.
const AT_ONCE: usize = 2;

/// Hashes passwords and draws tokens.
#[derive(Debug, Clone)]
pub struct Argon2id {
    memory_kib: u32,
    free: Arc<Semaphore>,
}

impl Default for Argon2id {
    fn default() -> Self {
        Self::with_memory(MEMORY_KIB)
    }
}

impl Argon2id {
    /// The same with another amount of memory, for tests that hash often.
    #[must_use]
    pub fn with_memory(memory_kib: u32) -> Self {
        Self { memory_kib, free: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Runs off the threads that serve requests.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let _permit = self.free.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()?
    }
}

/// The string of the Password Hashing Competition: what a hash was made with stands before it.
fn hashed(password: &Secret, [memory, passes, lanes]: [u32; 3], salt: &[u8]) -> Option<String> {
    let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; HASH_BYTES];
    argon.hash_password_into(password.as_str().as_bytes(), salt, &mut hash).ok()?;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    Some(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

/// The same hash anew, by what the string says it was made with.
fn again(password: &Secret, hash: &str) -> Option<String> {
    let mut parts = hash.strip_prefix("$argon2id$v=19$")?.split('$');
    let (costs, salt) = (parts.next()?, parts.next()?);
    let cost = |part: Option<&str>, name| part?.strip_prefix(name)?.parse().ok();
    let mut costs = costs.split(',');
    let costs = [cost(costs.next(), "m=")?, cost(costs.next(), "t=")?, cost(costs.next(), "p=")?];
    hashed(password, costs, &STANDARD_NO_PAD.decode(salt).ok()?)
}

/// Compares in a time that does not tell where two texts begin to differ.
pub(crate) fn are_equal(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

#[async_trait]
impl Passwords for Argon2id {
    async fn hash(&self, password: &Secret) -> Option<Secret> {
        let (password, costs) = (password.clone(), [self.memory_kib, PASSES, LANES]);
        let work = move || hashed(&password, costs, &random::<SALT_BYTES>()?);
        self.apart(work).await.map(Secret::new)
    }

    async fn verify(&self, password: &Secret, hash: &Secret) -> bool {
        let (password, hash) = (password.clone(), hash.clone());
        let work = move || {
            let found = again(&password, hash.as_str())?;
            Some(are_equal(&found, hash.as_str()))
        };
        self.apart(work).await.unwrap_or(false)
    }

    fn token(&self) -> Option<Secret> {
        let bytes = random::<TOKEN_BYTES>()?;
        Some(Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Argon2id, are_equal, hashed};
    use domain::ports::Passwords;
    use domain::text::Secret;

    #[tokio::test]
    async fn a_password_is_verified_by_its_hash_alone() {
        let passwords = Argon2id::with_memory(8);
        let (right, wrong) = (Secret::new("옳은 암호 😀"), Secret::new("옳은 암호"));
        let hash = passwords.hash(&right).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=8,t=2,p=1$"));
        // Another machine's costs stand in the hash.
        let other = Argon2id::default();
        assert!(other.verify(&right, &hash).await);
        assert!(!other.verify(&wrong, &hash).await);
        assert_ne!(passwords.hash(&right).await.unwrap(), hash);
        for broken in ["", "$argon2id$v=19$m=8,t=2,p=1$x", "$argon2i$v=19$m=8,t=2,p=1$AAAA$AAAA"] {
            assert!(!other.verify(&right, &Secret::new(broken)).await, "{broken}");
        }
    }

    /// By the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`.
    #[test]
    fn hashes_are_those_of_the_reference() {
        let hash = hashed(&Secret::new("password"), [65_536, 2, 1], b"somesalt").unwrap();
        let expected = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                        CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(hash, expected);
    }

    #[test]
    fn tokens_are_256_random_bits() {
        let passwords = Argon2id::with_memory(8);
        let (one, other) = (passwords.token().unwrap(), passwords.token().unwrap());
        assert_eq!(one.as_str().len(), 64);
        assert_ne!(one, other);
        assert!(are_equal("ab", "ab") && !are_equal("ab", "ac") && !are_equal("ab", "abc"));
    }
}
