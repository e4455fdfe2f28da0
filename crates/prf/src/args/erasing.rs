//! Flags of `erase`.

use clap::Args;

use super::StoreFlags;

/// What is to be erased; without --yes it is only said what would be.
#[derive(Debug, Args)]
pub(crate) struct EraseFlags {
    /// Everything of this person; with --conversation, whose it is.
    #[arg(long, value_name = "NAME", required_unless_present_any = ["conversation", "older_than"])]
    pub(crate) user: Option<String>,
    /// One article.
    #[arg(long, value_name = "ID", conflicts_with = "older_than")]
    pub(crate) conversation: Option<String>,
    /// Every article that nobody has touched for so many days.
    #[arg(long, value_name = "DAYS", conflicts_with = "user")]
    pub(crate) older_than: Option<u32>,
    /// The person's own dictionary too.
    #[arg(long, requires = "user", conflicts_with_all = ["conversation", "older_than"])]
    pub(crate) dictionary: bool,
    /// Erase, and print the receipt.
    #[arg(long)]
    pub(crate) yes: bool,
    /// From where.
    #[command(flatten)]
    pub(crate) store: StoreFlags,
}
