//! The settings of the binary: the one place that reads the environment.

mod model;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use domain::text::Secret;

use crate::args::ServeFlags;

#[cfg(not(feature = "bedrock"))]
pub(crate) use model::BedrockAccess;
pub(crate) use model::{AnthropicAccess, ModelSettings};

/// Everything the binary can be told, typed.
#[derive(Debug)]
pub(crate) struct Config {
    /// Address and port of the server.
    pub(crate) listen: SocketAddr,
    /// Directory of the database.
    pub(crate) data: PathBuf,
    /// Directory of packs.
    pub(crate) packs: Option<PathBuf>,
    /// Operator's table of models, over the built-in one.
    pub(crate) models: Option<PathBuf>,
    /// Further origins whose pages may call the API.
    pub(crate) origins: Vec<String>,
    /// Characters of one article or message.
    pub(crate) max_text_chars: usize,
    /// Tokens of one user in one month, unless `quotas` say otherwise; none means no limit.
    pub(crate) month_tokens: Option<u64>,
    /// Operator's file of quotas.
    pub(crate) quotas: Option<PathBuf>,
    /// The model, and who is asked for it.
    pub(crate) model: ModelSettings,
    /// What stands in the log, as `tracing` filters.
    pub(crate) log: String,
    /// Where traces go.
    pub(crate) traces: TraceSettings,
    /// For so long after a signal everything still works, but `/readyz` refuses.
    pub(crate) drain: Duration,
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

/// One setting as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value; secrets are hidden.
    pub(crate) value: String,
    /// Where the value comes from.
    pub(crate) source: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Built in.
    Default,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl Source {
    /// As `prf config` prints it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Environment => "environment",
            Self::Flag => "flag",
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// A `PRF_` variable nobody reads.
    #[error("unknown setting {0} (see `prf config` for all names)")]
    Unknown(String),
    /// A value of the wrong kind.
    #[error("setting {name} is {value:?}, but must be {expected}")]
    Bad {
        /// The setting.
        name: &'static str,
        /// The value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Two settings of which only one may be given.
    #[error("settings {} and {} exclude each other", .0[0], .0[1])]
    Exclusive([&'static str; 2]),
    /// No sign-in on an address others can reach.
    #[error("auth none is only for a loopback address, but {0} can be reached from outside")]
    OpenToStrangers(SocketAddr),
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
        let auth = reader.text("PRF_AUTH", "none", flags.auth.clone());
        let packs_flag = flags.packs.as_ref().map(|packs| packs.display().to_string());
        let packs = Some(reader.text("PRF_PACKS", "", packs_flag)).filter(|one| !one.is_empty());
        let models = reader.optional("PRF_MODELS").map(PathBuf::from);
        let origins = reader.text("PRF_ORIGINS", "", None);
        let max_text_chars = reader.number("PRF_MAX_TEXT_CHARS", "200000")?;
        let month_tokens = match reader.number("PRF_MONTH_TOKENS", "0")? {
            0 => None,
            limit => Some(limit),
        };
        let quotas = reader.optional("PRF_QUOTAS").map(PathBuf::from);
        let log = reader.text("PRF_LOG", "info", None);
        let traces = TraceSettings {
            endpoint: reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT"),
            service_name: reader.text("OTEL_SERVICE_NAME", "nx-wt-prf", None),
        };
        let drain = Duration::from_secs(reader.number("PRF_DRAIN_SECONDS", "0")?);
        let model = ModelSettings::read(&mut reader)?;
        reader.refuse_unknown()?;
        check_auth(&auth, listen)?;
        Ok(Self {
            listen,
            data,
            packs: packs.map(PathBuf::from),
            models,
            origins: words(&origins),
            max_text_chars,
            month_tokens,
            quotas,
            model,
            log,
            traces,
            drain,
            settings: reader.read,
        })
    }
}

fn check_auth(auth: &str, listen: SocketAddr) -> Result<(), ConfigError> {
    if auth != "none" {
        let value = auth.to_owned();
        return Err(ConfigError::Bad { name: "PRF_AUTH", value, expected: "none" });
    }
    if !is_loopback(listen.ip()) {
        return Err(ConfigError::OpenToStrangers(listen));
    }
    Ok(())
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Reads settings one by one and remembers each for `prf config`.
struct Reader {
    environment: BTreeMap<String, String>,
    read: Vec<Setting>,
}

impl Reader {
    fn new(environment: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { environment: environment.into_iter().collect(), read: Vec::new() }
    }

    fn text(&mut self, name: &'static str, default: &str, flag: Option<String>) -> String {
        let (value, source) = match (flag, self.environment.get(name)) {
            (Some(value), _) => (value, Source::Flag),
            (None, Some(value)) => (value.clone(), Source::Environment),
            (None, None) => (default.to_owned(), Source::Default),
        };
        self.read.push(Setting { name, value: value.clone(), source });
        value
    }

    fn parsed<T: FromStr>(
        &mut self,
        name: &'static str,
        default: &str,
        flag: Option<String>,
        expected: &'static str,
    ) -> Result<T, ConfigError> {
        let value = self.text(name, default, flag);
        value.parse().map_err(|_| ConfigError::Bad { name, value, expected })
    }

    fn number<T: FromStr>(&mut self, name: &'static str, default: &str) -> Result<T, ConfigError> {
        self.parsed(name, default, None, "a whole number")
    }

    fn positive(&mut self, name: &'static str, default: &str) -> Result<u64, ConfigError> {
        let value = self.text(name, default, None);
        let expected = "a whole number above 0";
        let number = value.parse().ok().filter(|number| *number > 0);
        number.ok_or(ConfigError::Bad { name, value, expected })
    }

    /// Whether one of these, which are not ours to read, is set.
    fn holds_any(&self, names: &[&str]) -> bool {
        let holds =
            |name: &&str| self.environment.get(*name).is_some_and(|value| !value.is_empty());
        names.iter().any(holds)
    }

    fn switch(&mut self, name: &'static str, default: &str) -> Result<bool, ConfigError> {
        self.parsed(name, default, None, "true or false")
    }

    fn optional(&mut self, name: &'static str) -> Option<String> {
        let value = self.text(name, "", None);
        (!value.is_empty()).then_some(value)
    }

    fn secret(&mut self, name: &'static str) -> Option<Secret> {
        let value = self.optional(name)?;
        if let Some(setting) = self.read.last_mut() {
            setting.value = "(hidden)".into();
        }
        Some(Secret::new(value))
    }

    fn refuse_unknown(&self) -> Result<(), ConfigError> {
        let is_read = |name: &str| self.read.iter().any(|setting| setting.name == name);
        match self.environment.keys().find(|name| name.starts_with("PRF_") && !is_read(name)) {
            Some(name) => Err(ConfigError::Unknown(name.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError, Source};
    use crate::args::ServeFlags;

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
        assert!(!config.model.is_configured());
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert!(config.settings.iter().all(|setting| setting.source == Source::Default));
    }

    #[test]
    fn every_value_of_the_environment_is_read() {
        let environment = [
            ("PRF_LISTEN", "[::1]:9000"),
            ("PRF_DATA", "/srv/prf"),
            ("PRF_AUTH", "none"),
            ("PRF_PACKS", "/srv/packs"),
            ("PRF_MODELS", "models.toml"),
            ("PRF_ORIGINS", "https://a.example, https://b.example"),
            ("PRF_MAX_TEXT_CHARS", "5000"),
            ("PRF_MONTH_TOKENS", "100000"),
            ("PRF_QUOTAS", "quotas.toml"),
            ("PRF_LOG", "debug"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
            ("OTEL_SERVICE_NAME", "desk"),
            ("PRF_DRAIN_SECONDS", "5"),
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
        let config = read(&environment, &ServeFlags::default()).unwrap();
        assert!(config.settings.iter().all(|setting| setting.source == Source::Environment));
        assert_eq!(config.settings.len(), environment.len());
        assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
        assert_eq!((config.max_text_chars, config.month_tokens), (5000, Some(100_000)));
        assert_eq!(config.packs, Some("/srv/packs".into()));
        assert_eq!(config.quotas, Some("quotas.toml".into()));
        assert_eq!(config.traces.endpoint.as_deref(), Some("http://127.0.0.1:4318"));
        assert_eq!((config.traces.service_name.as_str(), config.drain.as_secs()), ("desk", 5));
        let model = config.model;
        let anthropic = model.anthropic.unwrap();
        assert_eq!(anthropic.api_key.as_str(), "sk-test");
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
            "setting PRF_AUTH is \"open\", but must be none"
        );
        assert_eq!(
            refused(&[("USE_ANTHROPIC_API", "yes")]),
            "setting USE_ANTHROPIC_API is \"yes\", but must be true or false"
        );
    }
}
