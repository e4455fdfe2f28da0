//! The prompt cache's rules as Anthropic documents them (docs: prompt caching), with the time as an
//! argument: the simulator runs it on the clock, newsroom traffic in virtual time.

use std::collections::HashMap;

use domain::time::Timestamp;
use serde::Serialize;

use super::digest::Digest;

/// From each breakpoint so many blocks are looked at for an earlier entry, its own among them.
const LOOK_BACK_BLOCKS: usize = 20;

/// How long an entry lives after its last use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Ttl {
    /// The default.
    #[serde(rename = "5m")]
    FiveMinutes,
    /// Costs twice the input price to write.
    #[serde(rename = "1h")]
    OneHour,
}

impl Ttl {
    /// Its length.
    #[must_use]
    pub const fn millis(self) -> i64 {
        match self {
            Self::FiveMinutes => 5 * 60 * 1000,
            Self::OneHour => 60 * 60 * 1000,
        }
    }
}

/// A request as the cache sees it: blocks in their order, each with the digest of all before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    state: Digest,
    tokens: u64,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// Of everything up to its end.
    digest: Digest,
    /// Of everything up to its end.
    tokens: u64,
    breakpoint: Option<Ttl>,
}

impl Prompt {
    /// An empty prompt; only prompts of the same scope (provider, key, model) share entries.
    #[must_use]
    pub fn new(scope: &str) -> Self {
        Self { state: Digest::of(scope), tokens: 0, blocks: Vec::new() }
    }

    /// A setting that is no block: a change of it makes everything after it another prompt.
    pub fn mix(&mut self, setting: &str) {
        self.state = self.state.then(setting);
    }

    /// The next block.
    pub fn push(&mut self, content: &str, tokens: u64, breakpoint: Option<Ttl>) {
        self.mix(content);
        self.tokens += tokens;
        self.blocks.push(Block { digest: self.state, tokens: self.tokens, breakpoint });
    }

    /// Tokens of all blocks.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Breakpoints long enough to be cached, with their place.
    fn breakpoints(&self, minimum_tokens: u64) -> impl Iterator<Item = (usize, &Block, Ttl)> {
        let numbered = self.blocks.iter().enumerate();
        numbered
            .filter(move |(_, block)| block.tokens >= minimum_tokens)
            .filter_map(|(at, block)| block.breakpoint.map(|ttl| (at, block, ttl)))
    }
}

/// How a prompt's tokens are billed; together they are all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charge {
    /// Neither read nor written.
    pub input: u64,
    /// Written for five minutes.
    pub write_5m: u64,
    /// Written for one hour.
    pub write_1h: u64,
    /// Read.
    pub read: u64,
}

/// What became of one breakpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breakpoint {
    /// The digest of the prefix that ends at it.
    pub digest: String,
    /// Tokens of that prefix.
    pub tokens: u64,
    /// Its time to live.
    pub ttl: Ttl,
    /// `read` where the prefix was there, `written`, or `too_short` to be cached at all.
    pub outcome: &'static str,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    ttl: Ttl,
    expires: Timestamp,
}

/// The entries of all scopes.
#[derive(Debug, Default)]
pub struct Cache {
    entries: HashMap<Digest, Entry>,
}

impl Cache {
    /// Bills a prompt that arrives now and refreshes the entries it uses. What it writes can be read
    /// by others only once [`Cache::keep`] was called for it.
    ///
    /// Read is everything up to the longest entry found at a breakpoint or within the blocks looked
    /// back at from one; then everything up to the last 1 h breakpoint is written for 1 h, and
    /// everything up to the last 5 min breakpoint for 5 min.
    pub fn charge(&mut self, prompt: &Prompt, minimum_tokens: u64, now: Timestamp) -> Charge {
        let hit = self.longest(prompt, minimum_tokens, now);
        let read = hit.and_then(|at| prompt.blocks.get(at)).map_or(0, |block| block.tokens);
        if let Some(hit) = hit {
            let used = prompt.blocks.iter().take(hit + 1);
            for (at, block) in used.enumerate() {
                if at == hit || block.breakpoint.is_some() {
                    self.refresh(block.digest, now);
                }
            }
        }
        let up_to = |wanted: Ttl, floor: u64| {
            let of_kind = prompt.breakpoints(minimum_tokens).filter(|(_, _, ttl)| *ttl == wanted);
            of_kind.map(|(_, block, _)| block.tokens).fold(floor, u64::max)
        };
        let hour = up_to(Ttl::OneHour, read);
        let last = up_to(Ttl::FiveMinutes, hour);
        Charge { input: prompt.tokens - last, write_5m: last - hour, write_1h: hour - read, read }
    }

    /// The answer to the prompt begins now: from here on its prefixes can be read.
    pub fn keep(&mut self, prompt: &Prompt, minimum_tokens: u64, now: Timestamp) {
        self.entries.retain(|_, entry| entry.expires > now);
        for (_, block, ttl) in prompt.breakpoints(minimum_tokens) {
            if !self.refresh(block.digest, now) {
                let entry = Entry { ttl, expires: now.plus_millis(ttl.millis()) };
                self.entries.insert(block.digest, entry);
            }
        }
    }

    /// What becomes of each breakpoint of a prompt that arrives now.
    #[must_use]
    pub fn breakpoints(
        &self,
        prompt: &Prompt,
        minimum_tokens: u64,
        now: Timestamp,
    ) -> Vec<Breakpoint> {
        let hit = self.longest(prompt, minimum_tokens, now);
        let all = prompt.blocks.iter().enumerate();
        all.filter_map(|(at, block)| {
            let outcome = match hit {
                _ if block.tokens < minimum_tokens => "too_short",
                Some(hit) if at <= hit => "read",
                _ => "written",
            };
            let ttl = block.breakpoint?;
            let digest = block.digest.to_string();
            Some(Breakpoint { digest, tokens: block.tokens, ttl, outcome })
        })
        .collect()
    }

    /// Place of the last block of the longest prefix that is there.
    fn longest(&self, prompt: &Prompt, minimum_tokens: u64, now: Timestamp) -> Option<usize> {
        let looked_at = prompt
            .breakpoints(minimum_tokens)
            .flat_map(|(at, _, _)| (at.saturating_sub(LOOK_BACK_BLOCKS - 1)..=at).rev());
        let is_there = |at: &usize| {
            prompt.blocks.get(*at).is_some_and(|block| self.is_alive(block.digest, now))
        };
        looked_at.filter(is_there).max()
    }

    fn is_alive(&self, digest: Digest, now: Timestamp) -> bool {
        self.entries.get(&digest).is_some_and(|entry| now < entry.expires)
    }

    /// An entry keeps the time to live it was written with; gives whether it was there.
    fn refresh(&mut self, digest: Digest, now: Timestamp) -> bool {
        match self.entries.get_mut(&digest) {
            Some(entry) if now < entry.expires => {
                entry.expires = entry.expires.max(now.plus_millis(entry.ttl.millis()));
                true
            }
            Some(_) | None => false,
        }
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
