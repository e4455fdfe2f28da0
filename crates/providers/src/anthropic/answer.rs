//! One answer of Anthropic's while it comes in, over all the responses it is spread over.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use domain::model::{FinishReason, ModelEvent, ModelRequest, ProviderError, Verbatim};
use domain::ports::Provider;
use domain::text::ArticleText;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt};
use reqwest::Version;

use super::{Anthropic, connection};
use crate::messages::{Decoder, Response, read_ahead, read_bytes};
use crate::sse;

/// A paused answer is continued so often; then it ends as it is.
const CONTINUATIONS: usize = 5;

/// An answer while it comes in.
pub(super) struct Answer {
    provider: Anthropic,
    request: Arc<ModelRequest>,
    bytes: BoxStream<'static, Result<Bytes, ProviderError>>,
    reader: sse::Reader,
    decoder: Decoder,
    continuations: usize,
}

impl Answer {
    /// Sends the request; the answer begins.
    pub(super) async fn begin(
        provider: Anthropic,
        request: Arc<ModelRequest>,
    ) -> Result<Self, ProviderError> {
        let response = provider.send(&request, Vec::new()).await?;
        Ok(Self {
            bytes: body(response),
            reader: sse::Reader::default(),
            decoder: Decoder::new(request.mode),
            continuations: 0,
            provider,
            request,
        })
    }

    /// Says the end of the answer, after the answer for the next turn.
    fn end(&mut self, end: ModelEvent, events: &mut VecDeque<ModelEvent>) {
        events.extend(self.verbatim().map(ModelEvent::Verbatim));
        events.push_back(end);
        // The end of the body, where it is there already, lets the connection be used again.
        let _ = self.bytes.next().now_or_never();
    }

    /// The answer for the next turn; half of one, which continues another, is of no use to it.
    fn verbatim(&self) -> Option<Verbatim> {
        let blocks = self.decoder.verbatim().filter(|_| self.request.shown.is_none())?;
        Some(Verbatim { provider: self.provider.name(), blocks: ArticleText::new(blocks) })
    }

    /// Sends a paused answer back to be continued.
    async fn go_on(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
        let blocks = self.decoder.resume().filter(|_| self.continuations < CONTINUATIONS);
        let Some(blocks) = blocks else {
            self.end(ModelEvent::Finished(FinishReason::MaxTokens), events);
            return Ok(());
        };
        self.continuations += 1;
        let response = self.provider.send(&self.request, blocks).await?;
        self.bytes = body(response);
        self.reader = sse::Reader::default();
        Ok(())
    }
}

/// The bytes of a response as they come. Over HTTP/2 they come while nobody asks.
fn body(response: reqwest::Response) -> BoxStream<'static, Result<Bytes, ProviderError>> {
    let comes_unasked = response.version() == Version::HTTP_2;
    let bytes = response.bytes_stream().map_err(connection);
    if comes_unasked { bytes.boxed() } else { read_ahead(bytes) }
}

impl Response for Answer {
    async fn read(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
        read_bytes(&mut self.bytes, &mut self.reader, &mut self.decoder, events).await?;
        if self.decoder.is_paused() {
            return self.go_on(events).await;
        }
        if let Some(end) = events.pop_back_if(|event| matches!(event, ModelEvent::Finished(_))) {
            self.end(end, events);
        }
        Ok(())
    }
}
