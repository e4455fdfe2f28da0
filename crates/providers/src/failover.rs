//! Several providers as one: each is asked in turn until one has answered.

use std::sync::Arc;

use async_stream::stream;
use domain::model::{
    ModelCard, ModelEvent, ModelRequest, ModelStream, ProviderError, ProviderName, Remedy,
};
use domain::ports::Provider;
use futures::StreamExt;

/// Providers in the order they are tried; never none.
pub struct Failover {
    first: Arc<dyn Provider>,
    others: Vec<Arc<dyn Provider>>,
}

impl Failover {
    /// `first` is asked first, `others` after it in their order.
    #[must_use]
    pub fn new(first: Arc<dyn Provider>, others: Vec<Arc<dyn Provider>>) -> Self {
        Self { first, others }
    }
}

impl Provider for Failover {
    fn name(&self) -> ProviderName {
        self.first.name()
    }

    fn model(&self) -> ModelCard {
        self.first.model()
    }

    fn models(&self) -> Vec<ModelCard> {
        std::iter::once(&self.first).chain(&self.others).map(|leg| leg.model()).collect()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let legs: Vec<_> =
            std::iter::once(&self.first).chain(&self.others).map(Arc::clone).collect();
        let answer = stream! {
            let mut last = ProviderError::Cut;
            for leg in legs {
                yield Ok(ModelEvent::Attempt { provider: leg.name(), card: leg.model() });
                let mut events = leg.stream(Arc::clone(&request));
                let mut has_content = false;
                loop {
                    match events.next().await.unwrap_or(Err(ProviderError::Cut)) {
                        Ok(event) => {
                            let is_over = matches!(event, ModelEvent::Finished(_));
                            has_content |=
                                matches!(event, ModelEvent::Text(_) | ModelEvent::Finding(_));
                            yield Ok(event);
                            if is_over {
                                return;
                            }
                        }
                        Err(error) => {
                            last = error;
                            break;
                        }
                    }
                }
                if has_content || last.remedy() == Remedy::GiveUp {
                    break;
                }
            }
            yield Err(last);
        };
        answer.boxed()
    }
}
