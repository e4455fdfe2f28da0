//! An answer as a stream of events: what was read goes out one by one, until it is finished or fails.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use domain::model::{ModelEvent, ModelStream, ProviderError};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, Stream, StreamExt};

use super::decoder::Decoder;
use crate::sse;

/// A response that is read piece by piece.
pub(crate) trait Response: Send + 'static {
    /// Reads the next piece, and what is there behind it, into events, `Finished` as the last of
    /// all. What was read before an error counts.
    fn read(
        &mut self,
        events: &mut VecDeque<ModelEvent>,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send;
}

/// Its events until it is finished, `first` before them.
pub(crate) fn events(response: impl Response, first: Option<ModelEvent>) -> ModelStream {
    let reading = read(Box::new(response), VecDeque::new()).boxed();
    let ready = first.into_iter().collect();
    Answer { reading: Some(reading), ready, failure: None }.boxed()
}

/// What was read of a response, and how the reading ended.
struct Read<R> {
    response: Box<R>,
    events: VecDeque<ModelEvent>,
    result: Result<(), ProviderError>,
}

async fn read<R: Response>(mut response: Box<R>, mut events: VecDeque<ModelEvent>) -> Read<R> {
    let result = response.read(&mut events).await;
    Read { response, events, result }
}

struct Answer<R> {
    /// Reads what comes next; none once the answer is over.
    reading: Option<BoxFuture<'static, Read<R>>>,
    ready: VecDeque<ModelEvent>,
    /// Said after what was read before it.
    failure: Option<ProviderError>,
}

impl<R: Response> Stream for Answer<R> {
    type Item = Result<ModelEvent, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                if matches!(event, ModelEvent::Finished(_)) {
                    self.reading = None;
                    self.ready.clear();
                }
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(reading) = &mut self.reading else {
                return Poll::Ready(self.failure.take().map(Err));
            };
            let Read { response, events, result } = ready!(reading.as_mut().poll(context));
            self.reading = None;
            let spent = std::mem::replace(&mut self.ready, events);
            match result {
                Ok(()) => self.reading = Some(read(response, spent).boxed()),
                Err(error) => self.failure = Some(error),
            }
        }
    }
}

/// So many bytes are read in one go, and those of one more piece: whoever asked must come to their time
/// limits and to a stop also while a provider sends without a pause.
const TOGETHER_BYTES: usize = 64 * 1024;

/// Reads the bytes that come next, and those that are there behind them, until the response is over.
///
/// # Errors
///
/// A connection that is cut, or bytes that are no stream of events; what was read before counts.
pub(crate) async fn read_bytes(
    bytes: &mut BoxStream<'static, Result<Bytes, ProviderError>>,
    reader: &mut sse::Reader,
    decoder: &mut Decoder,
    events: &mut VecDeque<ModelEvent>,
) -> Result<(), ProviderError> {
    let mut next = bytes.next().await;
    let mut so_far = 0;
    loop {
        let piece = next.ok_or(ProviderError::Cut)??;
        so_far += piece.len();
        reader.push(&piece, |data| match decoder.is_over() {
            true => Ok(()),
            false => decoder.read(data, events),
        })?;
        if decoder.is_over() || so_far >= TOGETHER_BYTES {
            return Ok(());
        }
        match bytes.next().now_or_never() {
            Some(more) => next = more,
            None => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Response, TOGETHER_BYTES, events, read_bytes};
    use crate::messages::Decoder;
    use crate::sse;
    use bytes::Bytes;
    use domain::model::{FinishReason, Mode, ModelEvent, ProviderError};
    use futures::{FutureExt, StreamExt};
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

    #[test]
    fn a_provider_that_never_pauses_is_read_a_share_at_a_time() {
        let delta = r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"가"}}"#;
        let piece = Bytes::from(format!("{delta}\n\n").repeat(100));
        let count = TOGETHER_BYTES.div_ceil(piece.len());
        let mut bytes = futures::stream::repeat_with(move || Ok(piece.clone())).boxed();
        let (mut reader, mut decoder) = (sse::Reader::default(), Decoder::new(Mode::Chat));
        let mut events = VecDeque::new();
        let reading = read_bytes(&mut bytes, &mut reader, &mut decoder, &mut events);
        assert!(matches!(reading.now_or_never(), Some(Ok(()))));
        assert_eq!(Vec::from(events), [text(&"가".repeat(count * 100))]);
    }

    #[tokio::test]
    async fn nothing_follows_the_end() {
        let end = ModelEvent::Finished(FinishReason::EndTurn);
        let last = (vec![text("가"), end], Ok(()));
        let never = (vec![text("나")], Ok(()));
        check(vec![last, never], &["Heartbeat", "가", "Finished(EndTurn)"]).await;
    }
}
