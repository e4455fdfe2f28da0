//! The words that [`super`] looks for.

use crate::layer::spacing::modifier::form::{DOING, FUTURE};

/// What can be nothing but particles, whatever stands before.
pub(super) const ONLY_PARTICLES: &str = "에서 에서는 에서도 에서의 에게 에게는 에게도 에게서 에는 까지 까지는 까지도 까지의 \
     부터 부터는 처럼 처럼은 커녕 께서 께서는 조차 조차도 를";

/// Rule, words that are particles after a noun, and how the next word must begin.
pub(super) const LONE: &[(&str, &str, &str)] = &[
    ("spacing/only-apart", "뿐 뿐이라는 뿐이고 뿐이지만 뿐이야 뿐만 뿐만이", ""),
    ("spacing/as-much-apart", "만큼 만큼이나 만큼은 만큼도 만큼의", ""),
    ("spacing/as-is-apart", "대로", ""),
    ("spacing/even-apart", "마저 마저도", ""),
    ("spacing/but-apart", "밖에", "없 안 못 모르 되지"),
    ("spacing/than-apart", "보다는 보다도", ""),
    (
        "spacing/than-apart",
        "보다",
        "더 덜 훨씬 먼저 못 낫 나은 앞서 뒤처 낮 적 줄 늘 두 세 크 작 빠르 느리 0 1 2 3 4 5 6 7 8 9",
    ),
    ("spacing/copula-apart", "이다 입니다 이었다 이라며 이라고 이라는 이며 이지만", ""),
];

/// Endings after the form of a predicate, each with the forms it follows.
pub(super) const ENDINGS: &[(&str, u8)] = &[
    ("다고", DOING),
    ("다며", DOING),
    ("다면서", DOING),
    ("지를", DOING),
    ("지도", DOING),
    ("지에", DOING | FUTURE),
    ("지가", DOING | FUTURE),
    ("지는", FUTURE),
    ("지까지", FUTURE),
    ("지의", FUTURE),
    ("까", FUTURE),
    ("까요", FUTURE),
];

/// Forms of 지다 after 아 or 어.
pub(super) const BECOMING: &str =
    "진다 졌다 지는 지고 지면 지자 지기 질수록 졌고 졌지만 져서 집니다";

/// Suffixes that make a verb of a noun, with their rules.
pub(super) const VERBS: &[(&str, &str)] = &[
    ("하", "spacing/do-apart"),
    ("되", "spacing/become-apart"),
    ("시키", "spacing/make-apart"),
    ("받", "spacing/receive-apart"),
    ("당하", "spacing/suffer-apart"),
];

/// Adjectives with 아 or 어 that 하다 joins.
pub(super) const FEELINGS: &str = "어려워 두려워 무서워 즐거워 부러워 고마워 안타까워 괴로워 그리워 아쉬워 미워 반가워 \
     부끄러워 자랑스러워 혼란스러워 부담스러워 조심스러워 싫어 좋아 기뻐 슬퍼 불편해 답답해 서운해 섭섭해 \
     미안해 못마땅해 행복해 억울해 의아해 난감해 아까워 지겨워";

/// Nouns of acts and states that 하다 makes verbs and adjectives of.
pub(super) const VERBAL_NOUNS: &str = "
승인 발표 요구 지적 강조 설명 주장 요청 촉구 결정 확정 확인 검토 조사 수사 체포 구속 기소 고발 고소 송치 압수 수색 선고 판결 기각 인용
개발 개선 개최 개편 개정 개통 개장 개봉 개방 개시 건설 건립 설립 설치 설정 설계 시행 실시 실행 시작 진행 추진 중단 중지 정지 종료 완료 완공
착공 준공 철거 철회 취소 취임 퇴임 사퇴 사임 임명 선임 선출 당선 낙선 출마 출범 출시 출근 출국 입국 귀국 방문 참석 참가 참여 불참 가입 탈퇴
통과 통제 통보 통합 폐지 폐쇄 폐기 해제 해결 해명 해석 해고 해임 파악 파견 파손 파괴 판단 판매 평가 포함 포기 표시 표현 표명 보도 보호
보장 보완 보상 보유 복구 복귀 부과 부담 부인 부족 분석 분류 반영 반대 반박 반발 발견 발생 발전 발행 발송 배치 배포 배정 배출 변경 변화
비판 비난 사용 사망 삭감 삭제 상승 하락 생산 생각 선정 선택 선언 소개 소유 수립 수용 수정 수출 수입 승리 패배 신고 신청 심사 안내 약속 언급
연결 연구 연기 예고 예상 예측 예방 완화 강화 확대 축소 증가 감소 증명 요약 우려 운영 운행 유지 유출 의결 부결 가결 의미 이동 이용 이행 이해
인정 인상 인하 인증 입증 입장 작성 작용 적용 적발 전달 전망 전환 제공 제기 제시 제안 제외 제출 제한 제작 조성 조정 조치 존재 주도 주목 주문
준비 중시 지급 지시 지원 지정 지지 지출 집계 집중 집행 차단 차지 체결 초과 초래 초청 촬영 추가 추정 추천 축하 충돌 치료 탈락 토론 투입
투자 투표 특정 편성 평균 합의 허용 허가 협력 협의 형성 호소 확보 활동 활용 회복 회피 획득 훼손 희망 동결 낙찰 전소 탈바꿈 되풀이 극복 정리
정비 성공 실패 성장 기록 기대 기부 기여 기념 거부 거절 경고 계획 고려 고민 공개 공급 공유 공격 관리 관찰 교체 교환 구매 구성 구입 구축 규정
금지 납부 노력 논의 단속 담당 대응 대비 대표 대체 도달 도착 도입 독려 등록 등장 마감 마련 만족 매각 매입 면제 모집 목격 무시 문의 미루 방지
방치 배제 복원 봉쇄 부상 사과 상대 상징 석방 설득 성사 소비 수행 숙박 시도 시사 압박 양보 억제 연장 예약 위반 위협 유치 응답 응원 의심
의존 인식 저지 저장 적응 점검 접수 접종 접촉 정착 조언 조절 중계 증언 지목 지속 진단 진출 진압 진술 처리 처벌 철수 청구 체류 출동 출연 출전
충분 충실 불편 부실 안전 안정 편리 필요 중요 심각 명확 분명 정확 다양 복잡 간단 풍부 활발 신속 공정 투명 얌전 무사 건강 행복 존경 사랑 환영
칭찬 격려 감사 걱정 공감 공부 구조 대피 부탁 분쇄 훈련 협상 회의 회견 호응 흡수 홍보 확산 감축 감독 감시 개입 거래 검거 검증 결합 경쟁 경험
고용 공모 공표 보수 과시 관람 관측 구분 구현 구제 권고 권유 규탄 근무 기획 독점 동의 매도 매수 모색 묘사 물색 반납 발굴 발급 발령 방어 방영
배분 배달 벌금 보관 보급 복무 봉사 부여 분담 분리 불법 비교 사수 상담 상영 상장 석권 선도 섭취 소집 송금 수상 수여 수확 순찰 숨김 시정 신설
";

/// Of these the ones that 받다 makes passive; others (선고, 주문) may be received as a thing.
pub(super) const RECEIVED: &str =
    "인정 존경 사랑 의심 처벌 비판 비난 위협 거부 보호 칭찬 환영 격려 허가 승인";

/// Nouns of time and place, after which 마저 and 밖에 are words of their own.
pub(super) const TIMES: &str =
    "지금 오늘 내일 어제 잠시 이제 당시 대문 현관 건물 도시 마을 생각 기대 예상";
