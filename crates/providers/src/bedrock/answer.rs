//! One answer of Bedrock's while it comes in.

use std::collections::VecDeque;

use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamOutput;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::ResponseStream;
use domain::model::{FinishReason, Mode, ModelEvent, ModelRequest, ProviderError};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use super::Bedrock;
use super::refusal::{of_request, of_stream};
use crate::messages::{Decoder, Extra, Response, read_ahead};

/// An answer while it comes in.
pub(super) struct Answer {
    events: BoxStream<'static, Result<ResponseStream, ProviderError>>,
    decoder: Decoder,
}

impl Answer {
    /// Sends the request; the answer begins, with what is to be said before it.
    pub(super) async fn begin(
        provider: &Bedrock,
        request: &ModelRequest,
    ) -> Result<(Self, Option<ModelEvent>), ProviderError> {
        let client = provider.access.client().await?;
        let extra = Extra::default();
        let body = provider.bodies.write(request, &extra)?;
        let sent = client
            .invoke_model_with_response_stream()
            .model_id(&provider.card.id)
            .content_type("application/json")
            .body(Blob::new(body))
            .send();
        let response = sent.await.map_err(of_request)?;
        let misses_search = provider.config.has_search_elsewhere
            && request.may_search
            && request.mode == Mode::Chat;
        let first = misses_search.then_some(ModelEvent::SearchUnavailable);
        let events = read_ahead(events_of(response));
        Ok((Self { events, decoder: Decoder::new(request.mode) }, first))
    }
}

/// The events of a response as they come.
fn events_of(
    response: InvokeModelWithResponseStreamOutput,
) -> impl Stream<Item = Result<ResponseStream, ProviderError>> + Send {
    futures::stream::try_unfold(response, async |mut response| {
        let event = response.body.recv().await.map_err(of_stream)?;
        Ok(event.map(|event| (event, response)))
    })
}

impl Response for Answer {
    async fn read(&mut self, ready: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
        let event = self.events.next().await.ok_or(ProviderError::Cut)?;
        let ResponseStream::Chunk(chunk) = event? else {
            ready.push_back(ModelEvent::Heartbeat);
            return Ok(());
        };
        let bytes = chunk.bytes().map(Blob::as_ref).unwrap_or_default();
        let data = std::str::from_utf8(bytes)
            .map_err(|_| ProviderError::Protocol { what: "event that is not UTF-8" })?;
        self.decoder.read(data, ready)?;
        if self.decoder.is_paused() {
            // Only searches are paused, and there are none here.
            ready.push_back(ModelEvent::Finished(FinishReason::MaxTokens));
        }
        Ok(())
    }
}
