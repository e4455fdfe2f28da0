//! Who may come in, as it is set.

use std::net::{IpAddr, SocketAddr};

use domain::account::SessionRules;
use providers::setup::reader::{Reader, SettingError, words};

use super::ConfigError;

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Whoever reaches this machine's loopback.
    None,
    /// Whoever has an account.
    Local,
    /// Whoever an identity provider has signed in.
    Oidc(OidcSettings),
}

/// An identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OidcSettings {
    /// As tokens name it.
    pub(crate) issuer: String,
    /// Our clients, as tokens name them.
    pub(crate) audiences: Vec<String>,
    /// Our page, as the provider knows it.
    pub(crate) client_id: String,
    /// The claim that lists roles.
    pub(crate) roles_claim: String,
    /// The claim that names the desk.
    pub(crate) desk_claim: String,
    /// What a page asks for.
    pub(crate) scopes: String,
}

/// Everything about who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthSettings {
    /// Who.
    pub(crate) auth: Auth,
    /// How long sessions of accounts last.
    pub(crate) sessions: SessionRules,
    /// Whether clients come by TLS, which ends here or at a proxy in front.
    pub(crate) is_behind_tls: bool,
}

const MINUTE_MS: i64 = 60_000;

impl AuthSettings {
    /// Reads the settings for a server that listens there.
    pub(super) fn read(
        reader: &mut Reader,
        flag: Option<String>,
        listen: SocketAddr,
        ends_tls: bool,
    ) -> Result<Self, ConfigError> {
        let mode = reader.text("PRF_AUTH", "none", flag);
        let is_behind_tls = reader.switch("PRF_BEHIND_TLS", "false")? || ends_tls;
        let sessions = SessionRules {
            idle_ms: span(reader, "PRF_SESSION_IDLE_MINUTES", "120", MINUTE_MS)?,
            absolute_ms: span(reader, "PRF_SESSION_HOURS", "12", 60 * MINUTE_MS)?,
        };
        let issuer = reader.optional("PRF_OIDC_ISSUER");
        let audiences = words(&reader.text("PRF_OIDC_AUDIENCE", "", None));
        let first = audiences.first().cloned().unwrap_or_default();
        let client_id = reader.text("PRF_OIDC_CLIENT_ID", &first, None);
        let roles_claim = reader.text("PRF_OIDC_ROLES_CLAIM", "cognito:groups", None);
        let desk_claim = reader.text("PRF_OIDC_DESK_CLAIM", "custom:desk", None);
        let scopes = reader.text("PRF_OIDC_SCOPES", "openid", None);
        let is_local = is_loopback(listen.ip());
        let auth = match mode.as_str() {
            "none" if is_local => Auth::None,
            "none" => return Err(ConfigError::OpenToStrangers(listen)),
            "local" if is_local || is_behind_tls => Auth::Local,
            "local" => return Err(ConfigError::Readable(listen)),
            "oidc" => {
                let issuer = issuer.ok_or(ConfigError::Missing("PRF_OIDC_ISSUER"))?;
                if audiences.is_empty() {
                    return Err(ConfigError::Missing("PRF_OIDC_AUDIENCE"));
                }
                Auth::Oidc(OidcSettings {
                    issuer,
                    audiences,
                    client_id,
                    roles_claim,
                    desk_claim,
                    scopes,
                })
            }
            _ => {
                let expected = "none, local or oidc";
                return Err(SettingError::Bad { name: "PRF_AUTH", value: mode, expected }.into());
            }
        };
        Ok(Self { auth, sessions, is_behind_tls })
    }
}

fn span(
    reader: &mut Reader,
    name: &'static str,
    default: &str,
    unit_ms: i64,
) -> Result<i64, SettingError> {
    let count = reader.positive(name, default)?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(unit_ms))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::{Auth, AuthSettings, OidcSettings};
    use providers::setup::reader::Reader;

    fn read(listen: &str, environment: &[(&str, &str)]) -> Result<AuthSettings, String> {
        read_with_tls(listen, environment, false)
    }

    fn read_with_tls(
        listen: &str,
        environment: &[(&str, &str)],
        ends_tls: bool,
    ) -> Result<AuthSettings, String> {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let mut reader = Reader::new(environment);
        let read = AuthSettings::read(&mut reader, None, listen.parse().unwrap(), ends_tls);
        read.map_err(|error| error.to_string())
    }

    const HERE: &str = "127.0.0.1:8080";
    const OUTSIDE: &str = "0.0.0.0:8080";

    #[test]
    fn sessions_last_a_shift_unless_they_are_idle() {
        let settings = read(HERE, &[("PRF_AUTH", "local")]).unwrap();
        assert_eq!((settings.auth, settings.is_behind_tls), (Auth::Local, false));
        assert_eq!(settings.sessions.idle_ms, 2 * 60 * 60 * 1000);
        assert_eq!(settings.sessions.absolute_ms, 12 * 60 * 60 * 1000);
        let short = read(HERE, &[("PRF_SESSION_IDLE_MINUTES", "1"), ("PRF_SESSION_HOURS", "1")]);
        let sessions = short.unwrap().sessions;
        assert_eq!((sessions.idle_ms, sessions.absolute_ms), (60_000, 3_600_000));
    }

    #[test]
    fn an_identity_provider_needs_issuer_and_audience() {
        let issuer = ("PRF_OIDC_ISSUER", "https://issuer.example/pool");
        let mode = ("PRF_AUTH", "oidc");
        let missing = |environment: &[(&str, &str)]| read(OUTSIDE, environment).unwrap_err();
        assert_eq!(missing(&[mode]), "setting PRF_OIDC_ISSUER is missing");
        assert_eq!(missing(&[mode, issuer]), "setting PRF_OIDC_AUDIENCE is missing");
        let audience = ("PRF_OIDC_AUDIENCE", "page, desk");
        let settings = read(OUTSIDE, &[mode, issuer, audience]).unwrap();
        let expected = OidcSettings {
            issuer: "https://issuer.example/pool".into(),
            audiences: vec!["page".into(), "desk".into()],
            client_id: "page".into(),
            roles_claim: "cognito:groups".into(),
            desk_claim: "custom:desk".into(),
            scopes: "openid".into(),
        };
        assert_eq!(settings.auth, Auth::Oidc(expected));
    }

    #[test]
    fn nothing_is_open_or_readable_from_outside() {
        let refused = |mode| read(OUTSIDE, &[("PRF_AUTH", mode)]).unwrap_err();
        assert_eq!(
            refused("none"),
            "auth none is only for a loopback address, but 0.0.0.0:8080 can be reached from outside"
        );
        assert_eq!(
            refused("local"),
            "passwords could be read on the way to 0.0.0.0:8080: give --tls-cert and --tls-key, or \
             let a proxy end TLS in front of it and set PRF_BEHIND_TLS to true"
        );
        let safe = read_with_tls(OUTSIDE, &[("PRF_AUTH", "local")], true).unwrap();
        assert_eq!((safe.auth, safe.is_behind_tls), (Auth::Local, true));
        assert!(read_with_tls(OUTSIDE, &[], true).is_err());
        assert_eq!(
            refused("open"),
            "setting PRF_AUTH is \"open\", but must be none, local or oidc"
        );
        let tls = [("PRF_AUTH", "local"), ("PRF_BEHIND_TLS", "true")];
        assert_eq!(read(OUTSIDE, &tls).unwrap().auth, Auth::Local);
    }
}
