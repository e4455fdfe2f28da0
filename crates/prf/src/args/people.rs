//! Flags of the commands about people: accounts, and the audit log of what they did.

use clap::{Args, Subcommand};

use super::DataFlags;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account; the password is asked for, or read as one line from standard input.
    Add(UserAddFlags),
    /// List every account.
    List(DataFlags),
    /// Let nobody in under that name, at once.
    Disable(UserFlags),
    /// Let the account in again.
    Enable(UserFlags),
    /// Set a new password, asked for or read as for add; every session of the account ends.
    Passwd(UserFlags),
    /// Set role or desk; they count from the next request on.
    Role(UserRoleFlags),
}

/// Which account.
#[derive(Debug, Args)]
pub(crate) struct UserFlags {
    /// Its name.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Where the database is.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}

/// Names of the roles.
const ROLES: [&str; 3] = ["user", "desk", "admin"];

/// Flags of `user add`.
#[derive(Debug, Args)]
pub(crate) struct UserAddFlags {
    /// What the person may do.
    #[arg(long, value_name = "ROLE", default_value = "user", value_parser = ROLES)]
    pub(crate) role: String,
    /// The desk whose dictionaries and quotas are the person's too.
    #[arg(long, value_name = "DESK")]
    pub(crate) desk: Option<String>,
    /// Which account.
    #[command(flatten)]
    pub(crate) user: UserFlags,
}

/// Flags of `user role`.
#[derive(Debug, Args)]
pub(crate) struct UserRoleFlags {
    /// Which account.
    #[command(flatten)]
    pub(crate) user: UserFlags,
    /// What the person may do.
    #[arg(value_name = "ROLE", value_parser = ROLES)]
    pub(crate) role: Option<String>,
    /// The person's desk.
    #[arg(long, value_name = "DESK", conflicts_with = "no_desk")]
    pub(crate) desk: Option<String>,
    /// The person has no desk any more.
    #[arg(long)]
    pub(crate) no_desk: bool,
}

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Prove that no entry is changed or gone; exit code 1 when one is.
    Verify(AuditVerifyFlags),
    /// Write every entry to standard output, one JSON object a line.
    Export(DataFlags),
}

/// Flags of `audit verify`.
#[derive(Debug, Args)]
pub(crate) struct AuditVerifyFlags {
    /// Hash that an earlier verify has printed: the log must still hold that entry. Without it nobody
    /// sees that the whole log was written anew.
    #[arg(long, value_name = "HASH")]
    pub(crate) holds: Option<String>,
    /// Where the database is.
    #[command(flatten)]
    pub(crate) data: DataFlags,
}
