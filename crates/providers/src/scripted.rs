//! A provider that plays a script: for tests that need every event at a known moment.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

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
    name: ProviderName,
    card: ModelCard,
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Arc<ModelRequest>>>,
}

impl Scripted {
    /// A provider with that model and those answers; further requests are refused as overloaded.
    #[must_use]
    pub fn new(card: ModelCard, answers: Vec<Answer>) -> Self {
        Self::named("scripted", card, answers)
    }

    /// The same under another name, so that two of them are two providers.
    #[must_use]
    pub fn named(name: &str, card: ModelCard, answers: Vec<Answer>) -> Self {
        let name = ProviderName::new(name);
        Self { name, card, answers: Mutex::new(answers.into()), requests: Mutex::default() }
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<ModelRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Scripted {
    fn name(&self) -> ProviderName {
        self.name.clone()
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match answer.unwrap_or(Answer::Refused(ProviderError::Overloaded)) {
            Answer::Refused(error) => futures::stream::iter([Err(error)]).boxed(),
            Answer::Events(events) => futures::stream::iter(events).boxed(),
            Answer::Live(events) => {
                let next = |mut events: mpsc::UnboundedReceiver<_>| async {
                    let event = events.recv().await?;
                    Some((event, events))
                };
                futures::stream::unfold(events, next).boxed()
            }
        }
    }
}
