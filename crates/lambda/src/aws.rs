//! What all AWS clients share: credentials, region, addresses and one pool of connections.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider as Tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// Reads what the SDK reads from the environment; `AWS_ENDPOINT_URL` and its like are among it.
pub(crate) async fn load() -> SdkConfig {
    let http = Builder::new().tls_provider(Tls::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}
