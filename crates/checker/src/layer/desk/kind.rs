//! Names of companies, schools and other bodies that end in what they are, the second of two
//! written one letter apart: `소담결물산 … 소담걸물산은`.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::institution::stripped;
use super::jamo::is_one_apart;
use crate::lexicon::Lexicon;
use crate::rule;
use crate::text::Document;
use crate::text::grouped::Grouped;
use crate::text::word::Kind;
use crate::{Span, Suggestion};

/// What a name may end in; the longest counts.
const KINDS: &[&str] = &[
    "연대",
    "학회",
    "협의회",
    "진흥원",
    "센터",
    "공단",
    "교육원",
    "대학",
    "벤처스",
    "파트너스",
    "디자인",
    "패션",
    "푸드",
    "베이커리",
    "커피",
    "코스메틱",
    "뷰티",
    "여행사",
    "투어",
    "신문",
    "일보",
    "방송",
    "서점",
    "책방",
    "문고",
    "시네마",
    "필하모닉",
    "오케스트라",
    "합창단",
    "무용단",
    "발레단",
    "극장",
    "정공",
    "로지스틱스",
    "운수",
    "택배",
    "고속",
    "섬유",
    "제지",
    "페인트",
    "시멘트",
    "타이어",
    "조명",
    "가스",
    "정유",
    "전선",
    "중공",
    "물산",
    "중공업",
    "바이오",
    "재단",
    "초등학교",
    "중학교",
    "고등학교",
    "대학교",
    "여고",
    "병원",
    "의료원",
    "은행",
    "증권",
    "건설",
    "전자",
    "제약",
    "그룹",
    "협회",
    "연구소",
    "연구원",
    "물류",
    "해운",
    "항공",
    "화학",
    "자동차",
    "모터스",
    "에너지",
    "반도체",
    "소재",
    "테크",
    "시스템",
    "소프트",
    "엔터테인먼트",
    "미디어",
    "출판사",
    "식품",
    "유통",
    "백화점",
    "마트",
    "생명",
    "화재",
    "보험",
    "캐피탈",
    "저축은행",
    "투자증권",
    "자산운용",
    "철강",
    "제철",
    "조선",
    "조선소",
    "정밀",
    "기계",
    "전기",
    "통신",
    "텔레콤",
    "네트웍스",
    "로보틱스",
    "랩스",
    "파마",
    "헬스케어",
    "메디컬",
    "케미칼",
    "산업",
    "상사",
    "개발",
    "호텔",
    "리조트",
    "유치원",
    "어린이집",
    "도서관",
    "박물관",
    "미술관",
    "극단",
    "출판",
    "농협",
    "수협",
    "신협",
    "조합",
    "노조",
    "연맹",
    "연합",
    "학원",
    "복지관",
    "요양원",
    "교회",
    "성당",
    "마을",
    "아파트",
    "시장",
    "공원",
    "터널",
    "대교",
    "저수지",
    "해수욕장",
    "가구",
    "제과",
    "음료",
    "주류",
    "양조",
    "커머스",
    "페이",
    "게임즈",
    "스튜디오",
    "픽처스",
    "컴퍼니",
    "솔루션",
];

/// Heads that differ by a letter or two and are places or sides for all that.
const SIDES: &[&str] = &[
    "동부", "서부", "남부", "북부", "중부", "중앙", "국립", "시립", "도립", "군립", "구립", "사립",
    "공립", "국제", "한국", "한중", "한일", "동북", "서북", "동남", "서남", "제일", "제이",
];

/// A text with more names of bodies is a list.
const LIMIT: usize = 80;

/// About two sentences.
const CLOSE_BYTES: usize = 300;

/// One name of a body with its first place.
struct Body<'t> {
    head: &'t str,
    kind: &'static str,
    span: Span,
    count: usize,
    /// Between commas or dots, or at the start of an apposition.
    is_listed: bool,
}

pub(super) fn check(document: &Document<'_>, lexicon: &Lexicon, out: &mut Vec<Suggestion>) {
    let bodies = bodies(document, lexicon);
    if bodies.len() > LIMIT {
        return;
    }
    for (at, odd) in bodies.iter().enumerate() {
        if odd.count > 1 || odd.is_listed {
            continue;
        }
        let mut same = bodies.iter().enumerate().filter(|(_, one)| one.kind == odd.kind);
        // Only the two of that kind in the whole article, or it compares several.
        let (Some((first, right)), Some(_), None) = (same.next(), same.next(), same.next()) else {
            continue;
        };
        if first == at || !is_meant(document, lexicon, right, odd) {
            continue;
        }
        let Some(right) = right.span.of(document.text()) else { continue };
        let found = rule::rule("consistency/body");
        let right = vec![right.to_owned()];
        out.extend(found.and_then(|rule| rule.suggestion(document.text(), odd.span, right)));
    }
}

fn is_meant(document: &Document<'_>, lexicon: &Lexicon, right: &Body<'_>, odd: &Body<'_>) -> bool {
    let is_near = right.head.len() == odd.head.len() && is_one_apart(right.head, odd.head);
    if !is_near || right.is_listed {
        return false;
    }
    let between = document.text().get(right.span.end..odd.span.start).unwrap_or_default();
    // Two names in one sentence are two bodies.
    let is_apart = [". ", ".\n", "\n", "” ", "? "].iter().any(|mark| between.contains(mark));
    let is_known = |head: &str| lexicon.is_noun(head);
    // Close together the odd one can hardly be another body, unless both heads are common words.
    let is_close = between.len() <= CLOSE_BYTES;
    let is_close = is_close && !(is_common(lexicon, right.head) && is_common(lexicon, odd.head));
    is_apart && is_close
        || is_apart
            && !(is_known(right.head) && is_known(odd.head))
            && !is_common(lexicon, odd.head)
}

/// A word so usual that it may well name another body.
fn is_common(lexicon: &Lexicon, head: &str) -> bool {
    lexicon.tags(head).is_some_and(|tags| tags.is_common_noun() && tags.rank() > 3)
}

fn bodies<'t>(document: &Document<'t>, lexicon: &Lexicon) -> Vec<Body<'t>> {
    const HEAD_BYTES: RangeInclusive<usize> = 6..=18;
    /// With a kind of one syllable, and with the longest and its particle.
    const WRITTEN_BYTES: RangeInclusive<usize> = 9..=45;
    let text = document.text();
    let mut bodies: Vec<Body<'t>> = Vec::new();
    for word in document.words() {
        if bodies.len() > LIMIT {
            break;
        }
        let lead = word.runs.iter().take_while(|run| run.kind == Kind::Other).take(3).count();
        let Some(run) = word.runs.get(lead).filter(|run| run.kind == Kind::Hangul) else {
            continue;
        };
        let fits = |written: &&str| WRITTEN_BYTES.contains(&written.len());
        let Some(written) = run.span.of(text).filter(fits) else { continue };
        let Some((head, kind)) = split(written) else { continue };
        let is_name = HEAD_BYTES.contains(&head.len()) && !SIDES.contains(&head);
        let span = Span::new(run.span.start, run.span.start + head.len() + kind.len());
        let is_known = span.of(text).is_some_and(|name| lexicon.tags(name).is_some());
        if !is_name || is_known || document.is_protected(word.span) {
            continue;
        }
        let after = text.get(span.end..).unwrap_or_default();
        let is_listed = after.starts_with([',', '·', '(', '/'])
            || after.starts_with("와 ")
            || after.starts_with("과 ");
        match bodies.iter_mut().find(|one| one.head == head && one.kind == kind) {
            Some(one) => one.count += 1,
            None => bodies.push(Body { head, kind, span, count: 1, is_listed }),
        }
    }
    bodies
}

/// Kinds by their last syllable: every word of an article is asked for one.
static BY_LAST: LazyLock<Grouped<&str>> = LazyLock::new(|| Grouped::by_last(KINDS));

/// Head and kind of a name, when nothing but a particle follows.
fn split(written: &str) -> Option<(&str, &'static str)> {
    let bare = stripped(written).chain([written]);
    let cuts = bare.flat_map(|bare| {
        BY_LAST.ends(bare).filter_map(move |kind| Some((bare.strip_suffix(kind)?, kind)))
    });
    cuts.max_by_key(|(_, kind)| kind.len())
}
