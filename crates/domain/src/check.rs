//! The checker in force and what it remembers, which can be replaced while turns run; and how an
//! editor wants a text to be checked.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use checker::{ArticleDate, Checker, Memory, PackError, Profile, RuleId, Settings, Suggestion};

use crate::id::{ConversationId, UserId};
use crate::meter::{Measurement, Meter, Unmetered, by_category};

/// What is remembered of paragraphs: some fifty thousand of them with their findings.
const MEMORY_BYTES: usize = 32 * 1024 * 1024;

/// How an editor wants a text to be checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckOptions {
    /// Day of the article.
    pub article_date: Option<ArticleDate>,
    /// House style; none is the desk's own, and the norms alone where it has none.
    pub profile: Option<Profile>,
    /// Desk whose packs and house style apply.
    pub desk: Option<String>,
    /// Whether style hints are wanted.
    pub hints: bool,
    /// Words that are never flagged.
    pub ignored_words: BTreeSet<String>,
    /// Rules that stay silent.
    pub disabled_rules: Vec<RuleId>,
}

impl CheckOptions {
    /// Settings of a check: packs of the verified user, the desk and the article apply.
    #[must_use]
    pub fn settings(&self, user: &UserId, article: Option<&ConversationId>) -> Settings {
        let user = [format!("user:{user}")];
        let desk = self.desk.iter().map(|desk| format!("desk:{desk}"));
        let article = article.map(|article| format!("article:{article}"));
        Settings {
            article_date: self.article_date,
            profile: self.profile.unwrap_or_default(),
            scopes: user.into_iter().chain(desk).chain(article).collect(),
            hints: self.hints,
            disabled_rules: self.disabled_rules.clone(),
            ignored_words: self.ignored_words.clone(),
            ..Settings::default()
        }
    }
}

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
    /// Empty until the built-in checker is needed.
    checker: OnceLock<Arc<Checker>>,
    packs: Vec<PackState>,
}

impl InForce {
    fn of(checker: Checker, packs: Vec<PackState>) -> Self {
        Self { checker: OnceLock::from(Arc::new(checker)), packs }
    }
}

/// Checks texts with the checker in force; share one.
#[derive(Debug)]
pub struct Checks {
    in_force: RwLock<InForce>,
    memory: Memory,
    meter: Arc<dyn Meter>,
}

impl Checks {
    /// Checks with this checker until another takes its place.
    #[must_use]
    pub fn new(checker: Checker, packs: Vec<PackState>) -> Self {
        let in_force = RwLock::new(InForce::of(checker, packs));
        Self { in_force, memory: Memory::new(MEMORY_BYTES), meter: Arc::new(Unmetered) }
    }

    /// Checks with the built-in rules, which are loaded when the first text is checked.
    #[must_use]
    pub fn when_needed() -> Self {
        let in_force = RwLock::new(InForce { checker: OnceLock::new(), packs: Vec::new() });
        Self { in_force, memory: Memory::new(MEMORY_BYTES), meter: Arc::new(Unmetered) }
    }

    /// The same, with every check measured.
    #[must_use]
    pub fn measured_by(self, meter: Arc<dyn Meter>) -> Self {
        Self { meter, ..self }
    }

    /// Finds faults in a text; of a text that was checked before, only changed paragraphs are read.
    #[must_use]
    pub fn check(&self, text: &str, settings: &Settings) -> Vec<Suggestion> {
        let began = self.meter.elapsed();
        let found = self.checker().check_again(text, settings, &self.memory);
        let took = self.meter.elapsed().saturating_sub(began);
        self.meter.take(Measurement::Check { took, findings: by_category(&found) });
        found
    }

    /// The checker in force; who holds it keeps it when another takes its place.
    #[must_use]
    pub fn checker(&self) -> Arc<Checker> {
        Arc::clone(self.in_force().checker.get_or_init(|| Arc::new(Checker::new())))
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
        let in_force = InForce::of(checker, packs);
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
        let checks = Checks::when_needed();
        let settings = Settings::default();
        let held = checks.checker();
        assert_eq!(checks.check("😀 가람댁께", &settings), []);
        let pack = Pack::from_csv("words.csv", "wrong,right\n가람댁,임금\n").unwrap();
        checks.replace(Checker::with_packs(vec![pack]), Vec::new());
        assert_eq!(checks.check("😀 가람댁께", &settings)[0].replacements, ["임금"]);
        assert_eq!(held.check("😀 가람댁께", &settings), []);
        assert_eq!(checks.paragraphs_checked(), 2);
    }
}
