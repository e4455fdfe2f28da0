//! The house dictionary: words to write in another way, words that are never flagged and rules that
//! stay silent, of one person, a desk or everybody.

mod book;
mod entry;
mod in_force;
mod store;

pub use book::{Added, Dictionaries, EntryFilter, EntryPage};
pub use entry::{
    DICTIONARY_LIMIT_ENTRIES, Dictionary, DictionaryEntry, DictionaryError, DictionaryRule,
    DictionaryScope, ENTRY_LIMIT_CHARS, EntryFault, NewEntry, REASON_LIMIT_CHARS, Subject,
};
pub use in_force::FRESH_MS;
pub use store::DictionaryStore;
