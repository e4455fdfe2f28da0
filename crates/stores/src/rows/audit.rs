//! The audit log's entries, and the row that names the last of them.

use domain::audit::{AuditAction, AuditEntry, AuditEvent, AuditOutcome};
use domain::ports::StoreError;
use serde::{Deserialize, Serialize};

use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditRow {
    sequence: u64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    outcome: String,
    previous_hash: String,
    hash: String,
}

/// Number and hash of the last entry.
#[derive(Serialize, Deserialize)]
pub(crate) struct HeadRow {
    pub(crate) sequence: u64,
    pub(crate) hash: String,
}

impl From<&AuditEntry> for AuditRow {
    fn from(entry: &AuditEntry) -> Self {
        let AuditEvent { at, actor, action, subject, outcome } = &entry.event;
        Self {
            sequence: entry.sequence,
            at: at.rfc3339(),
            actor: actor.clone(),
            action: action.name().into(),
            subject: subject.clone(),
            outcome: outcome.name().into(),
            previous_hash: entry.previous_hash.clone(),
            hash: entry.hash.clone(),
        }
    }
}

impl AuditRow {
    pub(crate) fn entry(self) -> Result<AuditEntry, StoreError> {
        Ok(AuditEntry {
            sequence: self.sequence,
            event: AuditEvent {
                at: time(&self.at)?,
                actor: self.actor,
                action: named("audit action", AuditAction::from_name(&self.action))?,
                subject: self.subject,
                outcome: named("audit outcome", AuditOutcome::from_name(&self.outcome))?,
            },
            previous_hash: self.previous_hash,
            hash: self.hash,
        })
    }
}
