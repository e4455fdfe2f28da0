//! Writes the bodies of requests. Their system part is long and the same in every request of an engine:
//! it becomes JSON once.

use std::sync::{Arc, Mutex, PoisonError};

use domain::model::{ModelRequest, ProviderError};
use domain::text::ArticleText;
use serde_json::value::RawValue;

use super::request::{Extra, Options, system_json, written};

/// So many system parts are kept: those of both engines, before and after a change.
const KEPT: usize = 4;

/// A system part as it was given and as it is sent.
#[derive(Debug)]
struct System {
    blocks: Vec<ArticleText>,
    json: Box<RawValue>,
}

/// Writes every body with the same options.
#[derive(Debug)]
pub(crate) struct Bodies {
    options: Options,
    /// The latest first.
    systems: Mutex<Vec<Arc<System>>>,
}

impl Bodies {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, systems: Mutex::default() }
    }

    /// The body as it is sent.
    pub(crate) fn write(
        &self,
        request: &ModelRequest,
        extra: &Extra,
    ) -> Result<Vec<u8>, ProviderError> {
        let system = self.system(&request.system)?;
        written(request, &self.options, extra, system.as_ref().map(|system| &*system.json))
    }

    fn system(&self, blocks: &[ArticleText]) -> Result<Option<Arc<System>>, ProviderError> {
        if blocks.is_empty() {
            return Ok(None);
        }
        let mut systems = self.systems.lock().unwrap_or_else(PoisonError::into_inner);
        let system = match systems.iter().position(|kept| kept.blocks == blocks) {
            Some(at) => systems.remove(at),
            None => {
                let json = system_json(blocks, &self.options)?;
                Arc::new(System { blocks: blocks.to_vec(), json })
            }
        };
        systems.insert(0, Arc::clone(&system));
        systems.truncate(KEPT);
        Ok(Some(system))
    }
}

#[cfg(test)]
mod tests {
    use domain::model::{Mode, ModelRequest};
    use domain::text::ArticleText;
    use serde_json::Value;

    use super::{Bodies, KEPT};
    use crate::messages::Extra;
    use crate::messages::request::tests::options;

    fn system_of(bodies: &Bodies, text: &str) -> Value {
        let request = ModelRequest {
            mode: Mode::Chat,
            system: vec![ArticleText::new(text)],
            history: Vec::new(),
            user: ArticleText::new("질문"),
            shown: None,
            may_search: false,
            max_tokens: 1,
        };
        let body = bodies.write(&request, &Extra::default()).unwrap();
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        body["system"][0]["text"].take()
    }

    #[test]
    fn a_system_part_that_comes_again_or_changes_is_sent_as_it_is() {
        let bodies = Bodies::new(options());
        let texts: Vec<_> = (0..2 * KEPT).map(|count| format!("지침 \"{count}\"\n")).collect();
        for text in texts.iter().chain(&texts).chain(texts.iter().rev()) {
            assert_eq!(system_of(&bodies, text), *text);
        }
        assert_eq!(bodies.systems.lock().unwrap().len(), KEPT);
    }
}
