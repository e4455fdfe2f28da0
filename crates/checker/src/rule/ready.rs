//! A pack made ready once, to be used beside a checker's own rules in the checks that name it: a
//! dictionary may change without another checker being built.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::RuleData;
use super::file::RuleText;
use super::literal::Set;
use super::pack::Pack;
use crate::ignored::IgnoredWords;
use crate::text::Normal;
use crate::{RuleId, Span, Suggestion, next_generation};

/// A pack whose texts lie in a trie of their own. Two are the same only when they are one: what was
/// found beside one is not known of another.
pub struct ReadyPack {
    pack: Pack,
    pub(crate) texts: Option<Set>,
    ignored: IgnoredWords,
    ignored_on: FxHashMap<RuleId, IgnoredWords>,
    generation: u64,
}

impl std::fmt::Debug for ReadyPack {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rules, words) = (self.pack.rules.len(), self.pack.ignored_words.len());
        write!(out, "ReadyPack({rules} rules, {words} words)")
    }
}

impl PartialEq for ReadyPack {
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation
    }
}

impl Eq for ReadyPack {}

impl Hash for ReadyPack {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.generation.hash(state);
    }
}

impl Pack {
    /// Adds a word that is to be written in another way, in any case of it, found by the rule
    /// `house-style/<name>`. The reason may hold `{wrong}` and `{right}`.
    pub fn replace(&mut self, name: &str, wrong: &str, right: &str, reason: Option<&str>) {
        let composed = |text: &str| Normal::new(text).text().to_owned();
        let entry = vec![composed(wrong), composed(right)];
        let reason = reason.unwrap_or("사내 표기는 ‘{right}’입니다.");
        let text = RuleText::dictionary(format!("house-style/{name}"), entry, Vec::new(), reason);
        self.rules.extend(RuleData::new(text, self.scope.clone()).map(Arc::new));
    }

    /// Adds a word that is never flagged.
    pub fn except(&mut self, word: &str) {
        self.ignored_words.insert(word.to_owned());
    }

    /// Silences a rule, on one word or everywhere.
    pub fn silence(&mut self, rule: RuleId, word: Option<&str>) {
        match word {
            Some(word) => {
                self.ignored_on.entry(rule).or_default().insert(word.to_owned());
            }
            None => {
                self.ignored_rules.insert(rule);
            }
        }
    }

    /// Makes the pack ready for [`crate::Settings::packs`].
    #[must_use]
    pub fn ready(self) -> ReadyPack {
        let on = |(rule, words): (&RuleId, &std::collections::BTreeSet<String>)| {
            (rule.clone(), IgnoredWords::new(words.iter()))
        };
        ReadyPack {
            texts: (!self.rules.is_empty()).then(|| Set::new(self.rules.clone())).flatten(),
            ignored: IgnoredWords::new(self.ignored_words.iter()),
            ignored_on: self.ignored_on.iter().map(on).collect(),
            generation: next_generation(),
            pack: self,
        }
    }
}

impl ReadyPack {
    /// Whose pack it is; `None`: everybody's.
    pub(crate) fn scope(&self) -> Option<&String> {
        self.pack.scope.as_ref()
    }

    /// Whether one of its words silences whatever stands there.
    pub(crate) fn leaves_alone(&self, text: &str, span: Span) -> bool {
        self.ignored.covers(text, span)
    }

    /// Whether its words or silent rules silence the finding.
    pub(crate) fn silences(&self, text: &str, found: &Suggestion) -> bool {
        self.pack.ignored_rules.contains(&found.rule)
            || self.leaves_alone(text, found.span)
            || self.ignored_on.get(&found.rule).is_some_and(|words| words.covers(text, found.span))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Checker, Memory, Pack, ReadyPack, RuleId, Settings};

    fn ready(fill: impl Fn(&mut Pack)) -> Arc<ReadyPack> {
        let mut pack = Pack::default();
        fill(&mut pack);
        Arc::new(pack.ready())
    }

    /// Originals with what is to be written, beside these packs.
    fn check(packs: Vec<Arc<ReadyPack>>, text: &str, expected: &[(&str, &str)]) {
        let settings = Settings { packs, ..Settings::default() };
        let found = Checker::new().check(text, &settings);
        let said: Vec<_> = found
            .iter()
            .map(|one| (one.original.as_str(), one.replacements.first().map_or("", String::as_str)))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn a_word_is_replaced_with_its_particles() {
        let decomposed = "\u{110a}\u{1175}\u{110b}\u{1175}\u{110b}\u{1169}";
        let pack = ready(|pack| pack.replace("d-1", decomposed, "사장", None));
        check(vec![pack], "😀 씨이오를 만났다. 씨이오스는 회사다.", &[("씨이오를", "사장을")]);
    }

    #[test]
    fn words_and_rules_are_silenced() {
        let text = "😀 몇일 뒤 정부은 몇일을 쉬었다.";
        let days = [("몇일", "며칠"), ("정부은", "정부는"), ("몇일", "며칠")];
        check(vec![], text, &days);
        check(vec![ready(|pack| pack.except("몇일"))], text, &days[1..2]);
        let rule = || RuleId::new("spelling/fixed-form");
        check(vec![ready(|pack| pack.silence(rule(), None))], text, &days[1..2]);
        check(vec![ready(|pack| pack.silence(rule(), Some("몇일 뒤")))], text, &days[1..]);
        let other = RuleId::new("particle/after-hangul");
        check(vec![ready(|pack| pack.silence(other.clone(), Some("몇일")))], text, &days);
        let two = vec![ready(|pack| pack.except("정부")), ready(|pack| pack.except("몇일"))];
        check(two, text, &[]);
    }

    #[test]
    fn what_was_remembered_beside_one_pack_is_not_said_beside_another() {
        let (checker, memory) = (Checker::new(), Memory::new(1_000_000));
        let beside = |packs: Vec<Arc<ReadyPack>>| {
            let settings = Settings { packs, ..Settings::default() };
            let found = checker.check_again("가람댁께", &settings, &memory);
            (found.len(), memory.paragraphs_checked())
        };
        let (first, same) =
            (ready(|pack| pack.replace("d-1", "가람댁", "왕", None)), ready(|_| {}));
        assert_eq!(beside(vec![Arc::clone(&first)]), (1, 1));
        assert_eq!(beside(vec![first]), (1, 1));
        assert_eq!(beside(vec![same]), (0, 2));
        assert_eq!(beside(vec![]), (0, 3));
    }
}
