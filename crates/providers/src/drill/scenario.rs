//! Named scripts an operator can rehearse.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::script::{Script, ScriptError};

const SCENARIOS: &str = include_str!("scenarios.toml");

/// A named script.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What happens, and what to look for, in one line.
    pub summary: String,
    /// What is answered.
    #[serde(default)]
    pub script: Script,
}

/// All of them, by name.
///
/// # Errors
///
/// Never, as a test proves.
pub fn all() -> Result<BTreeMap<String, Scenario>, ScriptError> {
    let all: BTreeMap<String, Scenario> =
        toml::from_str(SCENARIOS).map_err(|error| ScriptError::Toml(Box::new(error)))?;
    for scenario in all.values() {
        scenario.script.clone().checked()?;
    }
    Ok(all)
}

/// The one of that name.
///
/// # Errors
///
/// There is none.
pub fn find(name: &str) -> Result<Scenario, ScriptError> {
    all()?.remove(name).ok_or_else(|| ScriptError::UnknownScenario(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{all, find};

    #[test]
    fn every_scenario_can_be_played_and_fits_a_line() {
        let names: Vec<_> = all().unwrap().into_keys().collect();
        let expected = [
            "all-down",
            "bad-key",
            "cut-mid-answer",
            "garbage",
            "model-retired",
            "no-credit",
            "overloaded",
            "pause",
            "rate-limited",
            "search-off",
            "slow",
            "stall",
        ];
        assert_eq!(names, expected);
        for (name, scenario) in all().unwrap() {
            assert!(scenario.summary.len() <= 100 && !scenario.summary.contains('\n'), "{name}");
        }
        assert_eq!(find("storm").unwrap_err().to_string(), "there is no scenario \"storm\"");
    }
}
