//! The nouns that are written onto a form of a predicate, each with what must stand around it.

use super::form::{ACTIVE, ANY, DOING, DONE, FUTURE, PAST, RECALLED};

/// One noun and its surroundings.
pub(super) struct Noun {
    pub(super) rule: &'static str,
    pub(super) noun: &'static str,
    /// Forms it is found after.
    pub(super) after: u8,
    /// What may follow in the same word, between blanks, `_` for nothing; empty: particles and 이다.
    pub(super) tails: &'static str,
    /// How the next word begins; empty: no matter, `_`: with Hangul.
    pub(super) next: &'static str,
    /// How the next word may not begin.
    pub(super) unless: &'static str,
}

const fn noun(
    rule: &'static str,
    noun: &'static str,
    after: u8,
    tails: &'static str,
    next: &'static str,
) -> Noun {
    Noun { rule, noun, after, tails, next, unless: "" }
}

/// Means and ways to do something, where 데 is a noun.
const PURPOSE: &str = "집중 주력 성공 실패 기여 앞장 급급 초점 합의 그쳤 그치 그칠 그친 일조 한몫 이바지 총력 \
     힘쓰 힘썼 머물 쓰였 쓰이 쓰인 드는 걸리 걸린 걸렸 필요한 목적이 의의가 한계가 무리가 지장이 몰두 열중 전념 매진 \
     도움이 도움을 어려움을 어려움이 반대 동의 최선을 큰";

/// What 데 is a noun before in any case.
const RELATION: &str =
    "대해 대한 따른 반해 비해 힘입어 불과 기인 그쳤 그치 그칠 그친 대하여 비하면";

/// Every noun; the first that fits is taken.
pub(super) const NOUNS: &[Noun] = &[
    noun("spacing/noun-way", "순", FUTURE, "_", "없"),
    noun(
        "spacing/noun-knowing",
        "줄",
        FUTURE | DONE | DOING,
        "_ 은 도 만 로 로만 로는 은커녕",
        "알 몰 모르 모른 아는 안 생각 믿",
    ),
    noun("spacing/noun-reason", "리", FUTURE, "_ 가 는 도", "없 만무"),
    noun("spacing/noun-reason", "턱", FUTURE, "_ 이 은 도", "없 있"),
    noun(
        "spacing/noun-only",
        "뿐",
        FUTURE,
        "_ 이다 이었다 이라고 이라며 이라는 이며 이고 이지만 인 이라 이었지만 만 입니다 이지 이어서",
        "",
    ),
    noun("spacing/noun-only", "따름", FUTURE, "", ""),
    noun("spacing/noun-as-much", "만큼", ANY, "_ 은 도 만 의 이나 이라도 씩", ""),
    noun("spacing/noun-as-is", "대로", ANY, "_ 의 만 라면 는 도", ""),
    noun("spacing/noun-when", "때", FUTURE, "", ""),
    noun("spacing/noun-when", "때마다", FUTURE, "_", ""),
    Noun {
        rule: "spacing/noun-seeming",
        noun: "듯",
        after: ANY,
        tails: "_ 이",
        next: "",
        unless: "하 한 했 할 해 합 함 싶",
    },
    noun("spacing/noun-what", "바", ANY, "가 를 는 와 도 에 로 이다 다 라고", ""),
    noun("spacing/noun-what", "바", PAST, "_", "있 없 대로"),
    noun("spacing/noun-experience", "적", DONE | RECALLED, "_ 이 은 도 이나", "있 없"),
    noun("spacing/noun-state", "채", DONE, "_ 로 로만 였다 다 이다", ""),
    noun("spacing/noun-pretence", "척", DONE | DOING, "_", ""),
    noun("spacing/noun-pretence", "체", DOING, "_", ""),
    noun("spacing/noun-or", "둥", ANY, "_", ""),
    noun("spacing/noun-occasion", "김에", DONE | DOING, "_", ""),
    noun("spacing/noun-besides", "데다", DONE | DOING, "_ 가", ""),
    noun(
        "spacing/noun-place",
        "데",
        DOING,
        "만 는 에 에는 엔 에도 서 까지 에만 에서 까지는 서도",
        "",
    ),
    noun("spacing/noun-place", "데", DONE | DOING, "_", RELATION),
    noun("spacing/noun-place", "데", DONE, "_", "따라 이어 이은"),
    noun("spacing/noun-place", "데", FUTURE, "가 는 도 라곤 라고는 라고", "없 있 많"),
    noun("spacing/noun-purpose", "데", ACTIVE, "_", PURPOSE),
    noun(
        "spacing/noun-ground",
        "터",
        ANY,
        "이다 이라 이니 이었다 라 라서 여서 였다 이므로 이고 인데 이지만 라고",
        "",
    ),
    noun("spacing/noun-ground", "터에", RECALLED | DOING, "_", ""),
    noun("spacing/noun-expected", "텐데", FUTURE, "_ 도 요", ""),
    noun("spacing/noun-expected", "테", FUTURE, "니 니까 지만 고 다 야 니까요 지", ""),
    noun("spacing/noun-depending", "나름", FUTURE, "", ""),
    noun("spacing/noun-about-then", "무렵", FUTURE, "", ""),
    noun("spacing/noun-about-then", "즈음", FUTURE, "", ""),
    noun("spacing/noun-during", "동안", DOING | RECALLED, "", ""),
    noun(
        "spacing/noun-during",
        "중",
        DOING,
        "_ 이다 인 이며 이고 이라고 이라며 이라는 이던 이었다 이지만 에 에도 이라 입니다",
        "",
    ),
    noun("spacing/noun-after", "뒤", DONE, "_ 에 에야 에도 에는 로 로는 부터 엔 인 의", ""),
    noun("spacing/noun-after", "후", DONE, "_ 에 에야 에도 에는 부터 엔", ""),
    noun("spacing/noun-after", "다음", DONE, "_ 에 에야 에는 엔", ""),
    noun("spacing/noun-in-case", "시", FUTURE, "_ 에 에는 엔", ""),
    noun("spacing/noun-in-case", "경우", ANY, "", ""),
    noun("spacing/noun-thing", "것", ANY, "", ""),
    noun("spacing/noun-thing-short", "게", DOING | RECALLED, "_", ""),
    noun("spacing/noun-thing-short", "게", FUTURE, "_", "없 많"),
    noun("spacing/noun-thing-short", "게", DONE, "_", "아니 좋 사실 문제 없 있 많 바로 화근 계기"),
    Noun {
        rule: "spacing/noun-thing-short",
        noun: "걸",
        after: PAST,
        tails: "_ 로",
        next: "_",
        unless: "어 뭐 그 왜",
    },
    noun("spacing/noun-thing-short", "건", ANY, "_", ""),
    noun("spacing/noun-thing-short", "건", FUTURE, "가 지 데", ""),
    noun(
        "spacing/noun-thing-short",
        "거",
        FUTURE,
        "다 라 라고 라는 라며 라면 야 예요 에요 고 니까 라서 지 냐 든 래 란 잖아 라던",
        "",
    ),
    noun(
        "spacing/noun-thing-short",
        "거",
        PAST,
        "다 라고 라는 라며 야 예요 에요 니까 라서 지 죠",
        "",
    ),
    noun("spacing/noun-thing-short", "겁니", ANY, "다 까 다만", ""),
    noun("spacing/noun-while", "반면", ANY, "_ 에", ""),
    noun("spacing/noun-while", "한편", DOING, "_ 으로", ""),
    noun("spacing/noun-while", "가운데", DONE | DOING, "_ 서 서도 에 에서", ""),
    noun("spacing/noun-while", "와중", DOING | RECALLED, "에 에도", ""),
    noun("spacing/noun-while", "대신", DONE | DOING, "_ 에", ""),
    noun("spacing/noun-while", "순간", ANY, "", ""),
    noun("spacing/noun-plan", "예정", FUTURE, "", ""),
    noun("spacing/noun-plan", "계획", FUTURE, "", ""),
    noun("spacing/noun-plan", "방침", FUTURE, "", ""),
    noun("spacing/noun-plan", "전망", FUTURE, "", ""),
    noun("spacing/noun-plan", "가능성", FUTURE | DONE, "", ""),
    noun("spacing/noun-plan", "필요", FUTURE, "", ""),
    noun("spacing/noun-plan", "생각", FUTURE, "", ""),
    noun("spacing/noun-plan", "우려", FUTURE, "", ""),
    noun("spacing/noun-plan", "방법", FUTURE | DOING, "", ""),
    noun("spacing/noun-fact", "상황", PAST, "", ""),
    noun("spacing/noun-fact", "사실", PAST, "", ""),
    noun("spacing/noun-fact", "결과", PAST, "", ""),
    noun("spacing/noun-fact", "이유", ANY, "", ""),
    noun("spacing/noun-fact", "사람", ANY, "", ""),
    noun("spacing/noun-fact", "문제", DOING | RECALLED, "", ""),
    noun("spacing/noun-fact", "정도", ANY, "", ""),
    noun("spacing/noun-fact", "이후", DONE, "", ""),
    noun("spacing/noun-fact", "모습", PAST, "", ""),
    noun("spacing/noun-fact", "과정", DOING | RECALLED, "", ""),
    noun("spacing/noun-spot", "곳", ANY, "", ""),
    noun("spacing/noun-spot", "점", DOING | RECALLED, "", ""),
];
