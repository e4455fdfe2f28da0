//! The checker in force and what it remembers: it can be replaced while turns run.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use checker::{Checker, Memory, PackError, Settings, Suggestion};

/// What is remembered of paragraphs: some fifty thousand of them with their findings.
const MEMORY_BYTES: usize = 32 * 1024 * 1024;

/// A pack as its file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackState {
    /// Its path below the directory of packs.
    pub file: String,
    /// Rules in force.
    pub rules: usize,
    /// Why the file is refused; the last good version, if there was one, stays in force.
    pub error: Option<PackError>,
}

/// What is in force.
#[derive(Debug)]
struct InForce {
    checker: Arc<Checker>,
    packs: Vec<PackState>,
}

/// Checks texts with the checker in force; share one.
#[derive(Debug)]
pub struct Checks {
    in_force: RwLock<InForce>,
    memory: Memory,
}

impl Checks {
    /// Checks with this checker until another takes its place.
    #[must_use]
    pub fn new(checker: Checker, packs: Vec<PackState>) -> Self {
        let in_force = RwLock::new(InForce { checker: Arc::new(checker), packs });
        Self { in_force, memory: Memory::new(MEMORY_BYTES) }
    }

    /// Finds faults in a text; of a text that was checked before, only changed paragraphs are read.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        self.checker().check_again(text, settings, &self.memory)
    }

    /// The checker in force; who holds it keeps it when another takes its place.
    #[must_use]
    pub fn checker(&self) -> Arc<Checker> {
        Arc::clone(&self.in_force().checker)
    }

    /// The packs of the checker in force.
    #[must_use]
    pub fn packs(&self) -> Vec<PackState> {
        self.in_force().packs.clone()
    }

    fn in_force(&self) -> RwLockReadGuard<'_, InForce> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another checker in force; what runs with the old one ends with it.
    pub fn replace(&self, checker: Checker, packs: Vec<PackState>) {
        let in_force = InForce { checker: Arc::new(checker), packs };
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = in_force;
    }

    /// How many paragraphs were read because they were not remembered.
    #[must_use]
    pub fn paragraphs_checked(&self) -> u64 {
        self.memory.paragraphs_checked()
    }
}

#[cfg(test)]
mod tests {
    use super::Checks;
    use checker::{Checker, Pack, Settings};

    #[test]
    fn a_new_checker_speaks_at_once_and_the_old_one_stays_with_its_holder() {
        let checks = Checks::new(Checker::new(), Vec::new());
        let settings = Settings::default();
        let held = checks.checker();
        assert_eq!(checks.check("😀 나랏님께", &settings), []);
        let pack = Pack::from_csv("words.csv", "wrong,right\n나랏님,임금\n").unwrap();
        checks.replace(Checker::with_packs(vec![pack]), Vec::new());
        assert_eq!(checks.check("😀 나랏님께", &settings)[0].replacements, ["임금"]);
        assert_eq!(held.check("😀 나랏님께", &settings), []);
        assert_eq!(checks.paragraphs_checked(), 2);
    }
}
