//! The checker in force and what it remembers: it can be replaced while turns run.

use std::sync::{Arc, PoisonError, RwLock};

use checker::{Checker, Memory, Settings, Suggestion};

/// What is remembered of paragraphs: some fifty thousand of them with their findings.
const MEMORY_BYTES: usize = 32 * 1024 * 1024;

/// Checks texts with the checker in force; share one.
#[derive(Debug)]
pub struct Checks {
    checker: RwLock<Arc<Checker>>,
    memory: Memory,
}

impl Checks {
    /// Checks with this checker until another takes its place.
    #[must_use]
    pub fn new(checker: Checker) -> Self {
        Self { checker: RwLock::new(Arc::new(checker)), memory: Memory::new(MEMORY_BYTES) }
    }

    /// Finds faults in a text; of a text that was checked before, only changed paragraphs are read.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        self.checker().check_again(text, settings, &self.memory)
    }

    /// The checker in force; who holds it keeps it when another takes its place.
    #[must_use]
    pub fn checker(&self) -> Arc<Checker> {
        Arc::clone(&self.checker.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another checker in force; what runs with the old one ends with it.
    pub fn replace(&self, checker: Checker) {
        *self.checker.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(checker);
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
        let checks = Checks::new(Checker::new());
        let settings = Settings::default();
        let held = checks.checker();
        assert_eq!(checks.check("😀 나랏님께", &settings), []);
        let pack = Pack::from_csv("words.csv", "wrong,right\n나랏님,임금\n").unwrap();
        checks.replace(Checker::with_packs(vec![pack]));
        assert_eq!(checks.check("😀 나랏님께", &settings)[0].replacements, ["임금"]);
        assert_eq!(held.check("😀 나랏님께", &settings), []);
        assert_eq!(checks.paragraphs_checked(), 2);
    }
}
