//! Writes the audit log: what callers did, and what they were refused.

use domain::access::Action;
use domain::audit::{AuditAction, AuditEvent, AuditOutcome};
use domain::ports::StoreError;
use domain::principal::Principal;

use crate::App;
use crate::error::ApiError;

/// Lets the caller do that, or writes down that it was refused: the one place that asks.
///
/// # Errors
///
/// `forbidden` (403) for a role that may not.
pub(crate) async fn allow(app: &App, who: &Principal, action: Action) -> Result<(), ApiError> {
    if who.may(action) {
        return Ok(());
    }
    Err(deny(app, who, action.name()).await)
}

/// Writes down that the caller was refused; a log that cannot be written lets nobody in.
pub(crate) async fn deny(app: &App, who: &Principal, subject: &str) -> ApiError {
    let denied = event(app, who.user_id.as_str(), AuditAction::Denied, subject);
    let denied = AuditEvent { outcome: AuditOutcome::Refused, ..denied };
    if let Err(error) = app.audit.append(&denied).await {
        let cause: &dyn std::error::Error = &error;
        tracing::error!(event = "audit.not_written", code = error.code(), error = cause);
    }
    ApiError::forbidden("forbidden")
}

/// Writes down what the caller did.
///
/// # Errors
///
/// A store that failed: what was done stands, and the caller is not told that all is well.
pub(crate) async fn done(
    app: &App,
    who: &Principal,
    action: AuditAction,
    subject: &str,
) -> Result<(), StoreError> {
    let event = event(app, who.user_id.as_str(), action, subject);
    app.audit.append(&event).await.map(|_| ())
}

fn event(app: &App, actor: &str, action: AuditAction, subject: &str) -> AuditEvent {
    AuditEvent {
        at: app.turns.clock.now(),
        actor: actor.to_owned(),
        action,
        subject: subject.to_owned(),
        outcome: AuditOutcome::Done,
    }
}
