//! Taking in the old service's data: conversations, prompts and files as rows, totals as opening rows
//! of the ledger.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::ExitCode;

use domain::ledger::LedgerEntry;
use domain::ports::LedgerStore;
#[cfg(feature = "aws")]
use domain::ports::StoreError;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use stores::legacy::{self, Found, Old, Openings};
use stores::table::Table;
use stores::transfer::Importer;
use stores::{Bulk, Row, Store};

use super::report::{Report, print_differences};
use crate::commands::{found, print};

/// Where the old items lie.
pub(super) enum Source {
    /// In files.
    Files(Vec<PathBuf>),
    /// In tables of DynamoDB.
    #[cfg(feature = "aws")]
    Tables(Box<dyn Fn() -> BoxStream<'static, Result<Found, StoreError>>>),
}

/// What was read of all items.
#[derive(Default)]
struct Read {
    conversations: u64,
    messages: u64,
    prompts: u64,
    files: u64,
    totals: u64,
    sockets: u64,
    /// Items that were left out.
    refused: u64,
    openings: Openings,
    /// What each item's rows say, by the keys of its first row.
    said: HashMap<(Table, String, String), u64>,
}

/// Whether an earlier item had the same id.
enum Twin {
    None,
    Same,
    Other,
}

pub(super) async fn take<B: Bulk>(
    store: &Store<B>,
    source: &Source,
    is_dry_run: bool,
) -> anyhow::Result<ExitCode> {
    let before = store.counts().await?;
    let mut look = Importer::look(store);
    let read = read(&mut look, source.items(), true).await?;
    let seen = look.finish().await?;
    let mut again = Importer::again(store, &seen, !is_dry_run);
    self::read(&mut again, source.items(), false).await?;
    let taken = again.finish().await?;
    print_differences(&taken.different)?;
    print(&format!(
        "read: {} conversations with {} messages, {} prompts, {} files, {} totals; {} sockets passed \
         over, {} items left out\n",
        read.conversations,
        read.messages,
        read.prompts,
        read.files,
        read.totals,
        read.sockets,
        read.refused
    ))?;
    let (rows, contradictions) = read.openings.rows();
    for one in &contradictions {
        let (user, engine) = (&one.user_id, one.engine.name());
        print(&format!("usage of {user}, {engine}, {}: {}\n", one.period, one.what))?;
    }
    let is_open = open_ledger(store, &rows, is_dry_run).await?;
    let after = if is_dry_run { None } else { Some(store.counts().await?) };
    print(&Report { tallies: &taken.tallies, before: &before, after: after.as_ref() }.text())?;
    let is_whole = taken.different.is_empty() && contradictions.is_empty() && read.refused == 0;
    Ok(found(!is_whole || !is_open))
}

impl Source {
    /// The old tables of that prefix.
    #[cfg(feature = "aws")]
    pub(super) async fn tables(prefix: Option<&str>) -> anyhow::Result<Self> {
        let prefix = anyhow::Context::context(prefix, "--from dynamodb needs --table-prefix")?;
        let prefix = prefix.to_owned();
        let client = stores::dynamodb::client(&crate::aws::account().await);
        Ok(Self::Tables(Box::new(move || stores::dynamodb::old_items(&client, &prefix))))
    }

    #[cfg(not(feature = "aws"))]
    pub(super) async fn tables(_prefix: Option<&str>) -> anyhow::Result<Self> {
        Err(crate::storage::no_dynamodb())
    }

    /// Every item; can be asked for again.
    fn items(&self) -> BoxStream<'static, anyhow::Result<Found>> {
        match self {
            Self::Files(files) => {
                let all = files.clone().into_iter().flat_map(|file| legacy::items(&file));
                stream::iter(all.map(|found| Ok(found?))).boxed()
            }
            #[cfg(feature = "aws")]
            Self::Tables(scan) => scan().map(|found| Ok(found?)).boxed(),
        }
    }
}

/// Reads every item and hands its rows on; says what is left out or not as it was.
async fn read<B: Bulk>(
    importer: &mut Importer<'_, B>,
    items: impl Stream<Item = anyhow::Result<Found>>,
    is_first: bool,
) -> anyhow::Result<Read> {
    let mut items = std::pin::pin!(items);
    let mut read = Read::default();
    let say = |line: String| if is_first { print(&line) } else { Ok(()) };
    while let Some(item) = items.next().await {
        let Found { place, item } = item?;
        let old = match item.as_ref().map(legacy::read) {
            Some(Ok(old)) => old,
            Some(Err(refusal)) => {
                read.refused += 1;
                say(format!("{place}: left out: {refusal}\n"))?;
                continue;
            }
            None => {
                read.refused += 1;
                say(format!("{place}: left out: no JSON\n"))?;
                continue;
            }
        };
        if let Old::Conversation(conversation) = &old {
            let id = &conversation.header.id;
            for (number, remark) in &conversation.remarks {
                let of = if *number == 0 { String::new() } else { format!(", message {number}") };
                say(format!("{place}: conversation {id}{of}: {remark}\n"))?;
            }
        }
        let rows = legacy::rows(&old).await?;
        match read.twin(&rows) {
            Twin::None => {}
            Twin::Same => continue,
            Twin::Other => {
                read.refused += 1;
                say(format!(
                    "{place}: left out: an earlier item has its id and says something else\n"
                ))?;
                continue;
            }
        }
        for row in rows {
            importer.take(row).await?;
        }
        read.count(old);
    }
    Ok(read)
}

impl Read {
    /// Looks for an earlier item with the rows of this one; items without rows have none.
    fn twin(&mut self, rows: &[Row]) -> Twin {
        let Some(first) = rows.first() else { return Twin::None };
        let mut says = DefaultHasher::new();
        rows.iter().for_each(|row| (&row.sort, &row.body).hash(&mut says));
        let says = says.finish();
        match self.said.entry((first.table, first.partition.clone(), first.sort.clone())) {
            Entry::Vacant(free) => {
                free.insert(says);
                Twin::None
            }
            Entry::Occupied(earlier) if *earlier.get() == says => Twin::Same,
            Entry::Occupied(_) => Twin::Other,
        }
    }

    fn count(&mut self, old: Old) {
        match old {
            Old::Conversation(conversation) => {
                self.conversations += 1;
                self.messages += conversation.messages.len() as u64;
            }
            Old::Prompt(_) => self.prompts += 1,
            Old::File(_) => self.files += 1,
            Old::Totals(totals) => {
                self.totals += 1;
                self.openings.add(totals);
            }
            Old::Socket => self.sockets += 1,
        }
    }
}

/// Settles opening rows that are not there yet; false when one is there with other figures.
async fn open_ledger(
    ledger: &dyn LedgerStore,
    rows: &[LedgerEntry],
    is_dry_run: bool,
) -> anyhow::Result<bool> {
    let (mut new, mut same, mut different) = (0, 0, 0);
    for row in rows {
        let day = row.at.seoul_day();
        let there = ledger.entries(&row.user_id, &day, &day).await?;
        let is_own = |one: &&LedgerEntry| one.turn_id == row.turn_id && one.engine == row.engine;
        match there.iter().find(is_own) {
            None => {
                new += 1;
                if !is_dry_run {
                    ledger.settle(row).await?;
                }
            }
            Some(there) if there == row => same += 1,
            Some(_) => {
                different += 1;
                let (user, engine) = (&row.user_id, row.engine.name());
                print(&format!("left, it differs: {} of {user}, {engine}\n", row.turn_id))?;
            }
        }
    }
    print(&format!("opening rows of the ledger: {new} new, {same} same, {different} different\n"))?;
    Ok(different == 0)
}
