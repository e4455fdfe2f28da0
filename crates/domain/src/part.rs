//! Long messages that clients send in parts: which parts belong together, and when all are there.

use crate::id::ConnectionId;
use crate::text::ArticleText;
use crate::time::Timestamp;

/// A message comes in at most so many parts.
pub const PARTS_LIMIT: usize = 64;
/// Parts of one message hold together at most so many bytes.
pub const JOINED_LIMIT_BYTES: usize = 1024 * 1024;
/// Parts are waited for so long.
pub const PART_LIFE_MS: i64 = 10 * 60 * 1000;

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePart {
    /// The socket it came over.
    pub connection: ConnectionId,
    /// What tells messages of one socket apart; empty where the client sends nothing.
    pub message: String,
    /// Its place; parts may come in any order.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// What it says.
    pub text: ArticleText,
    /// When it came.
    pub at: Timestamp,
}

/// What has come of a message so far; one message a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// Which message.
    pub message: String,
    /// How many parts it has.
    pub total: usize,
    /// The places of the parts that are there, with their bytes, ascending.
    pub there: Vec<(usize, usize)>,
    /// When the first came.
    pub since: Timestamp,
}

/// What a part made of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// Others are still to come.
    Waiting,
    /// All are there, and nothing of them is kept any longer.
    Whole(ArticleText),
    /// The message is longer than allowed; nothing of it is kept.
    TooLarge,
}

/// What is to be done with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartStep {
    /// Keep it.
    Keep,
    /// Its place is taken: when the same stands there it has come twice, else it begins another.
    Compare,
    /// Keep it, and forget the message that was waited for.
    KeepAnew,
}

impl Joining {
    /// Whether a part goes on with this message or begins another: one of another message, of
    /// another number of parts, or one that comes too late.
    #[must_use]
    pub fn step(&self, part: &MessagePart) -> PartStep {
        let is_late = part.at.millis() - self.since.millis() >= PART_LIFE_MS;
        let is_same = self.message == part.message && self.total == part.total;
        if !is_same || is_late {
            return PartStep::KeepAnew;
        }
        let is_taken = self.there.iter().any(|(number, _)| *number == part.number);
        if is_taken { PartStep::Compare } else { PartStep::Keep }
    }

    /// A message of which this is the first part to come.
    #[must_use]
    pub fn begun_by(part: &MessagePart) -> Self {
        let (message, total) = (part.message.clone(), part.total);
        Self { message, total, there: Vec::new(), since: part.at }
    }

    /// Counts the part.
    pub fn add(&mut self, part: &MessagePart) {
        self.there.push((part.number, part.text.as_str().len()));
        self.there.sort_unstable();
    }

    /// Whether the message passes what a message may hold.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        let bytes: usize = self.there.iter().map(|(_, bytes)| bytes).sum();
        self.total > PARTS_LIMIT || bytes > JOINED_LIMIT_BYTES
    }

    /// Whether every part is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.there.len() >= self.total
    }
}
