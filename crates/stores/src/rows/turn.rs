//! Rows of turns and their journal.

use domain::engine::Engine;
use domain::id::{ConversationId, IdempotencyKey, MessageId, TurnId, UserId};
use domain::ledger::Nanodollars;
use domain::model::{ProviderName, Source};
use domain::ports::StoreError;
use domain::prefix::{CacheForecast, CacheState};
use domain::text::ArticleText;
use domain::time::Timestamp;
use domain::turn::{Notice, Outcome, SequencedEvent, TurnEvent, TurnKind, TurnRecord};
use serde::{Deserialize, Serialize};

use super::conversation::SourceRow;
use super::finding::FindingRow;
use super::usage::UsageRow;
use super::{named, time};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TurnRow {
    turn_id: String,
    user_id: String,
    conversation_id: String,
    engine_type: String,
    kind: String,
    idempotency_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    continues: Option<String>,
    started_at: String,
    outcome: Option<String>,
}

impl From<&TurnRecord> for TurnRow {
    fn from(turn: &TurnRecord) -> Self {
        Self {
            turn_id: turn.id.as_str().into(),
            user_id: turn.user_id.as_str().into(),
            conversation_id: turn.conversation_id.as_str().into(),
            engine_type: turn.engine.name().into(),
            kind: turn.kind.name().into(),
            idempotency_key: turn.idempotency_key.as_ref().map(|key| key.as_str().into()),
            continues: turn.continues.as_ref().map(|turn| turn.as_str().into()),
            started_at: turn.started_at.rfc3339(),
            outcome: turn.outcome.map(|outcome| outcome.name().into()),
        }
    }
}

impl TurnRow {
    pub(crate) fn turn(self) -> Result<TurnRecord, StoreError> {
        let outcome = |name: String| named("turn outcome", Outcome::from_name(&name));
        Ok(TurnRecord {
            id: TurnId::new(self.turn_id),
            user_id: UserId::new(self.user_id),
            conversation_id: ConversationId::new(self.conversation_id),
            engine: named("turn engine", Engine::from_name(&self.engine_type))?,
            kind: named("turn kind", TurnKind::from_name(&self.kind))?,
            idempotency_key: self.idempotency_key.map(IdempotencyKey::new),
            continues: self.continues.map(TurnId::new),
            started_at: time(&self.started_at)?,
            outcome: self.outcome.map(outcome).transpose()?,
        })
    }
}

/// Events that were kept together; earlier versions kept each in a row of its own.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum JournalRow {
    Events { events: Vec<EventRow> },
    Event(Box<EventRow>),
}

impl JournalRow {
    pub(crate) fn of(events: &[&SequencedEvent]) -> Self {
        let mut rows: Vec<EventRow> = Vec::new();
        for event in events {
            if !rows.last_mut().is_some_and(|row| row.goes_on_with(event)) {
                rows.push(EventRow::from(*event));
            }
        }
        Self::Events { events: rows }
    }

    pub(crate) fn events(self) -> Result<Vec<SequencedEvent>, StoreError> {
        let rows = match self {
            Self::Events { events } => events,
            Self::Event(event) => vec![*event],
        };
        let mut events = Vec::new();
        for row in rows {
            row.read_into(&mut events)?;
        }
        Ok(events)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EventRow {
    sequence: u64,
    #[serde(flatten)]
    event: EventBody,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum EventBody {
    Started {
        conversation_id: String,
        provider: Option<String>,
        model: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<CacheRow>,
        at: String,
    },
    Finding {
        finding: FindingRow,
    },
    AnswerStarted {
        at: String,
    },
    /// One piece, as earlier versions kept each.
    Text {
        text: String,
        index: u64,
        at: String,
    },
    /// Pieces that follow one another in sequence and index; the numbers are those of the first.
    Texts {
        texts: Vec<String>,
        index: u64,
        at_millis: Vec<i64>,
    },
    Sources {
        message: String,
        sources: Vec<SourceRow>,
        at: String,
    },
    Notice {
        code: String,
    },
    Switched {
        provider: String,
        model: String,
    },
    Usage {
        usage: UsageRow,
        cost_nanodollars: u64,
    },
    Ended {
        outcome: String,
        engine_type: String,
        conversation_id: String,
        message_id: String,
        message: String,
        pieces: u64,
        at: String,
    },
    Failed {
        code: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CacheRow {
    state: String,
    prefix_tokens: u64,
    expires_at: Option<String>,
    input_cost_nanodollars: u64,
}

impl From<&CacheForecast> for CacheRow {
    fn from(forecast: &CacheForecast) -> Self {
        Self {
            state: forecast.state.name().into(),
            prefix_tokens: forecast.prefix_tokens,
            expires_at: forecast.expires_at.map(Timestamp::rfc3339),
            input_cost_nanodollars: forecast.input_cost.0,
        }
    }
}

impl CacheRow {
    fn forecast(self) -> Result<CacheForecast, StoreError> {
        Ok(CacheForecast {
            state: named("cache state", CacheState::from_name(&self.state))?,
            prefix_tokens: self.prefix_tokens,
            expires_at: self.expires_at.as_deref().map(time).transpose()?,
            input_cost: Nanodollars(self.input_cost_nanodollars),
        })
    }
}

impl From<&SequencedEvent> for EventRow {
    fn from(event: &SequencedEvent) -> Self {
        Self { sequence: event.sequence, event: body(&event.event) }
    }
}

fn body(event: &TurnEvent) -> EventBody {
    match event {
        TurnEvent::Started { conversation_id, provider, model, cache, at } => EventBody::Started {
            conversation_id: conversation_id.as_str().into(),
            provider: provider.as_ref().map(|provider| provider.as_str().into()),
            model: model.clone(),
            cache: cache.as_ref().map(CacheRow::from),
            at: at.rfc3339(),
        },
        TurnEvent::Finding(finding) => EventBody::Finding { finding: finding.into() },
        TurnEvent::AnswerStarted { at } => EventBody::AnswerStarted { at: at.rfc3339() },
        TurnEvent::Text { text, index, at } => EventBody::Texts {
            texts: vec![text.as_str().into()],
            index: *index,
            at_millis: vec![at.millis()],
        },
        TurnEvent::Sources { message, sources, at } => EventBody::Sources {
            message: message.as_str().into(),
            sources: sources.iter().map(SourceRow::from).collect(),
            at: at.rfc3339(),
        },
        TurnEvent::Switched { provider, model } => {
            EventBody::Switched { provider: provider.as_str().into(), model: model.clone() }
        }
        TurnEvent::Notice(notice) => EventBody::Notice { code: notice.code().into() },
        TurnEvent::Usage { usage, cost } => {
            EventBody::Usage { usage: (*usage).into(), cost_nanodollars: cost.0 }
        }
        TurnEvent::Ended { outcome, engine, conversation_id, message_id, message, pieces, at } => {
            EventBody::Ended {
                outcome: outcome.name().into(),
                engine_type: engine.name().into(),
                conversation_id: conversation_id.as_str().into(),
                message_id: message_id.as_str().into(),
                message: message.as_str().into(),
                pieces: *pieces,
                at: at.rfc3339(),
            }
        }
        TurnEvent::Failed { code } => EventBody::Failed { code: code.clone() },
    }
}

impl EventRow {
    /// Takes up an event that is the next piece of the same text; false where it is not.
    fn goes_on_with(&mut self, next: &SequencedEvent) -> bool {
        let EventBody::Texts { texts, index: first, at_millis } = &mut self.event else {
            return false;
        };
        let TurnEvent::Text { text, index, at } = &next.event else { return false };
        let count = u64::try_from(texts.len()).unwrap_or(u64::MAX);
        let follows = (next.sequence, *index) == (self.sequence + count, *first + count);
        if follows {
            texts.push(text.as_str().into());
            at_millis.push(at.millis());
        }
        follows
    }

    fn read_into(self, events: &mut Vec<SequencedEvent>) -> Result<(), StoreError> {
        let EventBody::Texts { texts, index, at_millis } = self.event else {
            events.push(SequencedEvent { sequence: self.sequence, event: event(self.event)? });
            return Ok(());
        };
        if texts.len() != at_millis.len() {
            return Err(StoreError::Corrupt { what: "journal".into(), source: None });
        }
        let pieces = texts.into_iter().zip(at_millis);
        events.extend(pieces.zip(0..).map(|((text, at), count)| SequencedEvent {
            sequence: self.sequence + count,
            event: text_event(text, index + count, Timestamp::from_millis(at)),
        }));
        Ok(())
    }
}

fn text_event(text: String, index: u64, at: Timestamp) -> TurnEvent {
    TurnEvent::Text { text: ArticleText::new(text), index, at }
}

/// An event that has a row of its own.
fn event(body: EventBody) -> Result<TurnEvent, StoreError> {
    Ok(match body {
        EventBody::Started { conversation_id, provider, model, cache, at } => TurnEvent::Started {
            conversation_id: ConversationId::new(conversation_id),
            provider: provider.map(ProviderName::new),
            model,
            cache: cache.map(CacheRow::forecast).transpose()?,
            at: time(&at)?,
        },
        EventBody::Finding { finding } => TurnEvent::Finding(finding.finding()?),
        EventBody::AnswerStarted { at } => TurnEvent::AnswerStarted { at: time(&at)? },
        EventBody::Text { text, index, at } => text_event(text, index, time(&at)?),
        EventBody::Texts { .. } => {
            return Err(StoreError::Corrupt { what: "journal".into(), source: None });
        }
        EventBody::Sources { message, sources, at } => TurnEvent::Sources {
            message: ArticleText::new(message),
            sources: sources.into_iter().map(Source::from).collect(),
            at: time(&at)?,
        },
        EventBody::Notice { code } => {
            TurnEvent::Notice(named("notice code", Notice::from_code(&code))?)
        }
        EventBody::Switched { provider, model } => {
            TurnEvent::Switched { provider: ProviderName::new(provider), model }
        }
        EventBody::Usage { usage, cost_nanodollars } => {
            TurnEvent::Usage { usage: usage.into(), cost: Nanodollars(cost_nanodollars) }
        }
        EventBody::Ended {
            outcome,
            engine_type,
            conversation_id,
            message_id,
            message,
            pieces,
            at,
        } => TurnEvent::Ended {
            outcome: named("event outcome", Outcome::from_name(&outcome))?,
            engine: named("event engine", Engine::from_name(&engine_type))?,
            conversation_id: ConversationId::new(conversation_id),
            message_id: MessageId::new(message_id),
            message: ArticleText::new(message),
            pieces,
            at: time(&at)?,
        },
        EventBody::Failed { code } => TurnEvent::Failed { code },
    })
}

#[cfg(test)]
mod tests {
    use domain::text::ArticleText;
    use domain::time::Timestamp;
    use domain::turn::{Notice, SequencedEvent, TurnEvent};

    use super::JournalRow;
    use crate::rows::{read, write};

    fn piece(sequence: u64, index: u64, text: &str) -> SequencedEvent {
        let at = Timestamp::from_millis(1_000 + i64::try_from(sequence).unwrap());
        let event = TurnEvent::Text { text: ArticleText::new(text), index, at };
        SequencedEvent { sequence, event }
    }

    #[test]
    fn pieces_that_follow_one_another_lie_together() {
        let notice =
            SequencedEvent { sequence: 5, event: TurnEvent::Notice(Notice::ProviderSwitched) };
        let events = [
            piece(3, 0, "금리"),
            piece(4, 1, "는 \"2.5%\""),
            notice,
            piece(6, 2, "다"),
            piece(8, 3, "."),
            piece(9, 5, "끝"),
        ];
        let body = write("journal", &JournalRow::of(&events.each_ref())).unwrap();
        assert_eq!(body.matches("texts\":[").count(), 4, "{body}");
        let row: JournalRow = read("journal", &body).unwrap();
        assert_eq!(row.events().unwrap(), events);
    }

    #[test]
    fn a_piece_that_an_earlier_version_kept_is_read() {
        let row = r#"{"events":[{"sequence":3,"kind":"text","text":"금리","index":0,"at":"1970-01-01T00:00:01.003Z"}]}"#;
        let row: JournalRow = read("journal", row).unwrap();
        assert_eq!(row.events().unwrap(), [piece(3, 0, "금리")]);
    }

    #[test]
    fn pieces_without_their_times_are_refused() {
        let row = r#"{"events":[{"sequence":3,"kind":"texts","texts":["가","나"],"index":0,"atMillis":[1]}]}"#;
        let row: JournalRow = read("journal", row).unwrap();
        assert_eq!(row.events().unwrap_err().code(), "store_corrupt");
    }

    #[test]
    fn rows_of_one_event_and_of_several_are_read() {
        let event = |sequence| SequencedEvent {
            sequence,
            event: TurnEvent::Notice(Notice::ProviderSwitched),
        };
        let earlier = r#"{"sequence":3,"kind":"notice","code":"provider_switched"}"#;
        let row: JournalRow = read("journal", earlier).unwrap();
        assert_eq!(row.events().unwrap(), [event(3)]);
        let body = write("journal", &JournalRow::of(&[&event(4), &event(5)])).unwrap();
        let row: JournalRow = read("journal", &body).unwrap();
        assert_eq!(row.events().unwrap(), [event(4), event(5)]);
    }
}
