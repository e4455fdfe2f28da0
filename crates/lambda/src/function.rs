//! The six functions, told apart by the handler name that AWS sets.

/// One of the six functions that share the bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `$connect` of the socket.
    WebsocketConnect,
    /// `$disconnect` of the socket.
    WebsocketDisconnect,
    /// `sendMessage` and `$default` of the socket.
    WebsocketMessage,
    /// `/conversations` and `/check`.
    ConversationApi,
    /// `/prompts`.
    PromptCrud,
    /// `/usage`.
    UsageHandler,
}

/// A handler name that none of the six functions has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no function has the handler {0:?}")]
pub struct UnknownHandler(pub String);

impl Function {
    /// Every function.
    pub const ALL: [Self; 6] = [
        Self::WebsocketConnect,
        Self::WebsocketDisconnect,
        Self::WebsocketMessage,
        Self::ConversationApi,
        Self::PromptCrud,
        Self::UsageHandler,
    ];

    /// The handler name of the template, which the service has always had.
    #[must_use]
    pub fn handler(self) -> &'static str {
        match self {
            Self::WebsocketConnect => "handlers.websocket.connect.handler",
            Self::WebsocketDisconnect => "handlers.websocket.disconnect.handler",
            Self::WebsocketMessage => "handlers.websocket.message.handler",
            Self::ConversationApi => "handlers.api.conversation.handler",
            Self::PromptCrud => "handlers.api.prompt.handler",
            Self::UsageHandler => "handlers.api.usage.handler",
        }
    }

    /// The function of a handler name, as it stands in `_HANDLER`.
    ///
    /// # Errors
    ///
    /// A name none of the six has.
    pub fn from_handler(name: &str) -> Result<Self, UnknownHandler> {
        let found = Self::ALL.into_iter().find(|function| function.handler() == name);
        found.ok_or_else(|| UnknownHandler(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, UnknownHandler};

    #[test]
    fn every_handler_finds_its_function() {
        let found = Function::ALL.map(|function| Function::from_handler(function.handler()));
        assert_eq!(found, Function::ALL.map(Ok));
        assert_eq!(Function::from_handler("x.handler"), Err(UnknownHandler("x.handler".into())));
    }
}
