//! `/session`: who is signed in and how one signs in; signing in with an account, and out again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::account::csrf_token;
use domain::principal::Principal;
use domain::text::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::auth::local::{LocalSignIn, Peer};
use crate::auth::{AuthError, Credentials, Entry, SignIn};
use crate::body::Body;
use crate::error::{ApiError, ErrorBody};

/// Who is signed in, and how one signs in here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionWire {
    /// None: nobody is signed in.
    user: Option<SessionUser>,
    auth: AuthKind,
    /// Where one signs in with `oidc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    oidc: Option<OidcWire>,
    /// What a session by cookie sends as `X-CSRF-Token` with every method but GET and HEAD.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
}

/// How one signs in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum AuthKind {
    /// Not at all: the server is this machine's own.
    None,
    /// With name and password of an account.
    Local,
    /// At an identity provider.
    Oidc,
}

/// A person who is signed in.
#[derive(Serialize, ToSchema)]
struct SessionUser {
    id: String,
    /// `user`, `desk` or `admin`.
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<String>,
}

/// An identity provider as a page needs it (OpenID Connect Discovery, section 3).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OidcWire {
    issuer: String,
    client_id: String,
    /// None: as the provider's own document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_endpoint: Option<String>,
    scopes: String,
}

impl SessionWire {
    fn new(app: &App, who: Option<Principal>, csrf_token: Option<String>) -> Self {
        let (auth, oidc) = match &app.sign_in {
            SignIn::Nobody => (AuthKind::None, None),
            SignIn::Local(_) => (AuthKind::Local, None),
            SignIn::Oidc(place) => {
                let oidc = OidcWire {
                    issuer: place.issuer.clone(),
                    client_id: place.client_id.clone(),
                    authorization_endpoint: place.authorization_endpoint.clone(),
                    token_endpoint: place.token_endpoint.clone(),
                    scopes: place.scopes.clone(),
                };
                (AuthKind::Oidc, Some(oidc))
            }
        };
        let user = who.map(|who| SessionUser {
            id: who.user_id.as_str().to_owned(),
            role: who.role.name(),
            desk: who.desk,
        });
        Self { user, auth, oidc, csrf_token }
    }
}

/// Says who is signed in and how one signs in; open to everybody.
#[utoipa::path(get, path = "/session", responses((status = 200, body = SessionWire),
    (status = 503, body = ErrorBody)))]
pub(crate) async fn read_session(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<SessionWire>, ApiError> {
    match app.authenticator.admit(&Credentials::of(&headers, &uri)).await {
        Ok(admission) => {
            Ok(Json(SessionWire::new(&app, Some(admission.who), admission.csrf_token)))
        }
        Err(AuthError::Missing | AuthError::Invalid) => {
            Ok(Json(SessionWire::new(&app, None, None)))
        }
        Err(error @ AuthError::Unavailable) => Err(error.into()),
    }
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewSession {
    name: String,
    password: String,
}

/// Signs in with an account; the session's cookie is `HttpOnly` and `SameSite=Strict`.
#[utoipa::path(post, path = "/session", request_body = NewSession, responses(
    (status = 200, body = SessionWire), (status = 400, body = ErrorBody),
    (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
    (status = 429, body = ErrorBody)))]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    Body(new): Body<NewSession>,
) -> Result<Response, ApiError> {
    let local = local(&app)?;
    let password = Secret::new(new.password);
    let begun = local.accounts.sign_in(&new.name, &password, &address).await?;
    let cookie = local.cookie(begun.token.as_str()).ok_or_else(ApiError::internal)?;
    let session = SessionWire::new(&app, Some(begun.who), Some(csrf_token(&begun.token)));
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

/// Signs out; the session is gone at once, wherever its cookie is.
#[utoipa::path(delete, path = "/session", responses((status = 204),
    (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody)))]
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    entry: Entry,
) -> Result<Response, ApiError> {
    let local = local(&app)?;
    local.accounts.sign_out(&entry.admission.who, &token(&entry)?).await?;
    let cookie = local.no_cookie().ok_or_else(ApiError::internal)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The password as it is and as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPassword {
    old: String,
    /// At least 12 characters, and not the name.
    new: String,
}

/// Changes the caller's own password; every other session of the account ends.
#[utoipa::path(post, path = "/session/password", request_body = NewPassword, responses(
    (status = 204), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
    (status = 429, body = ErrorBody)))]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    entry: Entry,
    Body(change): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    let local = local(&app)?;
    let (who, token) = (&entry.admission.who, token(&entry)?);
    let (old, new) = (Secret::new(change.old), Secret::new(change.new));
    local.accounts.change_own_password(who, &token, [&old, &new], &address).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn local(app: &App) -> Result<&LocalSignIn, ApiError> {
    match &app.sign_in {
        SignIn::Local(local) => Ok(local),
        SignIn::Nobody | SignIn::Oidc(_) => Err(ApiError::no_accounts()),
    }
}

/// The token of a session that has just been found by it.
fn token(entry: &Entry) -> Result<Secret, ApiError> {
    let cookie = entry.credentials.cookie.as_deref();
    cookie.map(Secret::new).ok_or_else(ApiError::unauthorised)
}
