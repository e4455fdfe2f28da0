//! Frames to a client over API Gateway's management API.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api::gateway::{Outlet, Posted};
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::error::DisplayErrorContext;
use aws_sdk_apigatewaymanagement::primitives::Blob;

use crate::socket::SocketContext;

/// A frame that is throttled or meets a fault is tried so often, with growing waits between …
const ATTEMPTS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// … each for so long; a client that cannot be reached by then comes back and resumes.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes outlets to clients, with one API client for each address.
pub(crate) struct Posts {
    config: Builder,
    /// The one address; none: that of the API a message came from.
    url: Option<String>,
    clients: Mutex<HashMap<String, Client>>,
}

impl Posts {
    /// Outlets over these connections.
    pub(crate) fn new(config: &SdkConfig, url: Option<String>) -> Self {
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_WAIT)
            .with_max_backoff(LONGEST_WAIT);
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
        let config = Builder::from(config).retry_config(retries).timeout_config(timeouts);
        Self { config, url, clients: Mutex::default() }
    }

    /// Where frames to the client of that event go.
    pub(crate) fn outlet(&self, context: &SocketContext) -> SocketOutlet {
        let url = self.url.clone().unwrap_or_else(|| context.management_url());
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(url).or_insert_with_key(|url| {
            Client::from_conf(self.config.clone().endpoint_url(url).build())
        });
        SocketOutlet { client: client.clone(), connection: context.connection_id.clone() }
    }
}

/// One client.
pub(crate) struct SocketOutlet {
    client: Client,
    connection: String,
}

#[async_trait]
impl Outlet for SocketOutlet {
    async fn post(&self, frame: String) -> Posted {
        let post = self.client.post_to_connection().connection_id(&self.connection);
        let Err(error) = post.data(Blob::new(frame)).send().await else { return Posted::Sent };
        if !error.as_service_error().is_some_and(|error| error.is_gone_exception()) {
            let error = DisplayErrorContext(&error);
            tracing::warn!(event = "socket.not_posted", error = %error);
        }
        // What cannot be posted is in the journal; the client comes back for it.
        Posted::Gone
    }
}
