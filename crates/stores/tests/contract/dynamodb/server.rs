//! What clients of `dynoxide` are set up with.

#[path = "dynoxide.rs"]
mod dynoxide;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;

pub(crate) use dynoxide::Server;

impl Server {
    pub(crate) async fn config(&self) -> SdkConfig {
        config(self.port).await
    }
}

/// An account of that server's; the region and the keys are names without a meaning.
pub(crate) async fn config(port: u16) -> SdkConfig {
    let keys = Credentials::new("test", "test", None, None, "tests");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .endpoint_url(format!("http://127.0.0.1:{port}"))
        .http_client(Builder::new().build_http())
        .load()
        .await
}
