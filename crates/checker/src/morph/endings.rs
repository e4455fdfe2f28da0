//! Endings of verbs and adjectives by the kind of form they follow (학교 문법의 어미, 표준국어대사전).

use rustc_hash::FxHashMap;

use crate::text::syllables::Syllables;

use super::conjugation::kind::{
    LINKED, LINKED_NIEUN, MIEUM, NIEUN, OPEN, PAST, PLAIN, PLAIN_NIEUN, POLITE, RIEUL,
};

/// Particles may follow as after a noun: 기, 음, 는지.
pub(crate) const NOMINAL: u16 = 1 << 14;

/// Endings by the kind of form before them.
const TABLE: &[(u16, &str)] = &[
    (
        PLAIN,
        "고 고가 고를 고는 고도 고만 고서 고서는 고서도 고서야 고서라도 고선 고자 고요 고말고 고야 곤 곤다 게 게끔 게는 게도 \
         게만 게나 게요 게 지 지는 지도 지만 지를 지요 죠 진 질 지마는 지만은 지라도 지마 지만도 던 던지 던데 던가 던가요 더라도 \
         더라 더라고 더라는 더라면 더니 더군 더군요 더냐 더니만 든 든지 든가 자 자고 자는 자마자 자며 자면 자던 자니 자꾸나 자면서 \
         다 다가 다가도 다가는 다간 다만 다시피 도록 도록은 도록만 되 거나 거든 거든요 거니와 거늘 거라 \
         거라고 거라는 건 건대 건만 건데 길 긴 구나 군 군요 구려 구먼 소 쇼 읍시다 기는커녕 기커녕 길래 고부터 고까지 게까지 지마저 지조차 거니 건만은 것 고싶 구만 느니 네만 긴커녕 건마는 건만은 다손 게든 게나마 더라면서 더라며 답니다 답니까 단다 단 답디다 더구나 너라 더라니 람 고들 더라나",
    ),
    (PLAIN | NOMINAL, "기"),
    (
        PLAIN_NIEUN,
        "는 는데 는데도 는데요 는구나 는군 는군요 는걸 는걸요 는지라 는지요 네 네요 느냐 느냐고 느냐는 느냐며 느냐면 느니 \
         느라 느라고 느니만큼 냐 냐고 냐는 냐며 냐면 니 나 나요 나 노라 노라고 노라며 노라면 노라니 는바 는대 는대요 느냔 는가요 는데다 는데다가 는지라도 는구먼 는걸까",
    ),
    (PLAIN_NIEUN | NOMINAL, "는지 는가 느냐 냐 나 는다는지"),
    (
        LINKED,
        "렷다 매 면 면서 면서도 면은 면야 며 므로 려 려고 려는 려면 려던 려다 려다가 려니 려나 려거든 려야 려면은 려고도 려는데 려고만 \
         려고는 려기 러 러는 러도 러만 련 련다 련만 련마는 나 나마 라 라고 라는 라며 라면 라면서 라던 라니 라지만 랴 리 리라 \
         리라고 리라는 리란 리라던 리니 리만큼 마 되 메 려는지 려 했 며서 면서부터 면서까지 면요 락 ㄹ는지 냐 냐고 냐는 냐며 냐면 나 라고요 라도",
    ),
    (
        LINKED_NIEUN,
        "니 니까 니까요 니깐 니만큼 니만치 니라 세요 세 십시오 소서 오 오니 오며 옵니다 셔요 시다 세 네 냐 냐고 냐는 시죠 신",
    ),
    (
        NIEUN,
        "대도 가요 데 데도 데다 데다가 데요 데 지라 들 즉 걸 걸요 바 대 대요 댔다 단다 답니다 답시고 댄다 가요 지요 다네 다오 양 체",
    ),
    (NIEUN | NOMINAL, "지 가"),
    (
        RIEUL,
        "까 까요 까봐 꼬 는지 는지도 는지는 게 게요 걸 걸요 지라도 지언정 수록 수록은 수록에 뿐더러 망정 지니 진대 라 라고 라면 래 래요 텐데 테니 \
         테지만 세라 쏘냐 지어다 만정 지라 거라 거라고 거라는 거야 거예요 거다 겁니다 건가 건지 건데",
    ),
    (RIEUL | NOMINAL, "지 까"),
    (MIEUM, "세"),
    (POLITE, "니다 니다만 니다마는 니까 니까요 시다 디다 니다요 시오 니다라고"),
    (
        OPEN,
        "서 서부터 서까지 서야만 서는 서도 서야 서요 서라도 서만 서인지 선 도 도요 야 야만 야지 야지만 야죠 야지요 야만이 요 라 라고 라는 라며 라면 다 \
         다가 다가는 다가도 서일까 서다 서였다 서라고 서라며 서라는 서이다 선지 야말로 야할 야하는 야한다 죠 서인 서입니다 서죠 너라 냐 며",
    ),
];

/// What follows 다, 는다, ㄴ다, 라, 자, 냐 when speech is reported.
const QUOTED: &str = "고 고는 고도 고만 고요 고까지 고밖에 고서는 고서 는 는데 는데도 는지 는가 는지도 는 며 며는 면 면서 면서도 면야 던 던데 니 니까 지만 지 \
     거나 가 기보다 기보다는 기보단 기에 기에는 기에도 든지 든가 더라 더라도 더니 더군 더군요 네 느니 만 죠 지요 나 나요 고조차 고부터 고라도 고선 곤 고들 고나 라고 라는 라며 란 라면서 라던 라니 마는 던가 건만 거든 거늘 군 고서야 고서도 긴 기도 기는 는걸 는군 더냐 손 며서 고 해 길래 기로 기까지 지는 지도 는지를 단 냐 냐고 냐는 냐며 느냐 느냐는 느냐고 느냐며 고인 네요 네만 더라며 대도 는지요";

/// Every ending with the kinds of form it follows.
#[derive(Debug)]
pub(crate) struct Endings {
    all: FxHashMap<String, u16>,
    /// How endings begin: most texts that are asked for begin otherwise.
    begins: Syllables,
}

/// What the endings of a past begin with, beside those of the table.
const PAST_STARTS: [char; 6] = ['으', '을', '음', '습', '겠', '셨'];

impl Endings {
    pub(crate) fn new() -> Self {
        let mut all = Self { all: FxHashMap::default(), begins: Syllables::of("") };
        for (kinds, list) in TABLE {
            for ending in list.split_whitespace() {
                all.add(ending.to_owned(), *kinds);
            }
        }
        for (kinds, start) in [
            (PLAIN, "다"),
            (NIEUN, "다"),
            (PLAIN_NIEUN, "는다"),
            (PLAIN, "자"),
            (LINKED, "라"),
            (OPEN, "라"),
        ] {
            for end in QUOTED.split_whitespace() {
                all.add(format!("{start}{end}"), kinds);
            }
            all.add(start.to_owned(), kinds);
        }
        let firsts = all.all.keys().filter_map(|ending| ending.chars().next());
        all.begins = firsts.chain(PAST_STARTS).collect();
        all
    }

    fn add(&mut self, ending: String, kinds: u16) {
        *self.all.entry(ending).or_default() |= kinds;
    }

    /// Whether the text may follow a form of these kinds to the end of a word; nominal endings are
    /// for [`Endings::nominal`].
    pub(crate) fn closes(&self, kinds: u16, text: &str) -> bool {
        if text.is_empty() {
            return kinds & (NIEUN | RIEUL | MIEUM | OPEN) != 0;
        }
        if !self.begins.begin(text) {
            return false;
        }
        if self.has(kinds & !NOMINAL, text) {
            return true;
        }
        let after = |start: &str| text.strip_prefix(start);
        (kinds & PAST != 0 && self.closes_past(text))
            || (kinds & (PLAIN | PAST) != 0
                && after("겠").is_some_and(|rest| self.closes_past(rest)))
            || (kinds & LINKED_NIEUN != 0 && after("셨").is_some_and(|rest| self.closes_past(rest)))
    }

    fn has(&self, kinds: u16, text: &str) -> bool {
        self.all.get(text).is_some_and(|known| known & kinds != 0)
    }

    /// After 았, 었 and 겠 stand the endings of a consonant stem.
    fn closes_past(&self, text: &str) -> bool {
        let linked = |first: &str, kinds: u16| {
            text.strip_prefix(first).is_some_and(|rest| {
                (rest.is_empty() && kinds & (NIEUN | RIEUL | MIEUM) != 0) || self.has(kinds, rest)
            })
        };
        self.has(PLAIN | PLAIN_NIEUN, text)
            || linked("으", LINKED | LINKED_NIEUN)
            || linked("을", RIEUL)
            || linked("음", MIEUM)
            || linked("습", POLITE)
    }

    /// The lengths in bytes of what at the start of the text makes a noun of a form of these kinds.
    pub(crate) fn nominal<'t>(
        &self,
        kinds: u16,
        text: &'t str,
    ) -> impl Iterator<Item = usize> + use<'_, 't> {
        let ends = text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).take(3);
        let bare = (kinds & MIEUM != 0).then_some(0);
        bare.into_iter().chain(ends.filter(move |end| {
            let start = text.get(..*end).unwrap_or_default();
            let is_nominal = |start: &str, kinds: u16| {
                self.all.get(start).is_some_and(|known| known & NOMINAL != 0 && known & kinds != 0)
            };
            let past = kinds & PAST != 0;
            is_nominal(start, kinds & !NOMINAL)
                || (past && (is_nominal(start, PLAIN | PLAIN_NIEUN) || start == "음"))
                || (past && start.strip_prefix('을').is_some_and(|rest| is_nominal(rest, RIEUL)))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Endings;
    use crate::morph::conjugation::kind::{LINKED, NIEUN, OPEN, PAST, PLAIN, PLAIN_NIEUN};

    #[test]
    fn endings_follow_their_forms() {
        let endings = Endings::new();
        for (kinds, text) in [
            (PLAIN, "고"),
            (PLAIN, "지만"),
            (PLAIN_NIEUN, "는다며"),
            (LINKED, "려고"),
            (NIEUN, ""),
            (NIEUN, "다는"),
            (OPEN, "서"),
            (PAST, "습니다"),
            (PAST, "으며"),
            (PAST, "을까"),
            (PAST, "다고"),
        ] {
            assert!(endings.closes(kinds, text), "{kinds} {text}");
        }
        for (kinds, text) in
            [(PLAIN, ""), (PAST, "디"), (PAST, "다고고"), (NIEUN, "더고"), (OPEN, "서서")]
        {
            assert!(!endings.closes(kinds, text), "{kinds} {text}");
        }
    }
}
