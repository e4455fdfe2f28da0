//! What words are made of: forms of verbs, endings, particles, and the analysis of a word between
//! spaces.

pub(crate) mod analysis;
pub(crate) mod conjugation;
pub(crate) mod costs;
pub(crate) mod endings;
pub(crate) mod jamo;
pub(crate) mod lattice;
pub(crate) mod plain;
