//! What an error of the Messages protocol means; one table for responses and for errors in a stream.

use domain::model::ProviderError;

/// At most so much of a type's name is passed on.
const KIND_LIMIT_CHARS: usize = 64;

/// An error as the API writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal<'a> {
    /// HTTP status; 200 inside a stream.
    pub(crate) status: u16,
    /// Its type, such as `overloaded_error`; empty where the body was something else.
    pub(crate) kind: &'a str,
    /// Its sentence; it may quote the article and is only looked at, never passed on.
    pub(crate) message: &'a str,
    /// What `retry-after` says.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Refusal<'_> {
    /// What it means.
    pub(crate) fn meaning(&self) -> ProviderError {
        let message = self.message.to_ascii_lowercase();
        if self.is_about_search(&message) {
            return ProviderError::SearchDisabled;
        }
        match (self.kind, self.status) {
            ("billing_error", _) | (_, 402) => ProviderError::PaymentRequired,
            ("authentication_error" | "permission_error", _) | (_, 401 | 403) => {
                ProviderError::Unauthorised
            }
            // A 404 of a proxy, which speaks another language, says nothing about the model.
            ("", 404) => ProviderError::Failed { status: 404 },
            ("not_found_error", _) | (_, 404) => ProviderError::UnknownModel,
            ("rate_limit_error", _) | (_, 429) => {
                ProviderError::RateLimited { retry_after_ms: self.retry_after_ms }
            }
            ("overloaded_error", _) | (_, 529) => ProviderError::Overloaded,
            ("request_too_large", _) | (_, 413) => ProviderError::TooLong,
            ("invalid_request_error", _) | (_, 400) => self.rejection(&message),
            (_, status) => ProviderError::Failed { status },
        }
    }

    fn rejection(&self, message: &str) -> ProviderError {
        let says = |words: &str| message.contains(words);
        if says("credit balance is too low") {
            return ProviderError::PaymentRequired;
        }
        if says("prompt is too long") || says("input is too long") || says("exceed context limit") {
            return ProviderError::TooLong;
        }
        let kind = if self.kind.is_empty() { "invalid_request_error" } else { self.kind };
        ProviderError::Rejected { reason: kind.chars().take(KIND_LIMIT_CHARS).collect() }
    }

    /// A refusal of the search tool as such, not of a domain or a number in its settings.
    fn is_about_search(&self, message: &str) -> bool {
        let is_refusal = matches!(self.status, 200 | 400 | 403)
            && matches!(self.kind, "" | "invalid_request_error" | "permission_error");
        let names_search = message.contains("web search") || message.contains("web_search");
        let refuses = ["enabled", "disabled", "not available", "not supported", "not allowed"];
        is_refusal && names_search && refuses.iter().any(|words| message.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    fn check(status: u16, kind: &str, message: &str, expected: &str) {
        let refusal = Refusal { status, kind, message, retry_after_ms: Some(3000) };
        assert_eq!(format!("{:?}", refusal.meaning()), expected, "{status} {kind} {message}");
    }

    #[test]
    fn each_refusal_means_one_error() {
        check(401, "authentication_error", "invalid x-api-key", "Unauthorised");
        check(403, "permission_error", "no", "Unauthorised");
        check(402, "billing_error", "no", "PaymentRequired");
        check(
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API.",
            "PaymentRequired",
        );
        check(404, "not_found_error", "model: claude-x", "UnknownModel");
        check(404, "", "<html>", "Failed { status: 404 }");
        check(413, "request_too_large", "no", "TooLong");
        check(
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000",
            "TooLong",
        );
        check(
            400,
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 1 + 2 > 2",
            "TooLong",
        );
        check(429, "rate_limit_error", "no", "RateLimited { retry_after_ms: Some(3000) }");
        check(500, "api_error", "no", "Failed { status: 500 }");
        check(503, "", "no", "Failed { status: 503 }");
        check(504, "timeout_error", "no", "Failed { status: 504 }");
        check(529, "overloaded_error", "no", "Overloaded");
        check(200, "overloaded_error", "no", "Overloaded");
        check(200, "api_error", "no", "Failed { status: 200 }");
    }

    #[test]
    fn only_the_refusal_of_the_tool_itself_turns_search_off() {
        let kind = "invalid_request_error";
        let rejected = r#"Rejected { reason: "invalid_request_error" }"#;
        check(400, kind, "Web search is not enabled for this organization", "SearchDisabled");
        check(400, kind, "'web_search_20250305' is not supported", "SearchDisabled");
        check(403, "permission_error", "web search has been disabled", "SearchDisabled");
        check(400, kind, "web_search.allowed_domains: invalid domain", rejected);
        check(400, kind, "temperature: not supported", rejected);
        check(400, "", "<html>", rejected);
    }
}
