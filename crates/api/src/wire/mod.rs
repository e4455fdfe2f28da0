//! What stands on the wire: serde shapes with their schemas, and their meaning in the domain.

pub(crate) mod acceptance;
pub(crate) mod annotated;
pub(crate) mod check_options;
pub(crate) mod conversation;
pub(crate) mod decision;
pub(crate) mod frame;
pub(crate) mod languagetool;
pub(crate) mod metadata;
pub(crate) mod search;
pub(crate) mod suggestion;
pub(crate) mod turn;
pub(crate) mod usage;
pub(crate) mod version;
