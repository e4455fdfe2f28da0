//! The settings of the model: which one, how it is asked, and who is asked for it.

use std::time::Duration;

use domain::text::Secret;

use super::reader::{Reader, SettingError, words};
use crate::{Domains, SearchSettings, Timeouts};

/// The model where no other is named.
const DEFAULT_MODEL: &str = "claude-opus-4-5-20251101";

/// Where the SDK's usual chain finds credentials without asking the network.
const CREDENTIAL_NAMES: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Which model answers, and how it is reached.
#[derive(Debug)]
pub struct ModelSettings {
    /// Which model.
    pub id: String,
    /// Tokens of one answer.
    pub max_tokens: u64,
    /// Sent only where the model takes it.
    pub temperature: f64,
    /// How the web may be searched; none where search is off.
    pub web_search: Option<SearchSettings>,
    /// Whether cache breakpoints are set.
    pub prompt_caching: bool,
    /// For so long after an editor's last turn an engine's cached prompt is kept from ending; none
    /// where it may end.
    pub keep_warm: Option<Duration>,
    /// How long each part of an answer may take.
    pub timeouts: Timeouts,
    /// Anthropic, where it is asked.
    pub anthropic: Option<AnthropicAccess>,
    /// Amazon Bedrock, where it is asked; after Anthropic where both are.
    pub bedrock: Option<BedrockAccess>,
}

/// How to reach Anthropic.
#[derive(Debug)]
pub struct AnthropicAccess {
    /// Where the key is.
    pub key: KeyPlace,
    /// Where the API is.
    pub base_url: String,
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// Here.
    Given(Secret),
    /// In a secret store, under that name.
    Stored(String),
}

/// How to reach Amazon Bedrock; credentials come by the SDK's usual chain.
#[derive(Debug)]
pub struct BedrockAccess {
    /// Where the models are.
    pub region: String,
    /// Address in place of the region's own.
    pub endpoint_url: Option<String>,
    /// Whether its keys stand in the environment, so that nobody has to look for them.
    pub has_keys: bool,
}

impl ModelSettings {
    /// Whether anybody is asked.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.anthropic.is_some() || self.bedrock.is_some()
    }

    /// Reads the settings; the name of a stored key is read where `has_secrets`.
    ///
    /// # Errors
    ///
    /// A value of the wrong kind, or two that exclude each other.
    pub fn read(reader: &mut Reader, has_secrets: bool) -> Result<Self, SettingError> {
        let id = reader.text("ANTHROPIC_MODEL_ID", DEFAULT_MODEL, None);
        let max_tokens = reader.positive("ANTHROPIC_MAX_TOKENS", "4096")?;
        let temperature = reader.text("ANTHROPIC_TEMPERATURE", "0.7", None);
        let is_temperature = |value: &f64| (0.0..=1.0).contains(value);
        let temperature = temperature.parse().ok().filter(is_temperature).ok_or_else(|| {
            let expected = "a number from 0 to 1";
            SettingError::Bad { name: "ANTHROPIC_TEMPERATURE", value: temperature, expected }
        })?;
        let web_search = web_search(reader)?;
        let prompt_caching = reader.switch("ENABLE_PROMPT_CACHING", "true")?;
        let keep_warm_hours: u32 = reader.number("PRF_KEEP_WARM_HOURS", "1")?;
        let keep_warm = Duration::from_secs(u64::from(keep_warm_hours) * 60 * 60);
        let timeouts = Timeouts {
            first_token: seconds(reader, "PRF_FIRST_TOKEN_TIMEOUT_SECONDS", "60")?,
            idle: seconds(reader, "PRF_IDLE_TIMEOUT_SECONDS", "45")?,
            total: seconds(reader, "PRF_TOTAL_TIMEOUT_SECONDS", "280")?,
        };
        let (anthropic, bedrock) = access(reader, has_secrets)?;
        Ok(Self {
            id,
            max_tokens,
            temperature,
            web_search,
            prompt_caching,
            keep_warm: (prompt_caching && !keep_warm.is_zero()).then_some(keep_warm),
            timeouts,
            anthropic,
            bedrock,
        })
    }
}

fn seconds(
    reader: &mut Reader,
    name: &'static str,
    default: &str,
) -> Result<Duration, SettingError> {
    reader.positive(name, default).map(Duration::from_secs)
}

fn web_search(reader: &mut Reader) -> Result<Option<SearchSettings>, SettingError> {
    let is_on = reader.switch("ENABLE_NATIVE_WEB_SEARCH", "true")?;
    let max_uses = reader.number("WEB_SEARCH_MAX_USES", "5")?;
    let allowed = domains(reader, "WEB_SEARCH_ALLOWED_DOMAINS")?;
    let blocked = domains(reader, "WEB_SEARCH_BLOCKED_DOMAINS")?;
    let domains = match (allowed.is_empty(), blocked.is_empty()) {
        (true, true) => Domains::All,
        (false, true) => Domains::Allowed(allowed),
        (true, false) => Domains::Blocked(blocked),
        (false, false) => {
            let names = ["WEB_SEARCH_ALLOWED_DOMAINS", "WEB_SEARCH_BLOCKED_DOMAINS"];
            return Err(SettingError::Exclusive(names));
        }
    };
    Ok((is_on && max_uses > 0).then_some(SearchSettings { max_uses, domains }))
}

fn domains(reader: &mut Reader, name: &'static str) -> Result<Vec<String>, SettingError> {
    let value = reader.text(name, "", None);
    let domains = words(&value);
    if domains.iter().any(|domain| domain.contains("://") || domain.contains(' ')) {
        let expected = "domains like bok.or.kr, separated by commas";
        return Err(SettingError::Bad { name, value, expected });
    }
    Ok(domains)
}

/// Who is asked. Bedrock stands behind Anthropic; alone it is asked when it is named, or when the
/// machine promises credentials for it.
fn access(
    reader: &mut Reader,
    has_secrets: bool,
) -> Result<(Option<AnthropicAccess>, Option<BedrockAccess>), SettingError> {
    let uses_anthropic = reader.switch("USE_ANTHROPIC_API", "true")?;
    let provider = reader.text("AI_PROVIDER", "anthropic_api", None);
    if !["anthropic_api", "bedrock", "none"].contains(&provider.as_str()) {
        let expected = "anthropic_api, bedrock or none";
        return Err(SettingError::Bad { name: "AI_PROVIDER", value: provider, expected });
    }
    let falls_back = reader.switch("FALLBACK_TO_BEDROCK", "true")?;
    let given = reader.secret("ANTHROPIC_API_KEY").map(KeyPlace::Given);
    let stored = if has_secrets { reader.optional("ANTHROPIC_SECRET_NAME") } else { None };
    let base_url = reader.text("ANTHROPIC_BASE_URL", "https://api.anthropic.com", None);
    let aws_region = reader.text("AWS_REGION", "us-east-1", None);
    let region = reader.text("PRF_BEDROCK_REGION", &aws_region, None);
    let endpoint_url = reader.optional("AWS_ENDPOINT_URL_BEDROCK_RUNTIME");
    let is_wanted = uses_anthropic && provider == "anthropic_api";
    // A key that stands here is for this machine alone.
    let anthropic = given.or(stored.map(KeyPlace::Stored)).filter(|_| is_wanted);
    let is_promised = reader.holds_any(&CREDENTIAL_NAMES);
    let has_keys = reader.holds_all(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    let asks_bedrock = match provider.as_str() {
        "bedrock" => true,
        "none" => false,
        _ => falls_back && (anthropic.is_some() || is_promised),
    };
    Ok((
        anthropic.map(|key| AnthropicAccess { key, base_url }),
        asks_bedrock.then_some(BedrockAccess { region, endpoint_url, has_keys }),
    ))
}

#[cfg(test)]
mod tests {
    use super::{KeyPlace, ModelSettings};
    use crate::Domains;
    use crate::setup::reader::Reader;
    use domain::text::Secret;
    use std::time::Duration;

    fn read(environment: &[(&str, &str)]) -> Result<ModelSettings, String> {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        ModelSettings::read(&mut Reader::new(environment), true).map_err(|error| error.to_string())
    }

    const KEY: (&str, &str) = ("ANTHROPIC_API_KEY", "k");
    const AWS: (&str, &str) = ("AWS_PROFILE", "desk");

    fn check_access(environment: &[(&str, &str)], anthropic: bool, bedrock: bool) {
        let settings = read(environment).unwrap();
        let asked = (settings.anthropic.is_some(), settings.bedrock.is_some());
        assert_eq!(asked, (anthropic, bedrock), "{environment:?}");
        assert_eq!(settings.is_configured(), anthropic || bedrock);
    }

    #[test]
    fn who_is_asked_follows_from_keys_and_switches() {
        check_access(&[], false, false);
        check_access(&[KEY], true, true);
        check_access(&[AWS], false, true);
        check_access(&[KEY, ("FALLBACK_TO_BEDROCK", "false")], true, false);
        check_access(&[AWS, ("FALLBACK_TO_BEDROCK", "false")], false, false);
        check_access(&[KEY, ("USE_ANTHROPIC_API", "false")], false, false);
        check_access(&[KEY, AWS, ("USE_ANTHROPIC_API", "false")], false, true);
        check_access(&[KEY, ("AI_PROVIDER", "bedrock")], false, true);
        check_access(&[KEY, AWS, ("AI_PROVIDER", "none")], false, false);
    }

    #[test]
    fn a_key_stands_here_or_in_a_secret_store() {
        let key = |environment: &[(&str, &str)]| read(environment).unwrap().anthropic.unwrap().key;
        let secret = ("ANTHROPIC_SECRET_NAME", "proof-v1");
        assert_eq!(key(&[secret]), KeyPlace::Stored("proof-v1".into()));
        assert_eq!(key(&[secret, KEY]), KeyPlace::Given(Secret::new("k")));
        check_access(&[secret, ("USE_ANTHROPIC_API", "false")], false, false);
        let environment = [("ANTHROPIC_SECRET_NAME".to_owned(), "proof-v1".to_owned())];
        let without_store = ModelSettings::read(&mut Reader::new(environment), false).unwrap();
        assert!(without_store.anthropic.is_none());
    }

    #[test]
    fn regions_follow_each_other() {
        let region = |environment: &[(&str, &str)]| {
            read(&[&[KEY], environment].concat()).unwrap().bedrock.unwrap().region
        };
        assert_eq!(region(&[]), "us-east-1");
        assert_eq!(region(&[("AWS_REGION", "ap-northeast-2")]), "ap-northeast-2");
        let both = [("AWS_REGION", "ap-northeast-2"), ("PRF_BEDROCK_REGION", "us-west-2")];
        assert_eq!(region(&both), "us-west-2");
    }

    #[test]
    fn searches_are_limited_to_domains_or_kept_from_them() {
        let search = |more: &[(&str, &str)]| read(more).unwrap().web_search;
        assert_eq!(search(&[]).map(|one| (one.max_uses, one.domains)), Some((5, Domains::All)));
        assert_eq!(search(&[("ENABLE_NATIVE_WEB_SEARCH", "false")]), None);
        assert_eq!(search(&[("WEB_SEARCH_MAX_USES", "0")]), None);
        let allowed = ("WEB_SEARCH_ALLOWED_DOMAINS", "bok.or.kr, kostat.go.kr");
        let both = vec!["bok.or.kr".to_owned(), "kostat.go.kr".to_owned()];
        assert_eq!(search(&[allowed]).unwrap().domains, Domains::Allowed(both));
        let blocked = ("WEB_SEARCH_BLOCKED_DOMAINS", "a.example");
        assert_eq!(search(&[blocked]).unwrap().domains, Domains::Blocked(vec!["a.example".into()]));
        assert_eq!(
            read(&[allowed, blocked]).unwrap_err(),
            "settings WEB_SEARCH_ALLOWED_DOMAINS and WEB_SEARCH_BLOCKED_DOMAINS exclude each other"
        );
    }

    #[test]
    fn what_cannot_be_used_stops_the_start() {
        for (name, value, expected) in [
            ("ANTHROPIC_TEMPERATURE", "1.5", "a number from 0 to 1"),
            ("ANTHROPIC_TEMPERATURE", "NaN", "a number from 0 to 1"),
            ("ANTHROPIC_MAX_TOKENS", "0", "a whole number above 0"),
            ("PRF_IDLE_TIMEOUT_SECONDS", "0", "a whole number above 0"),
            ("PRF_TOTAL_TIMEOUT_SECONDS", "soon", "a whole number above 0"),
            ("AI_PROVIDER", "openai", "anthropic_api, bedrock or none"),
            ("FALLBACK_TO_BEDROCK", "1", "true or false"),
            (
                "WEB_SEARCH_BLOCKED_DOMAINS",
                "https://a.example",
                "domains like bok.or.kr, separated by commas",
            ),
        ] {
            let message = format!("setting {name} is {value:?}, but must be {expected}");
            assert_eq!(read(&[(name, value)]).unwrap_err(), message);
        }
        let timeouts = read(&[("PRF_FIRST_TOKEN_TIMEOUT_SECONDS", "7")]).unwrap().timeouts;
        assert_eq!(timeouts.first_token, Duration::from_secs(7));
        let kept_warm = |value| read(&[("PRF_KEEP_WARM_HOURS", value)]).unwrap().keep_warm;
        assert_eq!(kept_warm("4"), Some(Duration::from_secs(4 * 60 * 60)));
        assert_eq!(kept_warm("0"), None);
    }
}
