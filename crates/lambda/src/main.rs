//! `bootstrap`: the one program of all six functions.

use std::process::ExitCode;

/// A read of a conversation takes 640 small pieces of memory and gives them back: glibc's allocator needs a
/// tenth of its time for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match lambda::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
