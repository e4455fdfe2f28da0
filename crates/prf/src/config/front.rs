//! How the door of the server is set: TLS, and what clients may keep it waiting for.

use std::path::PathBuf;
use std::time::Duration;

use providers::setup::reader::{Reader, SettingError};

use super::ConfigError;
use crate::args::ServeFlags;
use crate::front::{AddressLimits, FrontLimits, TlsFiles};

/// Connections of one address: a newsroom of some hundred people behind one, each with a socket and the
/// six connections a browser opens besides.
const OF_ADDRESS: u64 = 5000;

/// A machine that gives no sign of life for so long is gone: its socket's turns go on, its place is free,
/// and four lost packets in a row on a bad line end nothing yet.
const GONE: Duration = Duration::from_secs(120);

/// Everything about the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrontSettings {
    /// Where TLS ends in the server itself.
    pub(crate) tls: Option<TlsFiles>,
    /// What clients may keep the server waiting for.
    pub(crate) limits: FrontLimits,
}

impl FrontSettings {
    /// Reads the settings.
    pub(super) fn read(reader: &mut Reader, flags: &ServeFlags) -> Result<Self, ConfigError> {
        let path = |flag: &Option<PathBuf>| flag.as_ref().map(|path| path.display().to_string());
        let certificate = reader.text("PRF_TLS_CERT", "", path(&flags.tls_cert));
        let key = reader.text("PRF_TLS_KEY", "", path(&flags.tls_key));
        let tls = match (certificate.is_empty(), key.is_empty()) {
            (true, true) => None,
            (false, false) => Some(TlsFiles { certificate: certificate.into(), key: key.into() }),
            (true, false) => return Err(ConfigError::Missing("PRF_TLS_CERT")),
            (false, true) => return Err(ConfigError::Missing("PRF_TLS_KEY")),
        };
        let limits = FrontLimits {
            head: seconds(reader, "PRF_HEAD_TIMEOUT_SECONDS", "30")?,
            body: seconds(reader, "PRF_BODY_TIMEOUT_SECONDS", "60")?,
            write: seconds(reader, "PRF_WRITE_TIMEOUT_SECONDS", "30")?,
            gone: GONE,
            connections: connections(reader)?,
            addresses: of_address(reader)?,
        };
        Ok(Self { tls, limits })
    }
}

fn seconds(
    reader: &mut Reader,
    name: &'static str,
    default: &str,
) -> Result<Duration, SettingError> {
    reader.positive(name, default).map(Duration::from_secs)
}

fn connections(reader: &mut Reader) -> Result<usize, SettingError> {
    let count = reader.positive("PRF_MAX_CONNECTIONS", "20000")?;
    // No machine has as many; a semaphore holds an eighth of all numbers.
    Ok(usize::try_from(count).unwrap_or(usize::MAX).min(usize::MAX >> 3))
}

/// What is set counts for every address; where nothing is, loopback, where proxies are, has no limit.
fn of_address(reader: &mut Reader) -> Result<AddressLimits, SettingError> {
    let set: u64 = reader.number("PRF_MAX_CONNECTIONS_PER_ADDRESS", "0")?;
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(match set {
        0 => AddressLimits { network: size(OF_ADDRESS), loopback: usize::MAX },
        set => AddressLimits { network: size(set), loopback: size(set) },
    })
}

#[cfg(test)]
mod tests {
    use super::of_address;
    use crate::front::AddressLimits;
    use providers::setup::reader::Reader;

    #[test]
    fn what_is_set_counts_for_every_address() {
        for (set, expected) in [
            ("0", AddressLimits { network: 5000, loopback: usize::MAX }),
            ("7", AddressLimits { network: 7, loopback: 7 }),
        ] {
            let name = "PRF_MAX_CONNECTIONS_PER_ADDRESS";
            let read = of_address(&mut Reader::new([(name.to_owned(), set.to_owned())]));
            assert_eq!(read.ok(), Some(expected), "{set}");
        }
    }
}
