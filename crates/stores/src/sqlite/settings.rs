//! How often prompts, files and quotas have changed: every turn asks for them, and they are changed by
//! hand. The count lies in the file, so that what another process changes is seen at once.

use rusqlite::Connection;

use crate::table::{SettingsMark, Table, is_setting};

/// The table of the count.
pub(super) const TABLES: &str = "
    CREATE TABLE settings (changes INTEGER NOT NULL);
    INSERT INTO settings VALUES (0);
";

/// Counts a row that is written, in the transaction that writes it.
pub(super) fn touch(
    connection: &Connection,
    table: Table,
    partition: &str,
) -> rusqlite::Result<()> {
    if is_setting(table, partition) {
        connection.prepare_cached("UPDATE settings SET changes = changes + 1")?.execute([])?;
    }
    Ok(())
}

/// The count as it stands.
pub(super) fn mark(connection: &Connection) -> rusqlite::Result<SettingsMark> {
    let mut statement = connection.prepare_cached("SELECT changes FROM settings")?;
    statement.query_row([], |row| row.get(0).map(SettingsMark))
}
