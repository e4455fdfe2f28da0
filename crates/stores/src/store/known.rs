//! Prompts and files as they were last read: a turn reads their rows anew, and parses only those that
//! somebody has changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::engine::Engine;
use domain::ports::StoreError;
use domain::prompt::{Prompt, PromptFile};
use domain::text::ArticleText;

use crate::rows::{self, FileRow, PromptRow};
use crate::table::{Range, Reading, Rows, Table};

use super::end_of;

/// What a row says, with the row.
#[derive(Debug)]
pub(super) struct Parsed<T> {
    row: ArticleText,
    pub(super) value: T,
}

/// The files of an engine by their sort keys.
pub(super) type Files = BTreeMap<String, Arc<Parsed<PromptFile>>>;

/// What each engine's rows said last.
#[derive(Debug, Default)]
pub(super) struct Known {
    prompts: Mutex<HashMap<Engine, Arc<Parsed<Prompt>>>>,
    files: Mutex<HashMap<Engine, Arc<Files>>>,
}

impl Known {
    pub(super) fn prompt(&self, engine: Engine) -> Option<Arc<Parsed<Prompt>>> {
        let known = self.prompts.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&engine).map(Arc::clone)
    }

    pub(super) fn keep_prompt(&self, engine: Engine, read: Arc<Parsed<Prompt>>) {
        self.prompts.lock().unwrap_or_else(PoisonError::into_inner).insert(engine, read);
    }

    pub(super) fn files(&self, engine: Engine) -> Arc<Files> {
        let known = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&engine).map(Arc::clone).unwrap_or_default()
    }

    pub(super) fn keep_files(&self, engine: Engine, read: Arc<Files>) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(engine, read);
    }
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
