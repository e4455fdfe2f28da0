//! `prf extract`: the text of one file, read under the limits of a reader; `prf serve` runs it for every
//! file somebody opens.

use std::io::Read;
use std::process::ExitCode;

use anyhow::Context;

use super::print;
use crate::args::{ExtractFlags, Format};
use crate::extractor::{answer, confine};

pub(crate) fn run(flags: &ExtractFlags) -> anyhow::Result<ExitCode> {
    // The file is opened before nothing can be opened any more.
    let input: Box<dyn Read> = if flags.file.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let file = std::fs::File::open(&flags.file);
        Box::new(file.with_context(|| format!("could not read {}", flags.file.display()))?)
    };
    confine().context("could not limit what reading a file may take")?;
    let mut bytes = Vec::new();
    input.take(api::files::FILE_LIMIT_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let read = api::files::read(&bytes);
    if flags.format == Format::Json {
        print(&(answer(read)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let extracted = read.map_err(|error| {
        let code = error.code();
        anyhow::Error::new(error).context(format!("could not read the text ({code})"))
    })?;
    for warning in &extracted.warnings {
        eprintln!("warning: {}", warning.code());
    }
    print(&format!("{}\n", extracted.text.as_str()))?;
    Ok(ExitCode::SUCCESS)
}
