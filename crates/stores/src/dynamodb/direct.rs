//! Reads without the layers the SDK lays around every request, over the connections, the keys and the
//! address that it found for a request of its own.
//!
//! Such a read is one attempt. What does not come of it, for whatever reason, is the SDK's to ask for,
//! with its repeats, pauses and limits; and for a while after that everything is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Credentials, HttpClient, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{ResolveCachedIdentity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::GetIdentityResolver;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::{AggregatedBytes, ByteStream};
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::answer::{self, Rows};
use super::key::{self, Key};
use super::signature::{CONTENT_TYPE, Signer};
use super::view::Stretch;
use super::{CONNECT_TIMEOUT, Dynamo, REQUEST_TIMEOUT};

/// So long everything goes over the SDK after a read that did not come: a table that is throttled is
/// its limits' to spare.
const REST: Duration = Duration::from_secs(10);

/// What is known of the way to DynamoDB.
#[derive(Debug, Clone, Default)]
pub(super) struct Direct {
    route: Arc<OnceLock<Route>>,
    rests_until: Arc<Mutex<Option<Instant>>>,
}

/// How the SDK sent a request of its own.
#[derive(Debug)]
struct Route {
    address: String,
    signer: Signer,
    components: RuntimeComponents,
    connector: SharedHttpConnector,
    keys: SharedIdentityResolver,
    settings: ConfigBag,
}

/// A text attribute.
#[derive(Serialize)]
struct Text<'a> {
    #[serde(rename = "S")]
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetItem<'a> {
    table_name: &'a str,
    key: BTreeMap<&'a str, Text<'a>>,
    consistent_read: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query<'a> {
    table_name: &'a str,
    consistent_read: bool,
    scan_index_forward: bool,
    key_condition_expression: &'a str,
    expression_attribute_names: BTreeMap<&'a str, &'a str>,
    expression_attribute_values: BTreeMap<&'a str, Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i32>,
}

/// Watches the requests of the SDK for the way they go.
impl Intercept for Direct {
    fn name(&self) -> &'static str {
        "Direct"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.route.get().is_none()
            && let Some(route) = Route::of(context.request(), components, config)
        {
            // Another request may have found it at the same time, and found the same.
            let _ = self.route.set(route);
        }
        Ok(())
    }
}

impl Direct {
    async fn send(
        &self,
        operation: &'static str,
        body: &impl Serialize,
    ) -> Option<AggregatedBytes> {
        let route = self.route.get()?;
        let rests_until = *self.rests_until();
        if rests_until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let body = serde_json::to_vec(body).ok()?;
        let answer = timeout(REQUEST_TIMEOUT, route.send(operation, body)).await.ok().flatten();
        if answer.is_none() {
            *self.rests_until() = Some(Instant::now() + REST);
        }
        answer
    }

    fn rests_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Route {
    fn of(
        request: &HttpRequest,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Option<Self> {
        let region = config.load::<aws_sdk_dynamodb::config::Region>()?.to_string();
        let keys = components.identity_resolver(AuthSchemeId::new("sigv4"))?;
        // With the settings of the SDK's own requests it is the SDK's own pool of connections.
        let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
        let connector = components.http_client()?.http_connector(&settings, components);
        let address = request.uri();
        Some(Self {
            address: address.to_owned(),
            signer: Signer::new(region, host_of(address)?),
            components: components.clone(),
            connector,
            keys,
            settings: ConfigBag::base(),
        })
    }

    /// The answer to one attempt; none where it is no success.
    async fn send(&self, operation: &'static str, body: Vec<u8>) -> Option<AggregatedBytes> {
        let cache = self.components.identity_cache();
        let identity =
            cache.resolve_cached_identity(self.keys.clone(), &self.components, &self.settings);
        let identity = identity.await.ok()?;
        let credentials = identity.data::<Credentials>()?;
        let now = self.components.time_source()?.now();
        let signature = self.signer.sign(credentials, now, operation, &body)?;
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").ok()?;
        request.set_uri(self.address.as_str()).ok()?;
        let headers = request.headers_mut();
        headers.try_insert("content-type", CONTENT_TYPE).ok()?;
        headers.try_insert("x-amz-target", operation).ok()?;
        headers.try_insert("x-amz-date", signature.date).ok()?;
        headers.try_insert("authorization", signature.authorization).ok()?;
        if let Some(token) = credentials.session_token() {
            headers.try_insert("x-amz-security-token", token.to_owned()).ok()?;
        }
        let answer = self.connector.call(request).await.ok()?;
        if answer.status().as_u16() != 200 {
            return None;
        }
        ByteStream::new(answer.into_body()).collect().await.ok()
    }
}

/// The host of an address, as a request names it; none where requests go to some place at that host.
fn host_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    if host.contains(['/', '?', '@']) {
        return None;
    }
    let usual_port = if scheme == "https" { ":443" } else { ":80" };
    Some(host.strip_suffix(usual_port).unwrap_or(host).to_owned())
}

impl Dynamo {
    /// The row of a key, if there is one; nothing at all where the SDK has to ask for it.
    pub(super) async fn get_directly(&self, key: &Key) -> Option<Rows> {
        let (partition, sort) = (key::stored(&key.partition), key::stored(&key.sort));
        let mut names = BTreeMap::from([(key.table.partition_key(), Text { text: &partition })]);
        if key::has_sort_key(key.table) {
            names.insert(key.table.sort_key(), Text { text: &sort });
        }
        let table_name = &self.table(key.table);
        let request = GetItem { table_name, key: names, consistent_read: true };
        let answer = self.direct.send("DynamoDB_20120810.GetItem", &request).await?;
        answer::rows(key.table, &answer.into_bytes())
    }

    /// The first rows of a range; nothing at all where the SDK has to ask for them.
    pub(super) async fn query_directly(&self, stretch: &Stretch) -> Option<Rows> {
        let stored = |text| key::stored(text);
        let (partition, from, before) =
            (stored(&stretch.partition), stored(&stretch.from), stored(&stretch.before));
        let mut values =
            BTreeMap::from([(":p", Text { text: &partition }), (":b", Text { text: &before })]);
        if !stretch.from.is_empty() {
            values.insert(":f", Text { text: &from });
        }
        let names = [("#p", stretch.table.partition_key()), ("#s", stretch.table.sort_key())];
        let request = Query {
            table_name: &self.table(stretch.table),
            consistent_read: true,
            scan_index_forward: !stretch.is_descending,
            key_condition_expression: stretch.condition(),
            expression_attribute_names: names.into(),
            expression_attribute_values: values,
            limit: i32::try_from(stretch.limit).ok(),
        };
        let answer = self.direct.send("DynamoDB_20120810.Query", &request).await?;
        answer::rows(stretch.table, &answer.into_bytes())
    }
}
