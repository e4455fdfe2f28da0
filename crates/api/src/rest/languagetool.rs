//! `/v2`: the door for clients of LanguageTool. What it asks and answers is LanguageTool's HTTP API;
//! what is found, and by which rules, is ours.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use checker::{Category, RuleId, Settings, Severity, Suggestion};
use domain::check::CheckOptions;
use domain::principal::Principal;
use serde_json::Value;

use crate::App;
use crate::auth::Caller;
use crate::body::RawBody;
use crate::checking;
use crate::error::ApiError;
use crate::parameters::{ParameterError, parameters};
use crate::wire::annotated::{AnnotatedText, Annotation};
use crate::wire::languagetool::{
    KnownLanguage, LANGUAGES, LanguageToolAnswer, LanguageToolRequest, categories, is_hangul,
};

/// Why a request is refused, in the words that LanguageTool's clients know where they look at them.
#[derive(Debug, thiserror::Error)]
enum LanguageToolError {
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    #[error("Missing 'text' or 'data' parameter.")]
    NoText,
    #[error("Set only 'text' or 'data' parameter, not both.")]
    TwoTexts,
    #[error("The 'data' parameter is not valid JSON")]
    BadData(#[source] serde_json::Error),
    #[error("'data' needs either 'text' or a list 'annotation' of either 'text' or 'markup' each.")]
    BadAnnotation,
    #[error("Missing 'language' parameter, e.g. 'language=ko-KR' or 'language=auto'.")]
    NoLanguage,
    #[error(
        "'{0}' is not a language code known to LanguageTool. Supported language codes are: ko, \
         ko-KR."
    )]
    UnknownLanguage(String),
    #[error("The 'level' parameter must be either 'default' or 'picky'.")]
    UnknownLevel,
    #[error("You must specify enabled rules or categories when using enabledOnly=true.")]
    NothingEnabled,
    #[error("You cannot specify disabled rules or categories when using enabledOnly=true.")]
    EnabledAndDisabled,
    #[error(
        "Your text exceeds the limit of {limit} characters (it's {length} characters). Please \
         submit a shorter text."
    )]
    TooLong { limit: usize, length: usize },
    #[error("The request is too large.")]
    BodyTooLarge,
}

impl From<LanguageToolError> for ApiError {
    fn from(error: LanguageToolError) -> Self {
        match error {
            LanguageToolError::TooLong { .. } => Self::too_large("text_too_long").said(error),
            LanguageToolError::BodyTooLarge => Self::too_large("body_too_large").said(error),
            LanguageToolError::Parameters(_)
            | LanguageToolError::NoText
            | LanguageToolError::TwoTexts
            | LanguageToolError::BadData(_)
            | LanguageToolError::BadAnnotation
            | LanguageToolError::NoLanguage
            | LanguageToolError::UnknownLanguage(_)
            | LanguageToolError::UnknownLevel
            | LanguageToolError::NothingEnabled
            | LanguageToolError::EnabledAndDisabled => Self::bad_request("bad_value").said(error),
        }
    }
}

/// What is to be checked, and what may be found.
struct Wanted {
    text: AnnotatedText,
    language: KnownLanguage,
    settings: Settings,
    /// Whether hints of every rule are wanted.
    is_picky: bool,
    enabled_rules: Vec<RuleId>,
    enabled_categories: Vec<Category>,
    /// Whether the text is in no language we know.
    is_foreign: bool,
}

/// The languages that can be checked, as LanguageTool lists them.
#[utoipa::path(get, path = "/v2/languages",
    responses((status = 200, body = Vec<KnownLanguage>)))]
pub(crate) async fn list_languages(_caller: Caller) -> Json<[KnownLanguage; 2]> {
    Json(LANGUAGES)
}

/// Checks a text as LanguageTool does; a JSON object of the same names is understood too.
#[utoipa::path(post, path = "/v2/check",
    request_body(content = LanguageToolRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = LanguageToolAnswer),
        (status = 400, body = String, content_type = "text/plain"),
        (status = 413, body = String, content_type = "text/plain")))]
pub(crate) async fn check_form(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<RawBody, ApiError>,
) -> Result<Json<LanguageToolAnswer>, ApiError> {
    let is_too_large = |error: &ApiError| error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let RawBody(body) = body.map_err(|error| match is_too_large(&error) {
        true => LanguageToolError::BodyTooLarge.into(),
        false => error,
    })?;
    answer(app, &who, &query.unwrap_or_default(), &headers, &body).await
}

/// Checks a text in the query as LanguageTool does.
#[utoipa::path(get, path = "/v2/check", params(LanguageToolRequest),
    responses((status = 200, body = LanguageToolAnswer),
        (status = 400, body = String, content_type = "text/plain"),
        (status = 413, body = String, content_type = "text/plain")))]
pub(crate) async fn check_query(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<LanguageToolAnswer>, ApiError> {
    answer(app, &who, &query.unwrap_or_default(), &HeaderMap::new(), &[]).await
}

async fn answer(
    app: Arc<App>,
    who: &Principal,
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Json<LanguageToolAnswer>, ApiError> {
    let given = parameters(query, headers, body).map_err(LanguageToolError::Parameters)?;
    let request = serde_json::from_value(Value::Object(given)).map_err(ApiError::bad_json)?;
    let mut wanted = Wanted::read(request, app.turns.text_chars(who).await)?;
    let options = CheckOptions { desk: who.desk.clone(), ..CheckOptions::default() };
    let own = app.turns.dictionaries.settings(&options, &who.user_id, None).await;
    (wanted.settings.scopes, wanted.settings.packs) = (own.scopes, own.packs);
    wanted.settings.profile = own.profile;
    let settings = std::mem::take(&mut wanted.settings);
    let mut found = if wanted.is_foreign {
        Vec::new()
    } else {
        checking::check(&app, wanted.text.checked(), settings).await?
    };
    found.retain(|one| wanted.is_wanted(one));
    Ok(Json(LanguageToolAnswer::new(app.version, wanted.language, &wanted.text, found)))
}

impl Wanted {
    fn read(request: LanguageToolRequest, limit: usize) -> Result<Self, LanguageToolError> {
        let code = request.language.as_deref().filter(|code| !code.is_empty());
        let code = code.ok_or(LanguageToolError::NoLanguage)?;
        let language = KnownLanguage::find(code).ok_or_else(|| unknown_language(code))?;
        let is_detected = code.eq_ignore_ascii_case("auto");
        let is_picky = match request.level.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "default") => false,
            Some("picky") => true,
            Some(_) => return Err(LanguageToolError::UnknownLevel),
        };
        let enabled_rules = rules(&request.enabled_rules);
        let enabled_categories = categories(&request.enabled_categories);
        let mut settings = Settings {
            // Which hints are wanted is seen when they are there.
            hints: true,
            disabled_rules: rules(&request.disabled_rules),
            disabled_categories: categories(&request.disabled_categories),
            ..Settings::default()
        };
        if matches!(request.enabled_only.as_str(), "true" | "yes") {
            if enabled_rules.is_empty() && request.enabled_categories.is_empty() {
                return Err(LanguageToolError::NothingEnabled);
            }
            if !(request.disabled_rules.is_empty() && request.disabled_categories.is_empty()) {
                return Err(LanguageToolError::EnabledAndDisabled);
            }
            settings.only_rules.clone_from(&enabled_rules);
            settings.only_categories.clone_from(&enabled_categories);
        }
        let text = text(request.text, request.data.as_deref())?;
        let length = text.checked().chars().count();
        if length > limit {
            return Err(LanguageToolError::TooLong { limit, length });
        }
        let is_foreign = is_detected && !text.checked().chars().any(is_hangul);
        Ok(Self {
            text,
            language,
            settings,
            is_picky,
            enabled_rules,
            enabled_categories,
            is_foreign,
        })
    }

    /// Hints speak when all are wanted or theirs was enabled by name, as LanguageTool's rules do that
    /// are off by default.
    fn is_wanted(&self, suggestion: &Suggestion) -> bool {
        self.is_picky
            || suggestion.severity != Severity::Hint
            || self.enabled_rules.contains(&suggestion.rule)
            || self.enabled_categories.contains(&suggestion.category)
    }
}

fn text(text: Option<String>, data: Option<&str>) -> Result<AnnotatedText, LanguageToolError> {
    match (text, data) {
        (Some(text), None) => Ok(AnnotatedText::plain(text)),
        (None, Some(data)) => {
            // Syntax errors name a place; errors of shape could quote the text, which no log may hold.
            let read = serde_json::from_str::<Annotation>(data).map_err(|error| {
                if error.is_data() {
                    LanguageToolError::BadAnnotation
                } else {
                    LanguageToolError::BadData(error)
                }
            });
            read?.into_text().ok_or(LanguageToolError::BadAnnotation)
        }
        (Some(_), Some(_)) => Err(LanguageToolError::TwoTexts),
        (None, None) => Err(LanguageToolError::NoText),
    }
}

/// Codes are echoed, text that was sent for one is not.
fn unknown_language(code: &str) -> LanguageToolError {
    let is_code =
        code.len() <= 35 && code.chars().all(|one| one.is_ascii_alphanumeric() || one == '-');
    LanguageToolError::UnknownLanguage(if is_code { code } else { "?" }.to_owned())
}

fn rules(ids: &str) -> Vec<RuleId> {
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| RuleId::owned(id.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{LanguageToolRequest, Wanted};
    use checker::{Category, RuleId, Severity, Span, Suggestion};

    fn check(level: &str, rules: &str, categories: &str, expected: bool) {
        let request = LanguageToolRequest {
            text: Some("가".into()),
            language: Some("ko".into()),
            level: Some(level.into()),
            enabled_rules: rules.into(),
            enabled_categories: categories.into(),
            ..LanguageToolRequest::default()
        };
        let hint = Suggestion {
            span: Span::new(0, 3),
            original: "가".into(),
            replacements: Vec::new(),
            category: Category::PlainLanguage,
            rule: RuleId::new("plain-language/x"),
            severity: Severity::Hint,
            message: String::new(),
            reference: None,
            confidence: 0.5,
            safe: false,
        };
        let wanted = Wanted::read(request, 10).unwrap();
        assert_eq!(wanted.is_wanted(&hint), expected, "{level} {rules} {categories}");
        assert!(wanted.is_wanted(&Suggestion { severity: Severity::Warning, ..hint }));
    }

    #[test]
    fn hints_speak_when_picky_or_named() {
        check("default", "", "", false);
        check("", "spelling/x", "SPELLING", false);
        check("PICKY", "", "", true);
        check("default", "a, plain-language/x", "", true);
        check("default", "", "PLAIN_LANGUAGE", true);
    }
}
