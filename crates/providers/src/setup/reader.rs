//! Reads settings by name and remembers where each value comes from; whoever runs hands in the
//! environment.

use std::collections::BTreeMap;
use std::str::FromStr;

use domain::text::Secret;

/// One setting as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its value; secrets are hidden.
    pub value: String,
    /// Where the value comes from.
    pub source: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl Source {
    /// As `prf config` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Environment => "environment",
            Self::Flag => "flag",
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum SettingError {
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
}

/// Reads settings one by one and remembers each.
#[derive(Debug)]
pub struct Reader {
    environment: BTreeMap<String, String>,
    read: Vec<Setting>,
}

impl Reader {
    /// A reader of that environment.
    pub fn new(environment: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { environment: environment.into_iter().collect(), read: Vec::new() }
    }

    /// Every setting that was read, in order.
    #[must_use]
    pub fn into_settings(self) -> Vec<Setting> {
        self.read
    }

    /// The flag, or the variable, or the default.
    pub fn text(&mut self, name: &'static str, default: &str, flag: Option<String>) -> String {
        let (value, source) = match (flag, self.environment.get(name)) {
            (Some(value), _) => (value, Source::Flag),
            (None, Some(value)) => (value.clone(), Source::Environment),
            (None, None) => (default.to_owned(), Source::Default),
        };
        self.read.push(Setting { name, value: value.clone(), source });
        value
    }

    /// The same as a value of another type; `expected` says which.
    ///
    /// # Errors
    ///
    /// [`SettingError::Bad`].
    pub fn parsed<T: FromStr>(
        &mut self,
        name: &'static str,
        default: &str,
        flag: Option<String>,
        expected: &'static str,
    ) -> Result<T, SettingError> {
        let value = self.text(name, default, flag);
        value.parse().map_err(|_| SettingError::Bad { name, value, expected })
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`SettingError::Bad`].
    pub fn number<T: FromStr>(
        &mut self,
        name: &'static str,
        default: &str,
    ) -> Result<T, SettingError> {
        self.parsed(name, default, None, "a whole number")
    }

    /// A whole number above 0.
    ///
    /// # Errors
    ///
    /// [`SettingError::Bad`].
    pub fn positive(&mut self, name: &'static str, default: &str) -> Result<u64, SettingError> {
        let value = self.text(name, default, None);
        let expected = "a whole number above 0";
        let number = value.parse().ok().filter(|number| *number > 0);
        number.ok_or(SettingError::Bad { name, value, expected })
    }

    /// `true` or `false`.
    ///
    /// # Errors
    ///
    /// [`SettingError::Bad`].
    pub fn switch(&mut self, name: &'static str, default: &str) -> Result<bool, SettingError> {
        self.parsed(name, default, None, "true or false")
    }

    /// A value that may be missing; an empty one is none.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        let value = self.text(name, "", None);
        (!value.is_empty()).then_some(value)
    }

    /// The same for what a list of settings must not print.
    pub fn secret(&mut self, name: &'static str) -> Option<Secret> {
        let value = self.optional(name)?;
        self.show_last_as("(hidden)");
        Some(Secret::new(value))
    }

    /// What the list of settings prints for the last one read.
    pub fn show_last_as(&mut self, shown: &str) {
        if let Some(setting) = self.read.last_mut() {
            shown.clone_into(&mut setting.value);
        }
    }

    /// Whether one of these, which are not ours to read, is set.
    #[must_use]
    pub fn holds_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.holds(name))
    }

    /// Whether all of these, which are not ours to read, are set.
    #[must_use]
    pub fn holds_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.holds(name))
    }

    fn holds(&self, name: &str) -> bool {
        self.environment.get(name).is_some_and(|value| !value.is_empty())
    }

    /// To be called when everything is read.
    ///
    /// # Errors
    ///
    /// [`SettingError::Unknown`] for a `PRF_` name that nobody has read.
    pub fn refuse_unknown(&self) -> Result<(), SettingError> {
        let is_read = |name: &str| self.read.iter().any(|setting| setting.name == name);
        match self.environment.keys().find(|name| name.starts_with("PRF_") && !is_read(name)) {
            Some(name) => Err(SettingError::Unknown(name.clone())),
            None => Ok(()),
        }
    }
}

/// The words of a list separated by commas.
#[must_use]
pub fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
