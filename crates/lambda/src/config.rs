//! The settings of the functions: the one place that reads the environment.

use std::time::Duration;

use api::auth::OidcPlace;
use api::auth::jwt::JwtSettings;
use domain::retention::Retention;
use providers::setup::TurnSettings;
use providers::setup::reader::{Reader, SettingError, words};

use crate::function::{Function, UnknownHandler};

/// Where AWS tells a function its events.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Everything a function can be told, typed.
#[derive(Debug)]
pub(crate) struct Config {
    /// Which of the six this is.
    pub(crate) function: Function,
    /// Host and port of Lambda's Runtime API.
    pub(crate) runtime_api: String,
    /// The environment that figures are kept by, as alarms and dashboard name it.
    pub(crate) environment: String,
    /// What stands before the name of each table.
    pub(crate) table_prefix: String,
    /// Origins whose pages may call the API.
    pub(crate) origins: Vec<String>,
    /// The model, and what a turn may take.
    pub(crate) turns: TurnSettings,
    /// Whose tokens are taken.
    pub(crate) jwt: JwtSettings,
    /// Where the keys of those tokens are.
    pub(crate) jwks_url: String,
    /// How a page signs in.
    pub(crate) page: OidcPlace,
    /// Where frames are posted; none: at the API the message came from.
    pub(crate) socket_url: Option<String>,
    /// How long articles are kept.
    pub(crate) retention: Retention,
    /// What stands in the log, as `target=level` pairs; a level alone is for all.
    pub(crate) log: String,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A setting that is unknown or cannot be used.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// AWS asks for a function there is none of.
    #[error(transparent)]
    Handler(#[from] UnknownHandler),
    /// A setting without which there is no service.
    #[error("setting {0} is missing")]
    Missing(&'static str),
}

/// Host and port of Lambda's Runtime API, where a start that failed is told.
pub(crate) fn runtime_api(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<String, ConfigError> {
    required(&mut Reader::new(environment), RUNTIME_API)
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// An unknown handler or `PRF_` name, a value of the wrong kind, or a missing one.
    pub(crate) fn read(
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(environment);
        let function = Function::from_handler(&reader.text("_HANDLER", "", None))?;
        let runtime_api = required(&mut reader, RUNTIME_API)?;
        let name = required(&mut reader, "PRF_ENVIRONMENT")?;
        let table_prefix = required(&mut reader, "PRF_TABLE_PREFIX")?;
        let origins = words(&reader.text("PRF_ORIGINS", "", None));
        let lease = Duration::from_secs(reader.positive("PRF_TURN_LEASE_SECONDS", "305")?);
        let mut turns = TurnSettings::read(&mut reader, true)?;
        turns.lease_ms = i64::try_from(lease.as_millis()).ok();
        let issuer = required(&mut reader, "PRF_JWT_ISSUER")?;
        let audiences = words(&required(&mut reader, "PRF_JWT_AUDIENCES")?);
        let roles_claim = reader.text("PRF_JWT_ROLES_CLAIM", "cognito:groups", None);
        let desk_claim = reader.text("PRF_JWT_DESK_CLAIM", "custom:desk", None);
        let usual = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
        let jwks_url = reader.text("PRF_JWKS_URL", &usual, None);
        let page = OidcPlace {
            issuer: issuer.clone(),
            client_id: audiences.first().cloned().unwrap_or_default(),
            authorization_endpoint: reader.optional("PRF_OIDC_AUTHORIZATION_URL"),
            token_endpoint: reader.optional("PRF_OIDC_TOKEN_URL"),
            scopes: reader.text("PRF_OIDC_SCOPES", "openid", None),
        };
        let socket_url = reader.optional("PRF_SOCKET_URL");
        let retention = retention(&mut reader)?;
        let log = reader.text("PRF_LOG", "info", None);
        reader.refuse_unknown()?;
        let jwt = JwtSettings { issuer, audiences, roles_claim, desk_claim };
        Ok(Self {
            function,
            runtime_api,
            environment: name,
            table_prefix,
            origins,
            turns,
            jwt,
            jwks_url,
            page,
            socket_url,
            retention,
            log,
        })
    }
}

/// Nothing set keeps everything.
fn retention(reader: &mut Reader) -> Result<Retention, SettingError> {
    let days: u32 = reader.number("PRF_RETENTION_DAYS", "0")?;
    let list = reader.text("PRF_RETENTION_DESKS", "", None);
    let desks = Retention::desks_of(&list).ok_or(SettingError::Bad {
        name: "PRF_RETENTION_DESKS",
        value: list,
        expected: "desks with days, as in economy=30,culture=365",
    })?;
    Ok(Retention { days: (days > 0).then_some(days), desks })
}

fn required(reader: &mut Reader, name: &'static str) -> Result<String, ConfigError> {
    reader.optional(name).ok_or(ConfigError::Missing(name))
}

#[cfg(test)]
mod tests {
    use super::Config;
    use crate::function::Function;
    use domain::retention::Retention;
    use providers::setup::model::KeyPlace;

    const NEEDED: [(&str, &str); 6] = [
        ("_HANDLER", "handlers.api.usage.handler"),
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
        ("PRF_ENVIRONMENT", "dev-v1"),
        ("PRF_TABLE_PREFIX", "nx-wt-prf-dev-v1-"),
        ("PRF_JWT_ISSUER", "https://issuer.example/pool/"),
        ("PRF_JWT_AUDIENCES", "page, desk"),
    ];

    fn read(more: &[(&str, &str)]) -> Result<Config, String> {
        let all = [&NEEDED, more].concat();
        let all = all.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Config::read(all).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_has_a_sensible_value() {
        let config = read(&[]).unwrap();
        assert_eq!(config.function, Function::UsageHandler);
        assert_eq!(config.environment, "dev-v1");
        assert_eq!(config.table_prefix, "nx-wt-prf-dev-v1-");
        assert_eq!(config.jwt.audiences, ["page", "desk"]);
        assert_eq!(config.jwt.roles_claim, "cognito:groups");
        assert_eq!(config.jwks_url, "https://issuer.example/pool/.well-known/jwks.json");
        assert_eq!((config.socket_url, config.turns.lease_ms), (None, Some(305_000)));
        assert_eq!(config.retention, Retention::default());
        assert!(config.origins.is_empty() && !config.turns.model.is_configured());
    }

    #[test]
    fn everything_that_is_said_is_read() {
        let config = read(&[
            ("PRF_ORIGINS", "https://prf.example,https://dev.example"),
            ("PRF_TURN_LEASE_SECONDS", "3"),
            ("PRF_JWT_ROLES_CLAIM", "roles"),
            ("PRF_JWKS_URL", "http://127.0.0.1:1/keys"),
            ("PRF_SOCKET_URL", "http://127.0.0.1:2"),
            ("PRF_RETENTION_DAYS", "365"),
            ("PRF_RETENTION_DESKS", "경제=30"),
            ("PRF_LOG", "debug"),
            ("PRF_QUOTAS_TOML", "[default]\nplan = \"free\""),
            ("ANTHROPIC_SECRET_NAME", "proof-v1"),
            ("FALLBACK_TO_BEDROCK", "false"),
        ])
        .unwrap();
        assert_eq!(config.origins, ["https://prf.example", "https://dev.example"]);
        assert_eq!((config.turns.lease_ms, config.log.as_str()), (Some(3_000), "debug"));
        let desks = [("경제".to_owned(), 30)].into();
        assert_eq!(config.retention, Retention { days: Some(365), desks });
        assert_eq!((config.jwt.roles_claim.as_str()), "roles");
        assert_eq!(config.jwks_url, "http://127.0.0.1:1/keys");
        assert_eq!(config.socket_url.as_deref(), Some("http://127.0.0.1:2"));
        let model = &config.turns.model;
        let key = model.anthropic.as_ref().map(|access| access.key.clone());
        assert_eq!(key, Some(KeyPlace::Stored("proof-v1".into())));
        assert!(model.bedrock.is_none());
        let quotas = config.turns.quotas.load().unwrap();
        assert_eq!(quotas.default.tokens, Some(10_000));
    }

    #[test]
    fn what_cannot_be_used_stops_the_start() {
        assert_eq!(
            read(&[("_HANDLER", "x.handler")]).unwrap_err(),
            "no function has the handler \"x.handler\""
        );
        assert_eq!(
            read(&[("PRF_TABLE_PREFIX", "")]).unwrap_err(),
            "setting PRF_TABLE_PREFIX is missing"
        );
        assert_eq!(
            read(&[("PRF_RETENTION_DESKS", "경제")]).unwrap_err(),
            "setting PRF_RETENTION_DESKS is \"경제\", but must be desks with days, as in \
             economy=30,culture=365"
        );
        assert_eq!(
            read(&[("PRF_LISTEN", "x")]).unwrap_err(),
            "unknown setting PRF_LISTEN (see `prf config` for all names)"
        );
    }
}
