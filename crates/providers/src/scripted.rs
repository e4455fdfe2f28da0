//! A provider that plays a script: for tests that need every event at a known moment.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::model::{
    ModelCard, ModelEvent, ModelRequest, ModelStream, ProviderError, ProviderName,
};
use domain::ports::Provider;
use futures::StreamExt;
use tokio::sync::mpsc;

/// One answer of the script.
#[derive(Debug)]
pub enum Answer {
    /// The request itself fails.
    Refused(ProviderError),
    /// These events, all at once; without `Finished` at their end the stream is cut.
    Events(Vec<Result<ModelEvent, ProviderError>>),
    /// Events as the test sends them; the stream is cut when the sender is gone.
    Live(mpsc::UnboundedReceiver<Result<ModelEvent, ProviderError>>),
}

/// Plays its answers one after another, one a request.
#[derive(Debug)]
pub struct Scripted {
    card: ModelCard,
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<ModelRequest>>,
}

impl Scripted {
    /// A provider with that model and those answers; further requests are refused as overloaded.
    #[must_use]
    pub fn new(card: ModelCard, answers: Vec<Answer>) -> Self {
        Self { card, answers: Mutex::new(answers.into()), requests: Mutex::default() }
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> ProviderName {
        ProviderName::new("scripted")
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    async fn stream(&self, request: &ModelRequest) -> Result<ModelStream, ProviderError> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match answer.unwrap_or(Answer::Refused(ProviderError::Overloaded)) {
            Answer::Refused(error) => Err(error),
            Answer::Events(events) => Ok(futures::stream::iter(events).boxed()),
            Answer::Live(events) => {
                let next = |mut events: mpsc::UnboundedReceiver<_>| async {
                    let event = events.recv().await?;
                    Some((event, events))
                };
                Ok(futures::stream::unfold(events, next).boxed())
            }
        }
    }
}
