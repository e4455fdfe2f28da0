//! A provider that plays a recorded answer to itself: everything of Anthropic's leg but the network,
//! so that what a turn costs can be measured without it.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::model::{
    ModelCard, ModelEvent, ModelRequest, ModelStream, ProviderError, ProviderName,
};
use domain::ports::Provider;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep_until};

use crate::AnthropicConfig;
use crate::messages::{self, Decoder, Extra, Options, Response};
use crate::sse::Reader;

/// Plays the same bytes to every request.
#[derive(Debug, Clone)]
pub struct Recorded {
    card: ModelCard,
    options: Arc<Options>,
    tape: Tape,
}

/// Bytes as the network gave them, one piece after another at equal distances.
#[derive(Debug, Clone)]
pub struct Tape {
    /// The pieces.
    pub pieces: Arc<[Bytes]>,
    /// Between two of them.
    pub every: Duration,
}

impl Tape {
    /// The pieces, each at its time.
    pub fn play(&self) -> BoxStream<'static, Bytes> {
        let (pieces, every, begun) = (Arc::clone(&self.pieces), self.every, Instant::now());
        let next = move |at: usize| {
            let pieces = Arc::clone(&pieces);
            async move {
                let piece = pieces.get(at)?.clone();
                sleep_until(begun + every * u32::try_from(at).unwrap_or(u32::MAX)).await;
                Some((piece, at + 1))
            }
        };
        stream::unfold(0, next).boxed()
    }
}

impl Recorded {
    /// A provider that answers as `config` asks: requests are written, and sent to nobody.
    #[must_use]
    pub fn new(config: &AnthropicConfig, tape: Tape) -> Self {
        Self { card: config.model.card.clone(), options: Arc::new(config.options()), tape }
    }
}

impl Provider for Recorded {
    fn name(&self) -> ProviderName {
        self.options.provider.clone()
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let extra = Extra::default();
        let body = messages::body(&request, &self.options, &extra);
        black_box(serde_json::to_vec(&body).is_ok());
        let decoder = Decoder::new(request.mode);
        let playing = Playing { bytes: self.tape.play(), reader: Reader::default(), decoder };
        messages::events(playing, None)
    }
}

/// An answer while it is played.
struct Playing {
    bytes: BoxStream<'static, Bytes>,
    reader: Reader,
    decoder: Decoder,
}

impl Response for Playing {
    async fn read(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
        let bytes = self.bytes.next().await.ok_or(ProviderError::Cut)?;
        let mut read = Vec::new();
        self.reader.push(&bytes, &mut read)?;
        for data in read {
            events.extend(self.decoder.read(&data)?);
        }
        Ok(())
    }
}
