//! What each command does, one file a command.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod drill;
pub(crate) mod erase;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod import;
pub(crate) mod ledger;
pub(crate) mod lsp;
pub(crate) mod models;
pub(crate) mod openapi;
pub(crate) mod proofread;
pub(crate) mod rules;
pub(crate) mod serve;
pub(crate) mod user;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::{DataFlags, ServeFlags};
use crate::config::{Config, ConfigError};

/// Exit code 1: something was found.
const FOUND: u8 = 1;

/// 0 when nothing was found, 1 when something was.
fn found(is_any: bool) -> ExitCode {
    if is_any { ExitCode::from(FOUND) } else { ExitCode::SUCCESS }
}

/// The settings of a command that only needs the database.
pub(crate) fn config_for(flags: &DataFlags) -> Result<Config, ConfigError> {
    let flags = ServeFlags { data: flags.data.clone(), ..ServeFlags::default() };
    Config::read(std::env::vars(), &flags)
}

/// The first text to write instead as a line shows it.
fn shown_fix(replacements: &[String]) -> &str {
    match replacements.first().map(String::as_str) {
        None => "(확인 필요)",
        Some("") => "(삭제)",
        Some(first) => first,
    }
}

/// Writes to standard output; a reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::shown_fix;

    #[test]
    fn a_deletion_and_a_doubt_are_said() {
        let all = [vec![], vec![String::new()], vec!["며칠".to_owned(), "몇 일".to_owned()]];
        assert_eq!(all.each_ref().map(|one| shown_fix(one)), ["(확인 필요)", "(삭제)", "며칠"]);
    }
}
