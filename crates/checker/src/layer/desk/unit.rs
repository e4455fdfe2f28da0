//! The units that follow numbers in newspapers.

use std::sync::LazyLock;

use crate::text::grouped::Grouped;

/// The unit at the start of a text; empty when there is none.
pub(super) fn unit_of(rest: &str) -> &'static str {
    let found = BY_FIRST.starts(rest).next().unwrap_or_default();
    let after = rest.get(found.len()..).unwrap_or_default();
    let is_word_of_letters = found.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_word_of_letters && after.starts_with(|one: char| one.is_ascii_alphabetic()) {
        return "";
    }
    // 88 대 79 is a score.
    let is_score = found == "대"
        && after.starts_with([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        && after.trim_start().starts_with(|one: char| one.is_ascii_digit());
    if is_score { "" } else { found }
}

/// Units by their first character: every number of a text is asked for one.
static BY_FIRST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_first(UNITS));

/// Units, the longer before its beginning.
const UNITS: &[&str] = &[
    "%포인트",
    "%p",
    "%P",
    "%",
    "퍼센트포인트",
    "퍼센트",
    "포인트",
    "원",
    "달러",
    "유로",
    "엔",
    "위안",
    "파운드",
    "명",
    "곳",
    "개월",
    "개국",
    "개사",
    "개소",
    "개교",
    "개",
    "건",
    "가구",
    "가지",
    "대",
    "표",
    "주년",
    "주일",
    "주",
    "점",
    "채",
    "마리",
    "톤",
    "킬로미터",
    "킬로그램",
    "㎞",
    "km",
    "㎏",
    "kg",
    "㎡",
    "m",
    "ha",
    "t",
    "배럴",
    "배",
    "년간",
    "년대",
    "년생",
    "년차",
    "년물",
    "년",
    "월",
    "일간",
    "일",
    "세기",
    "세",
    "살",
    "시간",
    "시",
    "분의",
    "분기",
    "분",
    "초",
    "호",
    "위",
    "승",
    "패",
    "무",
    "골",
    "석",
    "회",
    "차례",
    "번",
    "인",
    "권",
    "편",
    "장",
    "척",
    "병상",
    "병",
    "그루",
    "쪽",
    "종",
    "층",
    "동",
    "필지",
    "평",
    "도",
    "벌",
    "켤레",
    "잔",
    "부",
    "자루",
    "송이",
    "포기",
    "팀",
    "군데",
    "사람",
    "언더파",
    "오버파",
    "타",
    "박",
    "GW",
    "MW",
    "kW",
    "Gb",
    "TB",
    "GB",
];
