//! Serves the scripted streaming API on loopback: `--listen 127.0.0.1:0 [--script FILE.json]`.
//! Its first line of output is the address.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Parser;
use providers::fake::{Script, router};

#[derive(Parser)]
struct Flags {
    /// A loopback address.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// What to answer, as JSON.
    #[arg(long)]
    script: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    ensure!(flags.listen.ip().is_loopback(), "{} is no loopback address", flags.listen);
    let script = match &flags.script {
        Some(path) => {
            let text = std::fs::read(path).with_context(|| format!("could not read {path:?}"))?;
            serde_json::from_slice(&text).context("the script cannot be read")?
        }
        None => Script::default(),
    };
    let listener = tokio::net::TcpListener::bind(flags.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router(script)).await?;
    Ok(())
}
