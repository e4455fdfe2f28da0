//! Prompts, files and quotas as they were last read: a turn reads their rows anew where they may have
//! changed, and parses only those that have.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use domain::engine::Engine;
use domain::ports::StoreError;
use domain::prompt::{Prompt, PromptFile};
use domain::quota::QuotaRow;
use domain::text::ArticleText;

use crate::rows::{self, FileRow, PromptRow};
use crate::table::{Range, Reading, Rows, SettingsMark, Table};

use super::end_of;

/// What a row says, with the row.
#[derive(Debug)]
pub(super) struct Parsed<T> {
    row: ArticleText,
    pub(super) value: T,
}

/// The files of an engine by their sort keys.
pub(super) type Files = BTreeMap<String, Arc<Parsed<PromptFile>>>;

/// What was read last, with the state that settings were in before it was.
#[derive(Debug)]
pub(super) struct Kept<K, T>(Mutex<HashMap<K, (Option<SettingsMark>, T)>>);

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T: Clone> Kept<K, T> {
    /// What was read while settings were in that state; none where that cannot be told.
    pub(super) fn current(&self, key: &K, mark: Option<SettingsMark>) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, read) = kept.get(key)?;
        (mark.is_some() && *read_at == mark).then(|| read.clone())
    }

    /// What was read last, however old.
    pub(super) fn last(&self, key: &K) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).map(|(_, read)| read.clone())
    }

    pub(super) fn keep(&self, key: K, mark: Option<SettingsMark>, read: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (mark, read));
    }
}

/// What the rows of settings said last.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// None where nobody has saved one.
    pub(super) prompts: Kept<Engine, Option<Arc<Parsed<Prompt>>>>,
    pub(super) files: Kept<Engine, Arc<Files>>,
    pub(super) quotas: Kept<(), Arc<[QuotaRow]>>,
}

/// The prompt of an engine; none where nobody has saved one.
pub(super) fn read_prompt(
    rows: &mut dyn Rows,
    engine: Engine,
    known: Option<&Arc<Parsed<Prompt>>>,
) -> Result<Option<Arc<Parsed<Prompt>>>, StoreError> {
    let row = known.map_or("", |known| known.row.as_str());
    Ok(match rows.get_unless(Table::Prompts, engine.name(), "", row)? {
        Reading::Same => known.map(Arc::clone),
        Reading::Nothing => None,
        Reading::New(row) => {
            let value = rows::read::<PromptRow>("prompt", &row)?.prompt(engine)?;
            Some(Arc::new(Parsed { row: ArticleText::new(row), value }))
        }
    })
}

/// The files of an engine.
pub(super) fn read_files(
    rows: &mut dyn Rows,
    engine: Engine,
    known: &Files,
) -> Result<Files, StoreError> {
    let end = end_of("");
    let row_of = |sort: &str| known.get(sort).map(|known| known.row.as_str());
    let range = Range::between("", &end);
    let read = rows.range_unless(Table::Files, engine.name(), range, &row_of)?;
    let mut files = Files::new();
    for (sort, reading) in read {
        let file = match reading {
            Reading::Same => known.get(&sort).map(Arc::clone),
            Reading::Nothing => None,
            Reading::New(row) => {
                let id = sort.replace("%23", "#").replace("%25", "%");
                let value = rows::read::<FileRow>("file", &row)?.file(engine, &id)?;
                Some(Arc::new(Parsed { row: ArticleText::new(row), value }))
            }
        };
        files.extend(file.map(|file| (sort, file)));
    }
    Ok(files)
}
