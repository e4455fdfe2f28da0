//! The account that the AWS SDK finds: credentials, region and endpoint by its usual chain.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider as Tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// What the SDK finds in this process's environment and files.
pub(crate) async fn account() -> SdkConfig {
    let http = Builder::new().tls_provider(Tls::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}
