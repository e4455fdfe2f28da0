//! The language server: what an editor says and gets, over text that is open there. Pipes and the
//! process live in `commands/lsp.rs`.

mod answers;
mod dictionary;
mod document;
mod server;
mod wire;

pub(crate) use server::Server;
