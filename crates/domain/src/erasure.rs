//! Erasing for good: a person's articles, one article, or all whose time is over. Every article that
//! goes is written into the audit log by its ids, and so is what the whole came to.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::audit::{AuditAction, AuditEntry, AuditEvent, AuditOutcome};
use crate::conversation::Conversation;
use crate::dictionary::DictionaryScope;
use crate::id::{ConversationId, UserId};
use crate::ports::{AuditStore, Clock, ErasureStore, ListFilter, StoreError};
use crate::retention::Retention;
use crate::time::Timestamp;

/// Conversations read at once.
const PAGE: usize = 200;

/// What is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErasureScope {
    /// All articles of a person, with the turns and the keys of requests.
    User {
        /// Whose.
        user: UserId,
        /// The person's own dictionary too.
        has_dictionary: bool,
    },
    /// One article; of whoever has it where nobody is named.
    Conversation {
        /// Whose.
        user: Option<UserId>,
        /// Which.
        id: ConversationId,
    },
    /// Every article whose time is over.
    Over(Retention),
}

/// What would go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasurePlan {
    /// Articles, by owner and id.
    pub conversations: Vec<(UserId, ConversationId)>,
    /// Articles that stay because a turn runs in them.
    pub running: Vec<(UserId, ConversationId)>,
    /// Whose turns, and perhaps dictionary, go too.
    person: Option<(UserId, bool)>,
}

impl ErasurePlan {
    /// Takes so many of its articles out as a plan of their own, for whoever has not the time for all.
    #[must_use]
    pub fn take(&mut self, count: usize) -> Self {
        let conversations = self.conversations.drain(..count.min(self.conversations.len()));
        let conversations = conversations.collect();
        Self { conversations, running: self.running.clone(), person: self.person.take() }
    }
}

/// Proof of what has gone; it names ids and no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReceipt {
    /// When it was done.
    pub at: Timestamp,
    /// Articles that are gone.
    pub conversations: Vec<(UserId, ConversationId)>,
    /// Articles that stayed because a turn ran in them.
    pub running: Vec<(UserId, ConversationId)>,
    /// Turns beside those of the articles.
    pub turns: usize,
    /// Entries of the person's dictionary.
    pub dictionary_entries: usize,
    /// Number of the audit log's entry that closes it.
    pub sequence: u64,
    /// Hash of that entry, which follows from those of the articles.
    pub hash: String,
}

/// The use case with everything it needs.
#[derive(Clone)]
pub struct Erasure {
    /// Where everything is.
    pub store: Arc<dyn ErasureStore>,
    /// The audit log.
    pub audit: Arc<dyn AuditStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Erasure {
    /// What of a scope would go as of `now`; nothing is changed.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn plan(
        &self,
        scope: &ErasureScope,
        now: Timestamp,
    ) -> Result<ErasurePlan, StoreError> {
        let open = self.store.open_turns().await?.into_iter();
        let open: BTreeSet<_> = open.map(|turn| (turn.user_id, turn.conversation_id)).collect();
        let owners = match scope {
            ErasureScope::User { user, .. }
            | ErasureScope::Conversation { user: Some(user), .. } => vec![user.clone()],
            ErasureScope::Conversation { user: None, .. } | ErasureScope::Over(_) => {
                self.store.owners().await?
            }
        };
        let mut plan = ErasurePlan::default();
        for owner in owners {
            for header in self.headers(&owner, scope).await? {
                if let ErasureScope::Over(retention) = scope
                    && !retention.is_over(&header, now)
                {
                    continue;
                }
                let key = (header.user_id, header.id);
                let is_running = open.contains(&key);
                let list = if is_running { &mut plan.running } else { &mut plan.conversations };
                list.push(key);
            }
        }
        if let ErasureScope::User { user, has_dictionary } = scope {
            plan.person = Some((user.clone(), *has_dictionary));
        }
        Ok(plan)
    }

    /// Erases what was planned; `actor` stands in the audit log. What a failure leaves goes with the
    /// next plan.
    ///
    /// # Errors
    ///
    /// A failed store.
    pub async fn erase(
        &self,
        plan: ErasurePlan,
        actor: &str,
    ) -> Result<ErasureReceipt, StoreError> {
        let mut gone = Vec::new();
        for (user, id) in plan.conversations {
            if self.store.delete(&user, &id).await? {
                let subject = format!("{user}/{id}");
                self.write(actor, AuditAction::ConversationErased, subject).await?;
                gone.push((user, id));
            }
        }
        let (mut turns, mut dictionary_entries) = (0, 0);
        if let Some((user, has_dictionary)) = plan.person {
            turns = self.store.forget_turns(&user).await?;
            if has_dictionary {
                let mine = DictionaryScope::Me(user);
                dictionary_entries = self.store.clear_dictionary(&mine).await?;
            }
        }
        self.store.purge().await?;
        let subject = format!(
            "conversations={} turns={turns} dictionary-entries={dictionary_entries} running={}",
            gone.len(),
            plan.running.len()
        );
        let entry = self.write(actor, AuditAction::Erased, subject).await?;
        Ok(ErasureReceipt {
            at: entry.event.at,
            conversations: gone,
            running: plan.running,
            turns,
            dictionary_entries,
            sequence: entry.sequence,
            hash: entry.hash,
        })
    }

    async fn headers(
        &self,
        owner: &UserId,
        scope: &ErasureScope,
    ) -> Result<Vec<Conversation>, StoreError> {
        if let ErasureScope::Conversation { id, .. } = scope {
            return Ok(self.store.header(owner, id).await?.into_iter().collect());
        }
        let mut filter = ListFilter { limit: PAGE, ..ListFilter::default() };
        let mut headers = Vec::new();
        loop {
            let page = self.store.list(owner, &filter).await?;
            headers.extend(page.rows);
            filter.cursor = page.next;
            if filter.cursor.is_none() {
                return Ok(headers);
            }
        }
    }

    async fn write(
        &self,
        actor: &str,
        action: AuditAction,
        subject: String,
    ) -> Result<AuditEntry, StoreError> {
        let (at, actor, outcome) = (self.clock.now(), actor.to_owned(), AuditOutcome::Done);
        self.audit.append(&AuditEvent { at, actor, action, subject, outcome }).await
    }
}
