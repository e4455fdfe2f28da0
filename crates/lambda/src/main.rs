//! `bootstrap`: the one program of all six functions.

use std::process::ExitCode;

fn main() -> ExitCode {
    match lambda::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
