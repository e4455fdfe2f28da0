//! What goes wrong at a provider, and what may help.

/// Why a provider gave no answer, or not the whole of it.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The key is missing, wrong or without permission.
    #[error("the provider refused the credentials")]
    Unauthorised,
    /// Too many requests.
    #[error("the provider limits the rate")]
    RateLimited {
        /// What its `retry-after` says.
        retry_after_ms: Option<u64>,
    },
    /// The provider is overloaded.
    #[error("the provider is overloaded")]
    Overloaded,
    /// The account has no credit left.
    #[error("the provider wants to be paid first")]
    PaymentRequired,
    /// It does not know the model, or no longer.
    #[error("the provider does not know the model")]
    UnknownModel,
    /// The account may not use the web search tool.
    #[error("web search is not enabled for this account")]
    SearchDisabled,
    /// The request alone passes the model's context window or the size limit.
    #[error("the request is too long for the model")]
    TooLong,
    /// It does not take the request.
    #[error("the provider rejected the request: {reason}")]
    Rejected {
        /// Its own words, without anything of the article.
        reason: String,
    },
    /// It failed in itself.
    #[error("the provider failed with status {status}")]
    Failed {
        /// HTTP status, or 200 for an error inside a stream.
        status: u16,
    },
    /// Nothing came in time.
    #[error("the provider did not answer in time ({stage})")]
    TimedOut {
        /// `first token`, `idle` or `total`.
        stage: &'static str,
    },
    /// The stream ended before the answer did.
    #[error("the stream ended before the answer was complete")]
    Cut,
    /// The connection failed.
    #[error("the connection to the provider failed")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It sent something that is not its protocol.
    #[error("the provider sent something unreadable: {what}")]
    Protocol {
        /// What was unreadable, without anything of the article.
        what: &'static str,
    },
}

/// What may help after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same request again, not before that many milliseconds where the provider said so; then
    /// the next provider.
    Retry {
        /// What its `retry-after` says.
        after_ms: Option<u64>,
    },
    /// The same request without web search.
    WithoutSearch,
    /// The model that takes this one's place; then the next provider.
    Successor,
    /// The next provider: this one will fail again.
    NextProvider,
    /// Nothing: every provider would refuse.
    GiveUp,
}

impl ProviderError {
    /// What may help; retry and failover are decided by this alone.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::RateLimited { retry_after_ms } => Remedy::Retry { after_ms: *retry_after_ms },
            Self::Overloaded
            | Self::Failed { .. }
            | Self::Cut
            | Self::Connection(_)
            | Self::Protocol { .. } => Remedy::Retry { after_ms: None },
            Self::SearchDisabled => Remedy::WithoutSearch,
            Self::UnknownModel => Remedy::Successor,
            Self::Unauthorised | Self::PaymentRequired | Self::TimedOut { .. } => {
                Remedy::NextProvider
            }
            Self::Rejected { .. } | Self::TooLong => Remedy::GiveUp,
        }
    }

    /// The stable code in logs and notices.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorised => "provider_unauthorised",
            Self::RateLimited { .. } => "provider_rate_limited",
            Self::Overloaded => "provider_overloaded",
            Self::PaymentRequired => "provider_payment_required",
            Self::UnknownModel => "provider_unknown_model",
            Self::SearchDisabled => "provider_search_disabled",
            Self::TooLong => "request_too_long",
            Self::Rejected { .. } => "provider_rejected",
            Self::Failed { .. } => "provider_failed",
            Self::TimedOut { .. } => "provider_timed_out",
            Self::Cut => "provider_cut",
            Self::Connection(_) => "provider_connection",
            Self::Protocol { .. } => "provider_protocol",
        }
    }
}
