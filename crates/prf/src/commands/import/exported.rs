//! Taking in what `prf export store` wrote.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use futures::stream;
use stores::transfer::{Header, Importer, Reader};
use stores::{Bulk, Row, Store};

use super::report::{Report, print_differences};
use crate::commands::{found, print};

type Rows = Reader<BufReader<File>>;

pub(super) async fn take<B: Bulk>(
    store: &Store<B>,
    file: &Path,
    is_dry_run: bool,
) -> anyhow::Result<ExitCode> {
    let (header, rows) = open(file)?;
    print(&format!("{} of {} by prf {}\n", file.display(), header.at.rfc3339(), header.program))?;
    let before = store.counts().await?;
    // The whole file is read and proven before the first row of it is written.
    let seen = Importer::look(store).take_all(stream::iter(in_file(rows, file))).await?;
    let may_write = !is_dry_run;
    let again = Importer::again(store, &seen, may_write);
    let taken = again.take_all(stream::iter(in_file(open(file)?.1, file))).await?;
    print_differences(&taken.different)?;
    let after = if is_dry_run { None } else { Some(store.counts().await?) };
    print(&Report { tallies: &taken.tallies, before: &before, after: after.as_ref() }.text())?;
    Ok(found(!taken.different.is_empty()))
}

fn open(file: &Path) -> anyhow::Result<(Header, Rows)> {
    let name = || file.display().to_string();
    let input = File::open(file).with_context(name)?;
    Reader::open(BufReader::new(input)).with_context(name)
}

fn in_file(rows: Rows, file: &Path) -> impl Iterator<Item = anyhow::Result<Row>> {
    rows.map(|row| row.with_context(|| file.display().to_string()))
}
