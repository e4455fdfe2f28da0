//! Keys that change while turns run.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::model::{Mode, ModelEvent, ProviderError};
use domain::ports::Provider;
use domain::text::Secret;
use futures::StreamExt;
use providers::drill::{self, Drill, Script, Step};
use providers::{KeyError, KeySource, Models};

use crate::{Noon, client_with, request, status};

/// Keys in the order they are given; the last stays.
#[derive(Debug)]
struct Changing(Mutex<Vec<&'static str>>);

#[async_trait]
impl KeySource for Changing {
    async fn key(&self) -> Result<Secret, KeyError> {
        let keys = self.0.lock().unwrap();
        keys.first().map(|key| Secret::new(*key)).ok_or_else(|| KeyError("out of reach".into()))
    }

    async fn renewed(&self, refused: &Secret) -> Option<Secret> {
        let mut keys = self.0.lock().unwrap();
        keys.remove(0);
        keys.first().filter(|key| **key != refused.as_str()).map(|key| Secret::new(*key))
    }
}

/// The first `refusals` requests are refused; gives the last event and how many were sent.
async fn asked(
    keys: Vec<&'static str>,
    refusals: u32,
) -> (Result<ModelEvent, ProviderError>, usize) {
    let refused = Step { faults: vec![status(401)], times: refusals, ..Step::default() };
    let anthropic = if refusals == 0 { vec![] } else { vec![refused, Step::default()] };
    let script = Script { anthropic, ..Script::default() };
    let drill = Drill::new(script, Models::built_in().unwrap(), Arc::new(Noon));
    let address = drill::start(drill.clone()).await.unwrap();
    let client = client_with(&format!("http://{address}"), Arc::new(Changing(Mutex::new(keys))));
    let mut events: Vec<_> = client.stream(request(Mode::Chat)).collect().await;
    (events.pop().unwrap(), drill.requests().len())
}

#[tokio::test]
async fn a_refused_key_is_renewed_once_within_the_request() {
    let (last, requests) = asked(vec!["old", "new"], 1).await;
    assert!(matches!(last, Ok(ModelEvent::Finished(_))), "{last:?}");
    assert_eq!(requests, 2);
    let (last, requests) = asked(vec!["old", "new", "newer"], 2).await;
    assert!(matches!(last, Err(ProviderError::Unauthorised)), "{last:?}");
    assert_eq!(requests, 2);
    let (last, requests) = asked(vec!["only"], 1).await;
    assert!(matches!(last, Err(ProviderError::Unauthorised)), "{last:?}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn without_a_key_nobody_is_asked() {
    for keys in [vec![], vec!["no\nheader"]] {
        let (last, requests) = asked(keys, 0).await;
        assert!(matches!(last, Err(ProviderError::Unauthorised)), "{last:?}");
        assert_eq!(requests, 0);
    }
}
