//! Taking a whole store from one home to another: the open format of an export
//! (`docs/EXPORT_FORMAT.md`), writing and reading it, and adding its rows to a store.

mod export;
mod format;
mod import;
mod read;
mod unit;

#[cfg(feature = "sqlite")]
pub(crate) use format::{hex as checksum_text, row_line};

pub use export::{ExportError, Exported, Stamp, export};
pub use import::{Importer, RowKey, Taken, Tally};
pub use read::{Header, ReadError, Reader, Reason};
