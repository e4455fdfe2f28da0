//! The slips of units that can be told for sure: what is measured, in which unit no such thing is
//! as large, and which unit was meant.

/// A unit of length, area or weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Metre,
    Centimetre,
    Millimetre,
    Kilometre,
    SquareMetre,
    SquareKilometre,
    Gram,
    Kilogram,
    MilligramInAir,
    MicrogramInAir,
}

impl Unit {
    /// As one sign, in letters and in Hangul.
    pub(super) fn forms(self) -> [&'static str; 3] {
        match self {
            Self::Metre => ["m", "m", "미터"],
            Self::Centimetre => ["㎝", "cm", "센티미터"],
            Self::Millimetre => ["㎜", "mm", "밀리미터"],
            Self::Kilometre => ["㎞", "km", "킬로미터"],
            Self::SquareMetre => ["㎡", "m²", "제곱미터"],
            Self::SquareKilometre => ["㎢", "km²", "제곱킬로미터"],
            Self::Gram => ["g", "g", "그램"],
            Self::Kilogram => ["㎏", "kg", "킬로그램"],
            Self::MilligramInAir => ["㎎/㎥", "mg/㎥", "밀리그램"],
            Self::MicrogramInAir => ["㎍/㎥", "μg/㎥", "마이크로그램"],
        }
    }
}

/// One slip.
pub(super) struct Slip {
    /// Words right before the number.
    pub(super) leads: &'static [&'static str],
    /// One of these must stand in the sentence, if there are any.
    pub(super) near: &'static [&'static str],
    /// None of these may.
    pub(super) far: &'static [&'static str],
    pub(super) unit: Unit,
    /// The least number that is impossible in that unit, in hundredths.
    pub(super) low: i128,
    /// The largest that is possible in the right one.
    pub(super) high: i128,
    pub(super) right: Unit,
    /// Replaces the word before the number too, where it is not empty.
    pub(super) right_lead: &'static str,
}

const PLANTS: &[&str] = &[
    "나무",
    "수목",
    "식물",
    "묘목",
    "건물",
    "빌딩",
    "타워",
    "탑",
    "동상",
    "조형물",
    "풀",
    "벼",
    "꽃",
    "새싹",
    "세쿼이아",
    "로봇",
    "기린",
    "공룡",
    "옥수수",
];
const HEAVY: &[&str] = &[
    "선수",
    "호랑이",
    "사자",
    "곰",
    "코끼리",
    "고래",
    "남성",
    "여성",
    "씨",
    "감량",
    "다이어트",
    "체급",
    "복싱",
    "유도",
    "씨름",
    "역도",
    "신인",
    "투수",
    "센터",
    "포수",
    "하마",
    "코뿔소",
    "돼지",
    "사슴",
    "악어",
    "상어",
    "키 ",
    "키는",
    "신장 ",
    "한우",
    "황소",
    "말 ",
    "비만",
    "남자",
    "여자",
    "골퍼",
    "격투기",
    "레슬링",
    "대표팀",
    "천하장사",
    "산모",
    "임신부",
];
const LIGHT: &[&str] = &[
    "새끼",
    "갓 ",
    "태어",
    "출생",
    "신생",
    "미숙아",
    "쥐",
    "햄스터",
    "고슴도치",
    "박쥐",
    "병아리",
    "벌새",
    "개구리",
    "참새",
    "다람쥐",
    "조산",
    "극소",
    "늘었",
    "줄었",
    "증가",
    "감소",
    "당 ",
    "하루",
    "섭취",
];
const BABIES: &[&str] = &["신생아", "태어", "아기", "출산", "아이", "아들", "딸"];
const SLOW: &[&str] = &[
    "달팽이",
    "거북",
    "빙하",
    "용암",
    "굼벵",
    "나무늘보",
    "느린",
    "굴착",
    "굴진",
    "산불",
    "번지",
    "번졌",
    "바람",
    "강풍",
    "풍속",
    "태풍",
    "돌풍",
];
const WIND: &[&str] = &["바람", "강풍", "풍속", "태풍", "돌풍", "허리케인"];
const PITCH: &[&str] = &["구속", "직구", "강속구", "투구", "투수", "속구"];
const TRAFFIC: &[&str] = &[
    "차량",
    "승용차",
    "열차",
    "버스",
    "트럭",
    "고속철",
    "운전",
    "과속",
    "구속",
    "직구",
    "강속구",
    "오토바이",
    "택시",
    "자전거",
    "서브",
    "속구",
];

const HEIGHT: &[&str] = &["키", "신장"];
const WEIGHT: &[&str] = &["체중", "몸무게"];
const FLOOR: &[&str] = &["전용면적", "전용 면적", "공급면적", "공급 면적", "전용", "연면적"];
const HOMES: &[&str] = &[
    "아파트",
    "오피스텔",
    "주택",
    "원룸",
    "빌라",
    "분양",
    "가구",
    "평형",
    "단지",
    "매매",
    "전세",
    "도시형",
    "다세대",
    "거래",
    "매물",
];
const RAIN: &[&str] = &["강수량", "강우량", "강수량 합계", "예상 강수량"];
const SNOW: &[&str] = &["적설량", "적설", "신적설", "최심 적설"];

const fn slip(
    leads: &'static [&'static str],
    near: &'static [&'static str],
    far: &'static [&'static str],
    (unit, low, high, right): (Unit, i128, i128, Unit),
) -> Slip {
    let (low, high) = (low * 100, high * 100);
    Slip { leads, near, far, unit, low, high, right, right_lead: "" }
}

use Unit::{
    Centimetre, Gram, Kilogram, Kilometre, Metre, MicrogramInAir, MilligramInAir, Millimetre,
    SquareKilometre, SquareMetre,
};

pub(super) const SLIPS: &[Slip] = &[
    slip(HEIGHT, &[], PLANTS, (Metre, 100, 240, Centimetre)),
    slip(HEIGHT, &[], PLANTS, (Millimetre, 140, 240, Centimetre)),
    slip(HEIGHT, &[], &[], (Kilogram, 100, 240, Centimetre)),
    Slip {
        low: 140,
        high: 230,
        ..slip(
            HEIGHT,
            &["선수", "씨", "장신", "몸무게", "체중", "남성", "여성"],
            PLANTS,
            (Centimetre, 0, 0, Metre),
        )
    },
    slip(WEIGHT, &[], &[], (Centimetre, 3, 300, Kilogram)),
    slip(WEIGHT, HEAVY, LIGHT, (Gram, 30, 900, Kilogram)),
    Slip {
        low: 150,
        high: 650,
        ..slip(WEIGHT, BABIES, &["쥐", "새끼", "박쥐"], (Gram, 0, 0, Kilogram))
    },
    Slip {
        low: 180,
        high: 600,
        ..slip(&["아기", "신생아"], &["태어"], &[], (Gram, 0, 0, Kilogram))
    },
    slip(WEIGHT, BABIES, &["코끼리", "고래", "하마"], (Kilogram, 1500, 6000, Gram)),
    slip(FLOOR, &[], &["부지", "단지 면적"], (SquareKilometre, 10, 330, SquareMetre)),
    slip(
        &["면적"],
        HOMES,
        &["부지", "지구", "신도시", "일대", "규모"],
        (SquareKilometre, 14, 330, SquareMetre),
    ),
    slip(FLOOR, HOMES, &[], (Metre, 10, 330, SquareMetre)),
    slip(FLOOR, HOMES, &[], (Kilometre, 10, 330, SquareMetre)),
    slip(&["시속"], &[], SLOW, (Metre, 20, 500, Kilometre)),
    Slip { right_lead: "초속", ..slip(&["시속"], WIND, TRAFFIC, (Metre, 10, 90, Metre)) },
    Slip {
        right_lead: "시속",
        ..slip(
            &["초속"],
            TRAFFIC,
            &["위성", "로켓", "소행성", "유성"],
            (Kilometre, 30, 400, Kilometre),
        )
    },
    slip(&["초속"], WIND, &["태양", "위성", "행성"], (Kilometre, 5, 95, Metre)),
    slip(PITCH, PITCH, &[], (Metre, 100, 175, Kilometre)),
    slip(RAIN, &[], &[], (Metre, 5, 1500, Millimetre)),
    slip(RAIN, &[], &[], (Centimetre, 20, 1500, Millimetre)),
    slip(
        &["시간당"],
        &["비가", "폭우", "호우", "물폭탄", "장대비", "강한 비", "빗줄기"],
        &["이동", "속도", "상승"],
        (Metre, 10, 150, Millimetre),
    ),
    slip(
        &["시간당"],
        &["비가", "폭우", "호우", "물폭탄", "장대비", "강한 비", "빗줄기"],
        &["눈", "수위", "상승"],
        (Centimetre, 10, 150, Millimetre),
    ),
    slip(SNOW, &[], &["알프스", "히말라야", "스키장"], (Metre, 5, 150, Centimetre)),
    slip(
        &["눈"],
        &["쌓", "적설", "폭설", "대설"],
        &["거리", "떨어", "높이"],
        (Metre, 8, 150, Centimetre),
    ),
    slip(&["수심"], &[], &[], (Kilometre, 12, 11_000, Metre)),
    slip(
        &["해발", "해발고도", "해발 고도"],
        &[],
        &["위성", "궤도", "상공", "우주"],
        (Kilometre, 60, 8900, Metre),
    ),
    slip(
        &["높이"],
        &["빌딩", "타워", "건물", "아파트", "전망대", "폭포", "산 ", "다리", "탑"],
        &["위성", "궤도", "상공"],
        (Kilometre, 10, 900, Metre),
    ),
    slip(&["농도", "미세먼지"], &["미세먼지"], &[], (MilligramInAir, 5, 999, MicrogramInAir)),
];
