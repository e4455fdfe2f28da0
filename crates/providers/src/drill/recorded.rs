//! A provider that plays a recorded answer to itself: everything of Anthropic's leg but the network,
//! so that what a turn costs can be measured without it.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use domain::model::{
    ModelCard, ModelEvent, ModelRequest, ModelStream, ProviderError, ProviderName,
};
use domain::ports::Provider;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::AnthropicConfig;
use crate::messages::{self, Bodies, Decoder, Extra, Response, read_bytes};
use crate::sse::Reader;

/// The bytes of an answer, in the pieces and at the times the network would give them.
pub type Play = Arc<dyn Fn() -> BoxStream<'static, Bytes> + Send + Sync>;

/// Plays an answer's bytes to every request.
#[derive(Clone)]
pub struct Recorded {
    name: ProviderName,
    card: ModelCard,
    bodies: Arc<Bodies>,
    play: Play,
}

impl Recorded {
    /// A provider that answers as `config` asks: requests are written, and sent to nobody.
    #[must_use]
    pub fn new(config: &AnthropicConfig, play: Play) -> Self {
        let (options, card) = (config.options(), config.model.card.clone());
        Self { name: options.provider.clone(), card, bodies: Bodies::new(options).into(), play }
    }
}

impl Provider for Recorded {
    fn name(&self) -> ProviderName {
        self.name.clone()
    }

    fn model(&self) -> ModelCard {
        self.card.clone()
    }

    fn stream(&self, request: Arc<ModelRequest>) -> ModelStream {
        let extra = Extra::default();
        black_box(self.bodies.write(&request, &extra).is_ok());
        let decoder = Decoder::new(request.mode);
        let bytes = (self.play)().map(Ok).boxed();
        let playing = Playing { bytes, reader: Reader::default(), decoder };
        messages::events(playing, None)
    }
}

/// An answer while it is played.
struct Playing {
    bytes: BoxStream<'static, Result<Bytes, ProviderError>>,
    reader: Reader,
    decoder: Decoder,
}

impl Response for Playing {
    async fn read(&mut self, events: &mut VecDeque<ModelEvent>) -> Result<(), ProviderError> {
        read_bytes(&mut self.bytes, &mut self.reader, &mut self.decoder, events).await
    }
}
