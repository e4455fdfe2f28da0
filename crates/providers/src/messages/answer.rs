//! An answer as a stream of events: what was read goes out one by one, until it is finished or fails.

use std::collections::VecDeque;

use domain::model::{ModelEvent, ModelStream, ProviderError};
use futures::StreamExt;

/// A response that is read piece by piece.
pub(crate) trait Response: Send + 'static {
    /// Reads the next piece into events, `Finished` as the last of all. What was read before an
    /// error counts.
    fn read(
        &mut self,
        events: &mut VecDeque<ModelEvent>,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;
}

/// Its events until it is finished, `first` before them.
pub(crate) fn events(response: impl Response, first: Option<ModelEvent>) -> ModelStream {
    let ready = first.into_iter().collect();
    // Boxed, so that no event moves the whole answer.
    let answer = Box::new(Answer { response, ready, failure: None, is_over: false });
    let next = async |mut answer: Box<Answer<_>>| {
        let event = answer.next().await?;
        Some((event, answer))
    };
    futures::stream::unfold(answer, next).boxed()
}

struct Answer<R> {
    response: R,
    ready: VecDeque<ModelEvent>,
    /// Said after what was read before it.
    failure: Option<ProviderError>,
    is_over: bool,
}

impl<R: Response> Answer<R> {
    async fn next(&mut self) -> Option<Result<ModelEvent, ProviderError>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.is_over |= matches!(event, ModelEvent::Finished(_));
                return Some(Ok(event));
            }
            if self.is_over {
                return self.failure.take().map(Err);
            }
            if let Err(error) = self.response.read(&mut self.ready).await {
                self.failure = Some(error);
                self.is_over = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Response, events};
    use domain::model::{FinishReason, ModelEvent, ProviderError};
    use futures::StreamExt;
    use std::collections::VecDeque;

    struct Pieces(VecDeque<(Vec<ModelEvent>, Result<(), ProviderError>)>);

    impl Response for Pieces {
        async fn read(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
            let (read, result) = self.0.pop_front().unwrap_or((vec![], Err(ProviderError::Cut)));
            events.extend(read);
            result
        }
    }

    fn text(text: &str) -> ModelEvent {
        ModelEvent::Text(text.into())
    }

    async fn check(pieces: Vec<(Vec<ModelEvent>, Result<(), ProviderError>)>, expected: &[&str]) {
        let said = events(Pieces(pieces.into()), Some(ModelEvent::Heartbeat))
            .map(|event| match event {
                Ok(ModelEvent::Text(text)) => text,
                Ok(other) => format!("{other:?}"),
                Err(error) => error.code().to_owned(),
            })
            .collect::<Vec<_>>();
        assert_eq!(said.await, expected);
    }

    #[tokio::test]
    async fn what_was_read_before_an_error_goes_out_before_it() {
        let failed = (vec![text("가"), text("나")], Err(ProviderError::Overloaded));
        check(vec![failed], &["Heartbeat", "가", "나", "provider_overloaded"]).await;
    }

    #[tokio::test]
    async fn nothing_follows_the_end() {
        let end = ModelEvent::Finished(FinishReason::EndTurn);
        let last = (vec![text("가"), end], Ok(()));
        let never = (vec![text("나")], Ok(()));
        check(vec![last, never], &["Heartbeat", "가", "Finished(EndTurn)"]).await;
    }
}
