//! What the SDK's errors mean, from the exception's name; its sentences are never passed on.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::config::http::HttpResponse;
use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::types::error::ResponseStreamError;
use domain::model::ProviderError;

use crate::messages::Refusal;

/// What the refusal of a request means.
pub(super) fn of_request<E>(error: SdkError<E, HttpResponse>) -> ProviderError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let SdkError::ServiceError(refused) = &error else { return connection(error) };
    let header = refused.raw().headers().get("retry-after");
    let retry_after_ms = header
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map(|seconds| seconds.saturating_mul(1000));
    let status = refused.raw().status().as_u16();
    let name = refused.err().code().unwrap_or_default();
    by_name(name, refused.err().message().unwrap_or_default(), status, retry_after_ms)
}

/// What an exception inside the stream means, or a stream that breaks off.
pub(super) fn of_stream<R>(error: SdkError<ResponseStreamError, R>) -> ProviderError
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let SdkError::ServiceError(refused) = &error else { return connection(error) };
    // An exception inside a stream carries no code of its own.
    let (name, message) = match refused.err() {
        ResponseStreamError::InternalServerException(_) => ("InternalServerException", None),
        ResponseStreamError::ModelStreamErrorException(_) => ("ModelStreamErrorException", None),
        ResponseStreamError::ValidationException(one) => ("ValidationException", one.message()),
        ResponseStreamError::ThrottlingException(_) => ("ThrottlingException", None),
        ResponseStreamError::ModelTimeoutException(_) => ("ModelTimeoutException", None),
        ResponseStreamError::ServiceUnavailableException(_) => {
            ("ServiceUnavailableException", None)
        }
        other => (other.code().unwrap_or_default(), None),
    };
    by_name(name, message.unwrap_or_default(), 200, None)
}

/// No answer of the service: no credentials, no connection, or something unreadable.
fn connection<E, R>(error: SdkError<E, R>) -> ProviderError
where
    E: Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if one.is::<CredentialsError>() {
            return ProviderError::Unauthorised;
        }
        cause = one.source();
    }
    ProviderError::Connection(Box::new(error))
}

/// Names as the API reference of `InvokeModelWithResponseStream` and of the signing lists them.
fn by_name(name: &str, message: &str, status: u16, retry_after_ms: Option<u64>) -> ProviderError {
    match name {
        "ThrottlingException" | "ServiceQuotaExceededException" => {
            ProviderError::RateLimited { retry_after_ms }
        }
        "ModelNotReadyException" | "ServiceUnavailableException" => ProviderError::Overloaded,
        "InternalServerException" => ProviderError::Failed { status: 500 },
        "ModelErrorException" | "ModelStreamErrorException" => {
            ProviderError::Failed { status: 424 }
        }
        "ModelTimeoutException" => ProviderError::Failed { status: 408 },
        "ResourceNotFoundException" => ProviderError::UnknownModel,
        "AccessDeniedException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "IncompleteSignatureException"
        | "MissingAuthenticationTokenException"
        | "ExpiredTokenException" => ProviderError::Unauthorised,
        "ValidationException" if names_model(message) => ProviderError::UnknownModel,
        "ValidationException" => {
            let kind = "invalid_request_error";
            Refusal { status: 400, kind, message, retry_after_ms }.meaning()
        }
        _ => Refusal { status, kind: "", message: "", retry_after_ms }.meaning(),
    }
}

/// A model that is not there, or not in this region or by this id.
fn names_model(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["model identifier is invalid", "throughput isn", "end of its life", "model is not supported"]
        .iter()
        .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::by_name;

    fn check(name: &str, message: &str, status: u16, expected: &str) {
        assert_eq!(format!("{:?}", by_name(name, message, status, Some(9))), expected, "{name}");
    }

    #[test]
    fn each_exception_means_one_error() {
        check("ThrottlingException", "", 429, "RateLimited { retry_after_ms: Some(9) }");
        check("ServiceQuotaExceededException", "", 400, "RateLimited { retry_after_ms: Some(9) }");
        check("ModelNotReadyException", "", 429, "Overloaded");
        check("ServiceUnavailableException", "", 503, "Overloaded");
        check("InternalServerException", "", 200, "Failed { status: 500 }");
        check("ModelErrorException", "", 424, "Failed { status: 424 }");
        check("ModelStreamErrorException", "", 200, "Failed { status: 424 }");
        check("ModelTimeoutException", "", 408, "Failed { status: 408 }");
        check("ResourceNotFoundException", "", 404, "UnknownModel");
        check("AccessDeniedException", "", 403, "Unauthorised");
        check("ExpiredTokenException", "", 403, "Unauthorised");
        let invalid = "The provided model identifier is invalid.";
        check("ValidationException", invalid, 400, "UnknownModel");
        let on_demand = "Invocation of model ID x with on-demand throughput isn’t supported.";
        check("ValidationException", on_demand, 400, "UnknownModel");
        let long = "Input is too long for requested model.";
        check("ValidationException", long, 400, "TooLong");
        let rejected = r#"Rejected { reason: "invalid_request_error" }"#;
        check("ValidationException", "messages: bad", 400, rejected);
        check("", "", 403, "Unauthorised");
        check("SomethingNew", "", 502, "Failed { status: 502 }");
        check("SomethingNew", "", 200, "Failed { status: 200 }");
    }
}
