//! The settings of the binary: the one place that reads the environment.

pub(crate) mod auth;
pub(crate) mod front;
mod retention;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::retention::Retention;
use providers::setup::TurnSettings;
use providers::setup::reader::{Reader, Setting, SettingError, words};

use crate::args::ServeFlags;
use auth::AuthSettings;
use front::FrontSettings;

/// Everything the binary can be told, typed.
#[derive(Debug)]
pub(crate) struct Config {
    /// Address and port of the server.
    pub(crate) listen: SocketAddr,
    /// Directory of the database.
    pub(crate) data: PathBuf,
    /// TLS, and how long it is waited for clients.
    pub(crate) front: FrontSettings,
    /// Who may come in.
    pub(crate) auth: AuthSettings,
    /// Directory of packs.
    pub(crate) packs: Option<PathBuf>,
    /// Further origins whose pages may call the API.
    pub(crate) origins: Vec<String>,
    /// The model, and what a turn may take.
    pub(crate) turns: TurnSettings,
    /// What stands in the log, as `tracing` filters.
    pub(crate) log: String,
    /// Where traces go.
    pub(crate) traces: TraceSettings,
    /// For so long after a signal everything still works, but `/readyz` refuses.
    pub(crate) drain: Duration,
    /// How long articles are kept.
    pub(crate) retention: Retention,
    /// Every setting as it was read, for `prf config`.
    pub(crate) settings: Vec<Setting>,
}

/// Where traces go, by the variables OpenTelemetry names.
#[derive(Debug)]
pub(crate) struct TraceSettings {
    /// Address of the receiver; none where nobody receives them.
    pub(crate) endpoint: Option<String>,
    /// What the service is called there.
    pub(crate) service_name: String,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// A setting that is unknown or cannot be used.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// No sign-in on an address others can reach.
    #[error("auth none is only for a loopback address, but {0} can be reached from outside")]
    OpenToStrangers(SocketAddr),
    /// Passwords without TLS on an address others can reach.
    #[error(
        "passwords could be read on the way to {0}: give --tls-cert and --tls-key, or let a proxy end \
         TLS in front of it and set PRF_BEHIND_TLS to true"
    )]
    Readable(SocketAddr),
    /// A setting without which nobody could come in.
    #[error("setting {0} is missing")]
    Missing(&'static str),
}

impl Config {
    /// Reads the environment under the flags.
    ///
    /// # Errors
    ///
    /// An unknown `PRF_` name, a value of the wrong kind, or `auth none` beyond loopback.
    pub(crate) fn read(
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &ServeFlags,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(environment);
        let listen_flag = flags.listen.map(|listen| listen.to_string());
        let listen = reader.parsed("PRF_LISTEN", "127.0.0.1:8080", listen_flag, "ADDR:PORT")?;
        let data_flag = flags.data.as_ref().map(|data| data.display().to_string());
        let data = PathBuf::from(reader.text("PRF_DATA", "./data", data_flag));
        let front = FrontSettings::read(&mut reader, flags)?;
        let ends_tls = front.tls.is_some();
        let auth = AuthSettings::read(&mut reader, flags.auth.clone(), listen, ends_tls)?;
        let packs_flag = flags.packs.as_ref().map(|packs| packs.display().to_string());
        let packs = Some(reader.text("PRF_PACKS", "", packs_flag)).filter(|one| !one.is_empty());
        let origins = reader.text("PRF_ORIGINS", "", None);
        let turns = TurnSettings::read(&mut reader, false)?;
        let log = reader.text("PRF_LOG", "info", None);
        let traces = TraceSettings {
            endpoint: reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT"),
            service_name: reader.text("OTEL_SERVICE_NAME", "nx-wt-prf", None),
        };
        let drain = Duration::from_secs(reader.number("PRF_DRAIN_SECONDS", "0")?);
        let retention = retention::read(&mut reader)?;
        reader.refuse_unknown()?;
        Ok(Self {
            listen,
            data,
            front,
            auth,
            packs: packs.map(PathBuf::from),
            origins: words(&origins),
            turns,
            log,
            traces,
            drain,
            retention,
            settings: reader.into_settings(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError};
    use crate::args::ServeFlags;
    use domain::text::Secret;
    use providers::setup::model::KeyPlace;
    use providers::setup::quotas::QuotaPlace;
    use providers::setup::reader::Source;

    fn read(environment: &[(&str, &str)], flags: &ServeFlags) -> Result<Config, ConfigError> {
        Config::read(
            environment.iter().map(|(name, value)| ((*name).into(), (*value).into())),
            flags,
        )
    }

    fn refused(environment: &[(&str, &str)]) -> String {
        read(environment, &ServeFlags::default()).unwrap_err().to_string()
    }

    #[test]
    fn without_a_key_there_is_no_model() {
        let config = read(&[], &ServeFlags::default()).unwrap();
        assert!(!config.turns.model.is_configured());
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert!(config.settings.iter().all(|setting| setting.source == Source::Default));
    }

    /// A value of every name.
    const ENVIRONMENT: [(&str, &str); 52] = [
        ("PRF_LISTEN", "[::1]:9000"),
        ("PRF_DATA", "/srv/prf"),
        ("PRF_AUTH", "none"),
        ("PRF_BEHIND_TLS", "true"),
        ("PRF_SESSION_IDLE_MINUTES", "30"),
        ("PRF_SESSION_HOURS", "8"),
        ("PRF_OIDC_ISSUER", "https://issuer.example"),
        ("PRF_OIDC_AUDIENCE", "page"),
        ("PRF_OIDC_CLIENT_ID", "page"),
        ("PRF_OIDC_ROLES_CLAIM", "roles"),
        ("PRF_OIDC_DESK_CLAIM", "desk"),
        ("PRF_OIDC_SCOPES", "openid profile"),
        ("PRF_PACKS", "/srv/packs"),
        ("PRF_MODELS", "models.toml"),
        ("PRF_ORIGINS", "https://a.example, https://b.example"),
        ("PRF_MAX_TEXT_CHARS", "5000"),
        ("PRF_MONTH_TOKENS", "100000"),
        ("PRF_QUOTAS", "quotas.toml"),
        ("PRF_DESK_PROFILES", "경제=seoul"),
        ("PRF_LOG", "debug"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        ("OTEL_SERVICE_NAME", "desk"),
        ("PRF_DRAIN_SECONDS", "5"),
        ("PRF_TLS_CERT", "chain.pem"),
        ("PRF_TLS_KEY", "key.pem"),
        ("PRF_HEAD_TIMEOUT_SECONDS", "10"),
        ("PRF_BODY_TIMEOUT_SECONDS", "20"),
        ("PRF_WRITE_TIMEOUT_SECONDS", "5"),
        ("PRF_MAX_CONNECTIONS", "1000"),
        ("PRF_MAX_CONNECTIONS_PER_ADDRESS", "100"),
        ("PRF_RETENTION_DAYS", "365"),
        ("PRF_RETENTION_DESKS", "경제=30"),
        ("USE_ANTHROPIC_API", "true"),
        ("AI_PROVIDER", "anthropic_api"),
        ("ANTHROPIC_API_KEY", "sk-test"),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1"),
        ("ANTHROPIC_MODEL_ID", "claude-x"),
        ("ANTHROPIC_MAX_TOKENS", "100"),
        ("ANTHROPIC_TEMPERATURE", "0.1"),
        ("ENABLE_NATIVE_WEB_SEARCH", "false"),
        ("WEB_SEARCH_MAX_USES", "3"),
        ("ENABLE_PROMPT_CACHING", "false"),
        ("WEB_SEARCH_ALLOWED_DOMAINS", "a.example"),
        ("WEB_SEARCH_BLOCKED_DOMAINS", ""),
        ("FALLBACK_TO_BEDROCK", "true"),
        ("AWS_REGION", "us-west-2"),
        ("PRF_BEDROCK_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:2"),
        ("PRF_FIRST_TOKEN_TIMEOUT_SECONDS", "1"),
        ("PRF_IDLE_TIMEOUT_SECONDS", "2"),
        ("PRF_KEEP_WARM_HOURS", "4"),
        ("PRF_TOTAL_TIMEOUT_SECONDS", "3"),
    ];

    #[test]
    fn every_value_of_the_environment_is_read() {
        let config = read(&ENVIRONMENT, &ServeFlags::default()).unwrap();
        let is_set = |name: &str| name != "PRF_QUOTAS_TOML";
        let mut set = config.settings.iter().filter(|setting| is_set(setting.name));
        assert!(set.all(|setting| setting.source == Source::Environment));
        // Quotas stand in one of two places.
        assert_eq!(config.settings.len(), ENVIRONMENT.len() + 1);
        assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
        let turns = config.turns;
        assert_eq!((turns.max_text_chars, turns.quotas.month_tokens), (5000, Some(100_000)));
        assert_eq!(turns.models, Some("models.toml".into()));
        assert_eq!(config.packs, Some("/srv/packs".into()));
        assert_eq!(turns.quotas.place, Some(QuotaPlace::File("quotas.toml".into())));
        assert_eq!(config.traces.endpoint.as_deref(), Some("http://127.0.0.1:4318"));
        assert_eq!((config.traces.service_name.as_str(), config.drain.as_secs()), ("desk", 5));
        let model = turns.model;
        let anthropic = model.anthropic.unwrap();
        assert_eq!(anthropic.key, KeyPlace::Given(Secret::new("sk-test")));
        assert_eq!((anthropic.base_url.as_str(), model.max_tokens), ("http://127.0.0.1:1", 100));
        assert_eq!((model.web_search, model.prompt_caching), (None, false));
        let bedrock = model.bedrock.unwrap();
        assert_eq!(
            (bedrock.region.as_str(), bedrock.endpoint_url.as_deref()),
            ("us-east-1", Some("http://127.0.0.1:2"))
        );
        let key = config.settings.iter().find(|one| one.name == "ANTHROPIC_API_KEY").unwrap();
        assert_eq!(key.value, "(hidden)");
    }

    #[test]
    fn a_flag_stands_above_the_environment() {
        let flags =
            ServeFlags { listen: Some("127.0.0.1:1234".parse().unwrap()), ..ServeFlags::default() };
        let config = read(&[("PRF_LISTEN", "127.0.0.1:9000")], &flags).unwrap();
        assert_eq!(config.listen.port(), 1234);
        assert_eq!(config.settings[0].source, Source::Flag);
    }

    #[test]
    fn what_cannot_be_used_stops_the_start() {
        assert_eq!(
            refused(&[("PRF_LISTN", "x")]),
            "unknown setting PRF_LISTN (see `prf config` for all names)"
        );
        assert_eq!(
            refused(&[("PRF_MAX_TEXT_CHARS", "many")]),
            "setting PRF_MAX_TEXT_CHARS is \"many\", but must be a whole number"
        );
        assert_eq!(
            refused(&[("PRF_LISTEN", "0.0.0.0:80")]),
            "auth none is only for a loopback address, but 0.0.0.0:80 can be reached from outside"
        );
        assert_eq!(
            refused(&[("PRF_AUTH", "open")]),
            "setting PRF_AUTH is \"open\", but must be none, local or oidc"
        );
        assert_eq!(
            refused(&[("USE_ANTHROPIC_API", "yes")]),
            "setting USE_ANTHROPIC_API is \"yes\", but must be true or false"
        );
    }
}
