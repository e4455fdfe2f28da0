//! The audit log: who did what to what and how it went, each entry bound to the one before by a hash,
//! so that one that is changed or gone shows. No article text stands in it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::time::Timestamp;

/// What was done or tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    /// Somebody signed in, or tried to.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// Attempts under a name or from an address are refused for a while.
    LockOut,
    /// Something the caller's role does not allow.
    Denied,
    /// An engine's prompt was saved.
    PromptSaved,
    /// A file of a prompt was added.
    FileAdded,
    /// A file of a prompt was changed.
    FileChanged,
    /// A file of a prompt was removed.
    FileRemoved,
    /// Usage or the audit log was taken away as a file.
    Exported,
    /// A conversation was removed.
    ConversationRemoved,
    /// A conversation was erased for good; the subject is `<user>/<conversation>`.
    ConversationErased,
    /// An erasure ended, and nothing of it is left in the files; the subject counts what went.
    Erased,
    /// An entry of a desk's or everybody's dictionary was removed.
    EntryRemoved,
    /// A quota was set.
    QuotaSaved,
    /// A quota was removed.
    QuotaRemoved,
    /// An account was made.
    AccountAdded,
    /// An account's password, role, desk or standing was changed.
    AccountChanged,
    /// An admin read what belongs to somebody else.
    ReadOfAnother,
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 18] = [
        Self::SignIn,
        Self::SignOut,
        Self::LockOut,
        Self::Denied,
        Self::PromptSaved,
        Self::FileAdded,
        Self::FileChanged,
        Self::FileRemoved,
        Self::Exported,
        Self::ConversationRemoved,
        Self::ConversationErased,
        Self::Erased,
        Self::EntryRemoved,
        Self::QuotaSaved,
        Self::QuotaRemoved,
        Self::AccountAdded,
        Self::AccountChanged,
        Self::ReadOfAnother,
    ];

    /// The name in rows and on the wire; it never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::LockOut => "lock-out",
            Self::Denied => "denied",
            Self::PromptSaved => "prompt-saved",
            Self::FileAdded => "file-added",
            Self::FileChanged => "file-changed",
            Self::FileRemoved => "file-removed",
            Self::Exported => "exported",
            Self::ConversationRemoved => "conversation-removed",
            Self::ConversationErased => "conversation-erased",
            Self::Erased => "erased",
            Self::EntryRemoved => "entry-removed",
            Self::QuotaSaved => "quota-saved",
            Self::QuotaRemoved => "quota-removed",
            Self::AccountAdded => "account-added",
            Self::AccountChanged => "account-changed",
            Self::ReadOfAnother => "read-of-another",
        }
    }

    /// The action of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl AuditOutcome {
    /// The name in rows and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Something to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who: a user's id, `operator` for commands on the machine, `unknown` for nobody we know.
    pub actor: String,
    /// What.
    pub action: AuditAction,
    /// To what: an id, a name or a count, never a text.
    pub subject: String,
    /// How it went.
    pub outcome: AuditOutcome,
}

/// An event at its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place, from 1.
    pub sequence: u64,
    /// What was written down.
    pub event: AuditEvent,
    /// Hash of the entry before; [`AuditEntry::FIRST`] for the first.
    pub previous_hash: String,
    /// SHA-256 over everything above, in hexadecimal digits.
    pub hash: String,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// Another number was due here.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Missing {
        /// The number that was due.
        expected: u64,
        /// The number that is there.
        found: u64,
    },
    /// The entry does not hold what it was written with.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// The entry does not follow from the one before.
    #[error("entry {0} does not follow from the one before")]
    Unlinked(u64),
    /// The chain ends before the entry that was written last.
    #[error("the chain ends at entry {found}, but {expected} were written")]
    CutOff {
        /// The last number written.
        expected: u64,
        /// The last number that is there.
        found: u64,
    },
}

impl AuditEntry {
    /// What the first entry names as the hash before it.
    pub const FIRST: &'static str =
        "0000000000000000000000000000000000000000000000000000000000000000";

    /// The event as the entry after one with that number and hash; none where it is the first.
    #[must_use]
    pub fn after(previous: Option<(u64, &str)>, event: AuditEvent) -> Self {
        let (last, hash) = previous.unwrap_or((0, Self::FIRST));
        let mut entry =
            Self { sequence: last + 1, event, previous_hash: hash.to_owned(), hash: String::new() };
        entry.hash = entry.digest();
        entry
    }

    /// Each field stands behind its length, so that no two entries have the same bytes.
    fn digest(&self) -> String {
        let AuditEvent { at, actor, action, subject, outcome } = &self.event;
        let sequence = self.sequence.to_string();
        let at = at.millis().to_string();
        let fields = [
            sequence.as_str(),
            at.as_str(),
            actor.as_str(),
            action.name(),
            subject.as_str(),
            outcome.name(),
            self.previous_hash.as_str(),
        ];
        let mut hasher = Sha256::new();
        for field in fields {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hexadecimal(&hasher.finalize())
    }
}

/// Proves a stretch of the chain, entry after entry.
#[derive(Debug, Clone, Default)]
pub struct ChainProof {
    last: Option<(u64, String)>,
}

impl ChainProof {
    /// A proof that begins after the entry with that number and hash.
    #[must_use]
    pub fn after(sequence: u64, hash: &str) -> Self {
        Self { last: Some((sequence, hash.to_owned())) }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// The entry is not the next, was changed, or does not follow from the one before.
    pub fn take(&mut self, entry: &AuditEntry) -> Result<(), BrokenChain> {
        let (last, hash) = self.last();
        let (expected, found) = (last + 1, entry.sequence);
        if found != expected {
            return Err(BrokenChain::Missing { expected, found });
        }
        if entry.previous_hash != hash {
            return Err(BrokenChain::Unlinked(found));
        }
        if entry.digest() != entry.hash {
            return Err(BrokenChain::Changed(found));
        }
        self.last = Some((found, entry.hash.clone()));
        Ok(())
    }

    /// Holds the end against what was written last; none where nothing was.
    ///
    /// # Errors
    ///
    /// The chain ends before, or in another entry.
    pub fn ends_with(&self, head: Option<(u64, &str)>) -> Result<(), BrokenChain> {
        let (expected, hash) = head.unwrap_or((0, AuditEntry::FIRST));
        let (found, last) = self.last();
        if found != expected {
            return Err(BrokenChain::CutOff { expected, found });
        }
        if last == hash { Ok(()) } else { Err(BrokenChain::Changed(found)) }
    }

    /// Number and hash of the last entry that holds.
    #[must_use]
    pub fn last(&self) -> (u64, &str) {
        self.last.as_ref().map_or((0, AuditEntry::FIRST), |(last, hash)| (*last, hash.as_str()))
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{AuditAction, AuditEntry, AuditEvent, AuditOutcome, BrokenChain, ChainProof};
    use crate::time::Timestamp;

    fn event(actor: &str, subject: &str) -> AuditEvent {
        AuditEvent {
            at: Timestamp::from_millis(1),
            actor: actor.into(),
            action: AuditAction::SignIn,
            subject: subject.into(),
            outcome: AuditOutcome::Done,
        }
    }

    fn chain() -> Vec<AuditEntry> {
        let mut chain: Vec<AuditEntry> = Vec::new();
        for actor in ["kim", "이", "park 😀"] {
            let last = chain.last().map(|entry| (entry.sequence, entry.hash.clone()));
            let last = last.as_ref().map(|(sequence, hash)| (*sequence, hash.as_str()));
            chain.push(AuditEntry::after(last, event(actor, "x")));
        }
        chain
    }

    fn check(chain: &[AuditEntry], expected: Result<(), BrokenChain>) {
        let mut proof = ChainProof::default();
        assert_eq!(chain.iter().try_for_each(|entry| proof.take(entry)), expected);
    }

    #[test]
    fn a_chain_holds_and_every_tampering_shows() {
        let whole = chain();
        check(&whole, Ok(()));
        let mut gone = whole.clone();
        gone.remove(1);
        check(&gone, Err(BrokenChain::Missing { expected: 2, found: 3 }));
        let mut changed = whole.clone();
        changed[1].event.actor = "lee".into();
        check(&changed, Err(BrokenChain::Changed(2)));
        // Whoever forges an entry with its hash breaks the one after.
        let mut forged = whole.clone();
        forged[1] = AuditEntry::after(Some((1, &whole[0].hash)), event("lee", "x"));
        check(&forged, Err(BrokenChain::Unlinked(3)));
        let last = (3, whole[2].hash.as_str());
        let mut proof = ChainProof::default();
        whole[..2].iter().try_for_each(|entry| proof.take(entry)).unwrap();
        assert_eq!(proof.ends_with(Some(last)), Err(BrokenChain::CutOff { expected: 3, found: 2 }));
        proof.take(&whole[2]).unwrap();
        assert_eq!(proof.ends_with(Some(last)), Ok(()));
        assert_eq!(proof.ends_with(Some((3, "0"))), Err(BrokenChain::Changed(3)));
        assert_eq!(ChainProof::default().ends_with(None), Ok(()));
    }

    #[test]
    fn fields_cannot_be_moved_into_one_another() {
        let one = AuditEntry::after(None, event("ab", "c"));
        let other = AuditEntry::after(None, event("a", "bc"));
        assert_ne!(one.hash, other.hash);
        assert_eq!(one.hash.len(), 64);
    }

    #[test]
    fn names_are_read_back() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_name(action.name()), Some(action));
        }
        assert_eq!(AuditOutcome::from_name("refused"), Some(AuditOutcome::Refused));
        assert_eq!(AuditAction::from_name("x"), None);
    }
}
