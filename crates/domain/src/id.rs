//! Newtypes for every id, so that one cannot stand where another belongs.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Wraps an id as it stands on the wire or in a row.
            #[must_use]
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }
    )+};
}

id! {
    /// A person: the `sub` of the verified token.
    UserId,
    /// One article with its messages, draft and decisions.
    ConversationId,
    /// One message of a conversation.
    MessageId,
    /// One run of the checker and the model.
    TurnId,
    /// One file attached to an engine's prompt.
    FileId,
    /// One entry of a dictionary.
    EntryId,
    /// One finding within a turn or a check.
    FindingId,
    /// One decision of an editor, made by the page so that a repeat is recognised.
    DecisionId,
    /// One open socket.
    ConnectionId,
    /// What a client sends along so that a repeated request runs once within 24 hours.
    IdempotencyKey,
}
