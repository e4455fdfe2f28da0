//! One answer of Bedrock's while it comes in.

use std::collections::VecDeque;

use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamOutput;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::ResponseStream;
use domain::model::{FinishReason, Mode, ModelEvent, ModelRequest, ModelStream, ProviderError};
use futures::StreamExt;

use super::Bedrock;
use super::refusal::{of_request, of_stream};
use crate::messages::{self, Decoder, Extra};

/// An answer while it comes in.
pub(super) struct Answer {
    response: InvokeModelWithResponseStreamOutput,
    decoder: Decoder,
    ready: VecDeque<ModelEvent>,
    is_over: bool,
}

impl Answer {
    /// Sends the request; the answer begins.
    pub(super) async fn begin(
        provider: &Bedrock,
        request: &ModelRequest,
    ) -> Result<Self, ProviderError> {
        let client = provider.access.client().await?;
        let extra = Extra::default();
        let body = messages::body(request, &provider.options, &extra);
        // The body cannot fail to serialise: it is strings and numbers.
        let body = serde_json::to_vec(&body)
            .map_err(|_| ProviderError::Protocol { what: "request body" })?;
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
        Ok(Self {
            response,
            decoder: Decoder::new(request.mode),
            ready: misses_search.then_some(ModelEvent::SearchUnavailable).into_iter().collect(),
            is_over: false,
        })
    }

    /// Its events until it is finished.
    pub(super) fn events(self) -> ModelStream {
        futures::stream::unfold(self, Self::next).boxed()
    }

    async fn next(mut self) -> Option<(Result<ModelEvent, ProviderError>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.is_over |= matches!(event, ModelEvent::Finished(_));
                return Some((Ok(event), self));
            }
            if self.is_over {
                return None;
            }
            if let Err(error) = self.read().await {
                self.is_over = true;
                return Some((Err(error), self));
            }
        }
    }

    async fn read(&mut self) -> Result<(), ProviderError> {
        let event = self.response.body.recv().await.map_err(of_stream)?;
        let ResponseStream::Chunk(chunk) = event.ok_or(ProviderError::Cut)? else {
            self.ready.push_back(ModelEvent::Heartbeat);
            return Ok(());
        };
        let bytes = chunk.bytes().map(Blob::as_ref).unwrap_or_default();
        let data = std::str::from_utf8(bytes)
            .map_err(|_| ProviderError::Protocol { what: "event that is not UTF-8" })?;
        self.ready.extend(self.decoder.read(data)?);
        if self.decoder.is_paused() {
            // Only searches are paused, and there are none here.
            self.ready.push_back(ModelEvent::Finished(FinishReason::MaxTokens));
        }
        Ok(())
    }
}
