//! Words that turn a sentence into its opposite or make it speak of another, and the negations that
//! do the same.

use std::cmp::Ordering;

use super::without_spaces;

/// What stands against each other: words of one side, words of the other.
const OPPOSITES: [[&[&str]; 2]; 40] = [
    [
        &["상승", "오르", "올랐", "오른", "올라", "급등", "반등", "뛰었"],
        &["하락", "내리", "내렸", "내린", "내려", "급락", "반락", "떨어"],
    ],
    [
        &["증가", "늘었", "늘어", "늘린", "늘렸", "확대", "증액"],
        &["감소", "줄었", "줄어", "줄인", "줄였", "축소", "감액"],
    ],
    [&["찬성", "동의"], &["반대"]],
    [&["여당", "여권"], &["야당", "야권"]],
    [&["매수", "사들"], &["매도", "팔아"]],
    [&["수출"], &["수입"]],
    [&["흑자"], &["적자"]],
    [&["호재"], &["악재"]],
    [&["강세"], &["약세"]],
    [&["이익", "이득"], &["손실", "손해"]],
    [&["승리", "이겼", "이긴", "이기"], &["패배", "졌다", "패했", "꺾였"]],
    [&["유죄"], &["무죄"]],
    [&["합법", "적법"], &["불법", "위법"]],
    [&["합헌"], &["위헌"]],
    [&["가결", "통과"], &["부결", "폐기"]],
    [&["인정", "시인"], &["부인", "부정"]],
    [&["허용", "허가", "승인"], &["금지", "불허", "불승인"]],
    [&["원고"], &["피고"]],
    [&["가해"], &["피해"]],
    [&["최고"], &["최저"]],
    [&["최대"], &["최소"]],
    [&["이상"], &["이하", "미만"]],
    [&["초과"], &["미만", "이하"]],
    [&["이전"], &["이후"]],
    [&["오전"], &["오후"]],
    [&["영상"], &["영하"]],
    [&["남성", "남자", "아들"], &["여성", "여자", "딸"]],
    [&["아버지", "남편"], &["어머니", "아내"]],
    [&["진보"], &["보수"]],
    [&["찬반"], &["반찬"]],
    [&["시작", "개시", "개막"], &["종료", "중단", "폐막"]],
    [&["성공"], &["실패"]],
    [&["입금"], &["출금"]],
    [&["개방", "공개"], &["폐쇄", "비공개"]],
    [&["합격", "당선"], &["불합격", "낙선"]],
    [&["흡수", "유입"], &["배출", "유출"]],
    [&["가능"], &["불가"]],
    [&["순매수", "호황", "낙관"], &["순매도", "불황", "비관"]],
    [
        &["있다", "있었", "있는", "있을", "있고", "있으"],
        &["없다", "없었", "없는", "없을", "없고", "없으"],
    ],
    [&["맞다", "맞는", "옳"], &["틀리", "틀린", "그르"]],
];

/// Words of one kind, of which none may take another's place.
const KINDS: [&[&str]; 8] = [
    &[
        "한국",
        "북한",
        "미국",
        "중국",
        "일본",
        "러시아",
        "우크라이나",
        "대만",
        "영국",
        "독일",
        "프랑스",
        "인도",
        "이란",
        "이스라엘",
        "베트남",
        "호주",
        "캐나다",
    ],
    &["남한", "북한", "남측", "북측"],
    &["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"],
    &["어제", "오늘", "내일", "그제", "모레"],
    &["작년", "지난해", "올해", "내년", "재작년"],
    &["지난달", "이달", "다음 달"],
    &["상반기", "하반기"],
    &[
        "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북",
        "충남", "전북", "전남", "경북", "경남", "제주", "군산",
    ],
];

/// Words that negate. What is often written for one of them counts as the same, so that `안는다`
/// may become `않는다` and `재미업는` `재미없는`.
const NEGATIONS: [&[&str]; 5] = [
    &["않", "지 안", "지안"],
    &["아니", "아닌", "아닐", "아님", "아녔"],
    &["못"],
    &["없", "업는", "업다", "업었", "업이", "업을", "업고", "업어", "업지", "업습", "업슴"],
    &["지 말", "지말", "지 마", "지마"],
];

/// Words with a negation in them that negate nothing.
const NO_NEGATIONS: &[&str] =
    &["잘못", "연못", "못지않", "못지 않", "어처구니없", "아니라", "산업이"];

/// Prefixes that negate the word after them.
const PREFIXED: &[&str] = &[
    "불가능",
    "불필요",
    "불공정",
    "불충분",
    "비공식",
    "비정상",
    "비공개",
    "비핵",
    "미확인",
    "미공개",
    "미완",
    "부적절",
    "부적합",
    "무관",
];

/// Whether a word gives way to its opposite, or to another of its kind.
pub(super) fn is_reversed(old: &str, new: &str) -> bool {
    if old == new {
        return false;
    }
    let touched = touched(old, new);
    // Whether there are more of these words after the change, or fewer.
    let grows = |words: &[&str]| {
        let is_near = |word: &&&str| word.chars().any(|one| touched.contains(&one));
        let near = || words.iter().filter(is_near);
        let count = |text: &str| near().map(|word| text.matches(word).count()).sum::<usize>();
        count(new).cmp(&count(old))
    };
    let is_turned = |[one, other]: &[&[&str]; 2]| {
        let change = grows(one);
        change.is_ne() && grows(other) == change.reverse()
    };
    let is_exchanged = |words: &&[&str]| {
        let changes = || words.chunks(1).map(grows);
        changes().any(Ordering::is_lt) && changes().any(Ordering::is_gt)
    };
    OPPOSITES.iter().any(is_turned) || KINDS.iter().any(is_exchanged)
}

/// The characters of both texts where they differ, with one on either side: a word that comes or
/// goes holds one of them.
fn touched(old: &str, new: &str) -> Vec<char> {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()) - head;
    let tails = old.iter().rev().zip(new.iter().rev()).take(rest);
    let tail = tails.take_while(|(one, other)| one == other).count();
    let start = head.saturating_sub(1);
    let middle = |all: &[char]| {
        let end = (all.len() - tail + 1).min(all.len());
        all.get(start..end).unwrap_or_default().to_vec()
    };
    [middle(&old), middle(&new)].concat()
}

/// Whether a negation comes or goes.
pub(super) fn is_negated(old: &str, new: &str) -> bool {
    old != new && negations(old) != negations(new)
}

/// How often each negation stands in a text; `안` and `않` before a verb are one.
fn negations(text: &str) -> Vec<usize> {
    let joined = without_spaces(text);
    let text = NO_NEGATIONS.iter().fold(text.to_owned(), |text, word| text.replace(word, "·"));
    let count = |words: &[&str]| words.iter().map(|word| text.matches(word).count()).sum();
    let mut all: Vec<usize> = NEGATIONS.iter().map(|words| count(words)).collect();
    let before_verb = text.split_whitespace().filter(|word| {
        *word == "안"
            || ["안되", "안돼", "안된", "안될", "안됐", "안했", "안하"]
                .iter()
                .any(|verb| word.starts_with(verb))
    });
    let own = before_verb.count();
    let short = text.matches("지 안").count() + text.matches("지안").count();
    if let Some(first) = all.first_mut() {
        *first += own.saturating_sub(short);
    }
    all.push(PREFIXED.iter().map(|word| joined.matches(word).count()).sum());
    all
}

#[cfg(test)]
mod tests {
    use super::super::tests::doubt;

    #[test]
    fn opposites_are_confirmed() {
        const DOUBT: Option<&str> = Some("뜻이 뒤집힐 수 있습니다");
        for changed in [
            "주가가 [상승>하락]했다",
            "주가가 [올랐다>내렸다]",
            "😀 [여>야]권은",
            "인구가 [증가>감소]했다",
            "[찬성>반대]표를 던졌다",
            "[여>야]당 의원",
            "외국인이 [매수>매도]했다",
            "[오전>오후]에 만났다",
            "[한국>일본]은행은",
            "[월요일>화요일]에",
            "[지난해>올해] 성장률",
            "돈이 [있다>없다]고",
            "[부산>군산] 시민",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
    }

    #[test]
    fn negations_are_confirmed() {
        const DOUBT: Option<&str> = Some("부정하는 말이 바뀝니다");
        for changed in [
            "그는 [가지 않았다>갔다]",
            "그는 [갔다>안 갔다]",
            "그는 [못 >]갔다",
            "사실이 [아니다>맞는다]",
            "[불가능>가능]하다",
            "하지 [말라고>하라고] 했다",
        ] {
            assert_eq!(doubt(changed), DOUBT, "{changed}");
        }
    }

    #[test]
    fn misspelt_negations_may_be_put_right() {
        for same in [
            "가지 [안는다>않는다]",
            "가면 [않>안] 된다",
            "[안된다>안 된다]고 했다",
            "재미[업다>없다]고",
            "[잘못됬다>잘못됐다]",
            "[비 공개로>비공개로] 만났다",
            "그에 [못지 않은>못지않은] 솜씨",
        ] {
            assert_eq!(doubt(same), None, "{same}");
        }
    }
}
