//! Whether the client of an open socket may go on: tokens end, sessions are revoked, and a new token of
//! the same person takes the place of the old one.

use std::sync::{Mutex, PoisonError};

use domain::id::ConnectionId;
use domain::ports::Connection;
use domain::principal::Principal;
use domain::text::Secret;
use domain::time::Timestamp;

use super::CONNECTION_LIFE_MS;
use crate::App;
use crate::audit;
use crate::auth::{Admission, AuthError, Credentials};
use crate::error::ApiError;

/// Why the server closes a socket, as codes of the range for applications (RFC 6455, section 7.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CloseCode {
    /// The token has ended or the session was revoked: sign in again.
    SignInAgain,
    /// The new token is another person's.
    NotAllowed,
}

impl CloseCode {
    /// The number on the wire.
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::SignInAgain => 4401,
            Self::NotAllowed => 4403,
        }
    }
}

/// What a socket came in by, as it stands now.
pub(crate) struct Standing(Mutex<State>);

#[derive(Clone)]
struct State {
    who: Principal,
    until: Option<Timestamp>,
    /// None where another call has verified them, and the row of the socket ends with them.
    credentials: Option<Credentials>,
}

impl Standing {
    /// A client that has just been admitted here.
    pub(crate) fn of(admission: Admission, credentials: Credentials) -> Self {
        let Admission { who, until, csrf_token: _ } = admission;
        Self(Mutex::new(State { who, until, credentials: Some(credentials) }))
    }

    /// A client whom an earlier call has admitted.
    pub(crate) fn known(who: Principal) -> Self {
        Self(Mutex::new(State { who, until: None, credentials: None }))
    }

    fn state(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Who the client is.
    pub(crate) fn who(&self) -> Principal {
        self.state().who
    }

    /// Whether the client may go on now; `is_use` keeps a session alive. Nobody is sent away because
    /// nobody can be asked, until what is known has ended.
    pub(crate) async fn renew(&self, app: &App, is_use: bool) -> Result<(), CloseCode> {
        let state = self.state();
        let Some(credentials) = &state.credentials else { return Ok(()) };
        let asked = match is_use {
            true => app.authenticator.admit(credentials).await,
            false => app.authenticator.look(credentials).await,
        };
        match asked {
            Ok(Admission { who, until, .. }) if who.user_id == state.who.user_id => {
                self.set(State { who, until, ..state });
                Ok(())
            }
            Ok(_) | Err(AuthError::Missing | AuthError::Invalid) => Err(CloseCode::SignInAgain),
            Err(AuthError::Unavailable) => {
                let is_over = state.until.is_some_and(|until| app.turns.clock.now() >= until);
                if is_over { Err(CloseCode::SignInAgain) } else { Ok(()) }
            }
        }
    }

    /// Lets a new token take the place of what the client came in by.
    ///
    /// # Errors
    ///
    /// What the client is told, and the code that closes the socket; no code where nobody could be
    /// asked.
    pub(crate) async fn refresh(
        &self,
        app: &App,
        connection: &ConnectionId,
        token: &Secret,
    ) -> Result<Option<Timestamp>, (ApiError, Option<CloseCode>)> {
        let token = Some(token.as_str().to_owned());
        let credentials = Credentials { token, cookie: None };
        let state = self.state();
        let admission = app.authenticator.admit(&credentials).await.map_err(|error| {
            let code = (error != AuthError::Unavailable).then_some(CloseCode::SignInAgain);
            (ApiError::from(error), code)
        })?;
        if admission.who.user_id != state.who.user_id {
            let denied = audit::deny(app, &state.who, "refresh").await;
            return Err((denied, Some(CloseCode::NotAllowed)));
        }
        let Admission { who, until, .. } = admission;
        let connected_at = app.turns.clock.now();
        let end = connected_at.plus_millis(CONNECTION_LIFE_MS);
        let expires_at = until.map_or(end, |until| until.min(end));
        let row = Connection { id: connection.clone(), who: who.clone(), connected_at, expires_at };
        app.connections.open(&row).await.map_err(|error| (error.into(), None))?;
        let credentials = state.credentials.map(|_| credentials);
        self.set(State { who, until, credentials });
        Ok(until)
    }
}
