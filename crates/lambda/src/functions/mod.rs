//! The six functions, one file each, over the tables of the environment.

mod conversation_api;
mod prompt_crud;
mod usage_handler;
mod websocket_connect;
mod websocket_disconnect;
mod websocket_message;

use crate::config::Config;
use crate::function::Function;

/// Runs the function that the settings name.
///
/// # Errors
///
/// Settings that cannot be used, or a Runtime API that cannot be reached.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    match config.function {
        Function::WebsocketConnect => websocket_connect::run(config).await,
        Function::WebsocketDisconnect => websocket_disconnect::run(config).await,
        Function::WebsocketMessage => websocket_message::run(config).await,
        Function::ConversationApi => conversation_api::run(config).await,
        Function::PromptCrud => prompt_crud::run(config).await,
        Function::UsageHandler => usage_handler::run(config).await,
    }
}
