//! A client of the simulator itself: what it hears comes through no server, and how late that is is what
//! the measured server's part is told apart from.

use std::time::Instant;

use serde_json::json;

use crate::upstream::{Upstream, words};

/// Any that the simulator knows.
const MODEL: &str = "claude-opus-4-5-20251101";

pub(crate) struct Straight {
    client: reqwest::Client,
    url: String,
}

impl Straight {
    pub(crate) fn to(upstream: &Upstream) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().tcp_nodelay(true).build()?;
        Ok(Self { client, url: format!("http://{}/v1/messages", upstream.address) })
    }

    /// Asks once; gives each delta with the moment at which it came.
    pub(crate) async fn hear(&self) -> anyhow::Result<Vec<((usize, usize), Instant)>> {
        let body = json!({"model": MODEL, "max_tokens": 1024, "stream": true,
            "messages": [{"role": "user", "content": "?"}]});
        let asked = self.client.post(&self.url).header("x-api-key", "drill");
        let asked = asked.header("anthropic-version", "2023-06-01").body(body.to_string());
        let mut answer = asked.send().await?.error_for_status()?;
        let mut heard = Vec::new();
        // Each delta is written, and comes, by itself.
        while let Some(piece) = answer.chunk().await? {
            let at = Instant::now();
            heard.extend(words(std::str::from_utf8(&piece)?).map(|word| (word, at)));
        }
        Ok(heard)
    }
}
