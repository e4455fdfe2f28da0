//! Where a row lies in DynamoDB: keys as they are stored, which rows carry the indexes' attributes,
//! and which seal watches over a partition.

use std::borrow::Cow;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use sha2::{Digest, Sha256};

use super::attribute::Item;
use crate::table::Table;

/// DynamoDB takes no empty key. No other key part is written so: `%` alone is always `%25`.
const EMPTY: &str = "%00";
/// A key may have so many bytes; DynamoDB takes 1,024 in a sort key, and parts add some.
const LONGEST_BYTES: usize = 960;
/// So many bytes of a longer one are kept.
const KEPT_BYTES: usize = 800;
/// The sort key of a seal.
const SEAL: &str = "##seal";
/// The end of the partition of a user's reservations, where the seal of the user's ledger lies.
const RESERVED: &str = "##reserved";
/// The end of the partitions of counted decisions.
const ACCEPTANCE: &str = "##acceptance";

/// Where a row lies, as the ports name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) table: Table,
    pub(super) partition: String,
    pub(super) sort: String,
}

impl Key {
    pub(super) fn new(table: Table, partition: &str, sort: &str) -> Self {
        Self { table, partition: short(partition), sort: short(sort) }
    }

    /// The row that changes with every row of this one's partition, where there is one.
    ///
    /// Month totals, day totals, ledger rows and reservations of a user share one seal: what a
    /// turn may still use is a sum over ranges of them.
    pub(super) fn seal(&self) -> Option<Self> {
        let user = match self.table {
            // Counted decisions are no part of what a turn may use.
            Table::UsageTracking if self.partition.ends_with(ACCEPTANCE) => return None,
            Table::Usage => &self.partition,
            Table::UsageTracking => {
                self.partition.strip_suffix(RESERVED).unwrap_or(&self.partition)
            }
            Table::Conversations | Table::Prompts | Table::Files | Table::Connections => {
                return None;
            }
        };
        Some(Self::new(Table::UsageTracking, &format!("{user}{RESERVED}"), SEAL))
    }

    pub(super) fn is_seal(&self) -> bool {
        self.table == Table::UsageTracking && self.sort == SEAL
    }

    /// Whether the row's fields are attributes of the item. Among conversations only headers are,
    /// so that nothing else gets into their indexes.
    pub(super) fn is_spread(&self) -> bool {
        self.table != Table::Conversations || !self.partition.contains('#')
    }

    /// Whether the body is an id and not JSON, whatever it looks like.
    pub(super) fn holds_id(&self) -> bool {
        self.table == Table::Conversations
            && (self.partition.ends_with("##list")
                || self.partition == "##open"
                || self.sort == "t#open")
    }

    /// A part of the body that was written in that revision.
    pub(super) fn part(&self, revision: &str, number: usize) -> Self {
        let suffix = format!("#p{revision}#{number:06}");
        let mut part = self.clone();
        match has_sort_key(self.table) {
            true => part.sort.push_str(&suffix),
            false => part.partition.push_str(&suffix),
        }
        part
    }

    /// The key's attributes.
    pub(super) fn item(&self) -> Item {
        let mut item = Item::from([(
            self.table.partition_key().to_owned(),
            AttributeValue::S(stored(&self.partition).into_owned()),
        )]);
        if has_sort_key(self.table) {
            let sort = AttributeValue::S(stored(&self.sort).into_owned());
            item.insert(self.table.sort_key().to_owned(), sort);
        }
        item
    }

    /// The key of an item of that table; none when it lacks one.
    pub(super) fn of(table: Table, item: &Item) -> Option<Self> {
        let text = |name| item.get(name)?.as_s().ok().map(|text| read(text));
        let partition = text(table.partition_key())?;
        let sort = if has_sort_key(table) { text(table.sort_key())? } else { String::new() };
        Some(Self { table, partition, sort })
    }
}

/// Whether items of that table have a sort key.
pub(super) fn has_sort_key(table: Table) -> bool {
    match table {
        Table::Prompts | Table::Connections => false,
        Table::Conversations | Table::Files | Table::Usage | Table::UsageTracking => true,
    }
}

/// A key as DynamoDB takes it.
pub(super) fn stored(key: &str) -> Cow<'_, str> {
    Cow::Borrowed(if key.is_empty() { EMPTY } else { key })
}

/// A key of a length DynamoDB takes: what is longer keeps its beginning and is told apart by its
/// digest.
pub(super) fn short(key: &str) -> String {
    if key.len() <= LONGEST_BYTES {
        return key.to_owned();
    }
    let (beginning, _) = key.split_at(key.floor_char_boundary(KEPT_BYTES));
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().fold(format!("{beginning}%~"), |mut short, byte| {
        // Writing to a string cannot fail.
        let _ = write!(short, "{byte:02x}");
        short
    })
}

/// A key as the ports name it.
pub(super) fn read(key: &str) -> String {
    if key == EMPTY { String::new() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::table::Table;

    #[test]
    fn a_key_comes_back_from_its_item() {
        for (partition, sort) in [("kim", "a"), ("", ""), ("a%23b", "d#draft")] {
            for table in Table::ALL {
                let sort = if super::has_sort_key(table) { sort } else { "" };
                let key = Key::new(table, partition, sort);
                assert_eq!(Key::of(table, &key.item()), Some(key));
            }
        }
    }

    #[test]
    fn a_long_key_is_cut_and_still_its_own() {
        let long = |last: &str| Key::new(Table::Files, "Pro", &("가".repeat(400) + last)).sort;
        assert_eq!((long("a").len(), long("a")), (798 + 2 + 64, long("a")));
        assert_ne!(long("a"), long("b"));
        assert_eq!(Key::new(Table::Files, "Pro", &long("a")).sort, long("a"));
    }

    #[test]
    fn one_seal_watches_over_a_users_ledger() {
        let seal = Key::new(Table::UsageTracking, "kim##reserved", "##seal");
        for (table, partition) in [
            (Table::Usage, "kim"),
            (Table::UsageTracking, "kim"),
            (Table::UsageTracking, "kim##reserved"),
        ] {
            assert_eq!(Key::new(table, partition, "x").seal(), Some(seal.clone()));
        }
        assert!(seal.is_seal());
        for partition in ["kim##acceptance", "##acceptance"] {
            assert_eq!(Key::new(Table::UsageTracking, partition, "x").seal(), None);
        }
        assert_eq!(Key::new(Table::Conversations, "kim", "a").seal(), None);
    }

    #[test]
    fn only_headers_are_spread_among_conversations() {
        let is_spread = |partition| Key::new(Table::Conversations, partition, "x").is_spread();
        assert!(is_spread("kim"));
        for partition in ["kim#a", "kim##turns", "kim##list", "##open"] {
            assert!(!is_spread(partition), "{partition}");
        }
    }
}
