//! Small values to store.

use checker::{Category, RuleId, Severity, Span};
use domain::conversation::{Conversation, Decision, DecisionAction, Message, Speaker};
use domain::engine::Engine;
use domain::finding::{Finding, FindingSource};
use domain::id::{ConversationId, DecisionId, FindingId, MessageId, TurnId, UserId};
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{TurnKind, TurnRecord};

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
        by: user("kim"),
        at: at(3),
    }
}
