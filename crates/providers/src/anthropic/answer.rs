//! One answer of Anthropic's while it comes in, over all the responses it is spread over.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use domain::model::{FinishReason, ModelEvent, ModelRequest, ModelStream, ProviderError, Verbatim};
use domain::ports::Provider;
use domain::text::ArticleText;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::{Anthropic, connection};
use crate::messages::Decoder;
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
    ready: VecDeque<ModelEvent>,
    continuations: usize,
    is_over: bool,
}

impl Answer {
    /// Sends the request; the answer begins.
    pub(super) async fn begin(
        provider: Anthropic,
        request: Arc<ModelRequest>,
    ) -> Result<Self, ProviderError> {
        let response = provider.send(&request, Vec::new()).await?;
        Ok(Self {
            bytes: response.bytes_stream().map_err(connection).boxed(),
            reader: sse::Reader::default(),
            decoder: Decoder::new(request.mode),
            ready: VecDeque::new(),
            continuations: 0,
            is_over: false,
            provider,
            request,
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
        let bytes = self.bytes.next().await.ok_or(ProviderError::Cut)??;
        let events = self.reader.push(&bytes).map_err(|error| ProviderError::Protocol {
            what: match error {
                sse::SseError::TooLong => "event longer than the limit",
                sse::SseError::NotUtf8 => "event that is not UTF-8",
            },
        })?;
        for event in events {
            for event in self.decoder.read(&event.data)? {
                self.take(event);
            }
            if self.decoder.is_paused() {
                return self.go_on().await;
            }
        }
        Ok(())
    }

    fn take(&mut self, event: ModelEvent) {
        if matches!(event, ModelEvent::Finished(_)) {
            self.ready.extend(self.verbatim().map(ModelEvent::Verbatim));
            // The end of the body, where it is there already, lets the connection be used again.
            let _ = self.bytes.next().now_or_never();
        }
        self.ready.push_back(event);
    }

    /// The answer for the next turn; half of one, which continues another, is of no use to it.
    fn verbatim(&self) -> Option<Verbatim> {
        let blocks = self.decoder.verbatim().filter(|_| self.request.shown.is_none())?;
        Some(Verbatim { provider: self.provider.name(), blocks: ArticleText::new(blocks) })
    }

    /// Sends a paused answer back to be continued.
    async fn go_on(&mut self) -> Result<(), ProviderError> {
        let blocks = self.decoder.resume().filter(|_| self.continuations < CONTINUATIONS);
        let Some(blocks) = blocks else {
            self.take(ModelEvent::Finished(FinishReason::MaxTokens));
            return Ok(());
        };
        self.continuations += 1;
        let response = self.provider.send(&self.request, blocks).await?;
        self.bytes = response.bytes_stream().map_err(connection).boxed();
        self.reader = sse::Reader::default();
        Ok(())
    }
}
