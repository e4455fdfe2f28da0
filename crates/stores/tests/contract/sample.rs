//! Small values to store.

use checker::{Category, RuleId, Severity, Span};
use domain::article::{ArticleMetadata, Embargo};
use domain::conversation::{Conversation, Decision, DecisionAction, Message, Speaker};
use domain::engine::Engine;
use domain::finding::{Finding, FindingSource};
use domain::id::{ConversationId, DecisionId, FindingId, MessageId, TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars, Reservation};
use domain::model::{ProviderName, TokenUsage};
use domain::ports::{Basis, Conclusion, Opening};
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{Outcome, TurnKind, TurnRecord};

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id)
}

pub(crate) fn id(id: &str) -> ConversationId {
    ConversationId::new(id)
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_764_000_000_000 + millis)
}

pub(crate) fn conversation(owner: &str, key: &str, updated: i64) -> Conversation {
    Conversation {
        user_id: user(owner),
        id: id(key),
        engine: Engine::Basic,
        title: ArticleText::new(format!("기사 {key}")),
        pinned: false,
        created_at: at(0),
        updated_at: at(updated),
        article: ArticleMetadata::default(),
        client_metadata: Some(r#"{"desk":"economy"}"#.into()),
    }
}

pub(crate) fn message(key: &str) -> Message {
    Message {
        id: MessageId::new(key),
        speaker: Speaker::User,
        kind: "text".into(),
        content: ArticleText::new(format!("글 {key} 😀 \u{1112}\u{1161}\u{11ab}")),
        at: at(1),
        answer: None,
        client_metadata: None,
    }
}

pub(crate) fn finding(key: &str) -> Finding {
    Finding {
        id: FindingId::new(key),
        span: Span::new(3, 9),
        original: "몇일".into(),
        replacements: vec!["며칠".into()],
        category: Category::Spelling,
        rule: Some(RuleId::new("spelling/fixed-form")),
        source: FindingSource::Rule,
        severity: Severity::Error,
        message: "며칠이 맞습니다".into(),
        reference: Some("한글 맞춤법 제27항".into()),
        confidence: Some(0.5),
        safe: true,
    }
}

pub(crate) fn turn(key: &str, conversation: &str) -> TurnRecord {
    TurnRecord {
        id: TurnId::new(key),
        user_id: user("kim"),
        conversation_id: id(conversation),
        engine: Engine::Pro,
        kind: TurnKind::Chat,
        idempotency_key: None,
        continues: Some(TurnId::new("earlier")),
        started_at: at(0),
        outcome: None,
    }
}

/// A turn that begins with nothing behind it.
pub(crate) fn opening(record: &TurnRecord) -> Opening {
    let record = record.clone();
    let (basis, embargo) = (Basis::Nothing, Embargo::None);
    Opening { record, reservation: None, question: None, basis, embargo }
}

/// A turn in a conversation of its own that holds something.
pub(crate) fn holding(reservation: Reservation) -> Opening {
    let record = TurnRecord {
        user_id: reservation.user_id.clone(),
        started_at: reservation.at,
        ..turn(reservation.turn_id.as_str(), reservation.turn_id.as_str())
    };
    Opening { reservation: Some(reservation), ..opening(&record) }
}

/// The end of a turn that used seven tokens and said nothing.
pub(crate) fn conclusion(record: &TurnRecord, outcome: Outcome) -> Conclusion {
    let entry = LedgerEntry {
        turn_id: record.id.clone(),
        user_id: record.user_id.clone(),
        engine: record.engine,
        at: record.started_at,
        provider: None,
        model: None,
        usage: TokenUsage { input_tokens: 7, ..TokenUsage::default() },
        cost: Nanodollars(35_000),
        outcome,
        audit: None,
    };
    let record = record.clone();
    Conclusion { record, outcome, entry, answer: None, events: Vec::new(), at: at(9) }
}

pub(crate) fn decision(key: &str) -> Decision {
    Decision {
        id: DecisionId::new(key),
        finding_id: FindingId::new("f"),
        action: DecisionAction::Accepted,
        replacement: Some(ArticleText::new("며칠")),
        original: ArticleText::new("몇일"),
        rule: Some(RuleId::new("spelling/fixed-form")),
        category: Category::Spelling,
        source: FindingSource::Both,
        prompt_version: Some(3),
        provider: Some(ProviderName::new("anthropic_api")),
        verdict: None,
        by: user("kim"),
        at: at(3),
    }
}
