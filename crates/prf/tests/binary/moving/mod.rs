//! Whole stores on the move: export and import, the old service's data, backup and restore.

mod backups;
#[cfg(feature = "aws")]
mod dynamodb;
mod old;
mod stores;
