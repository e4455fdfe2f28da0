/** The page's words in Korean and English. */

const words = {
  ko: {
    brand: '넥스 교열',
    articles: '기사 목록',
    newArticle: '새 기사',
    pasteHere: '기사를 여기에 붙여 넣으세요',
    sample: '예문으로 시작',
    search: '제목 찾기',
    all: '전체',
    basic: '비즈니스',
    pro: '종합 뉴스',
    title: '제목',
    engine: '모드',
    lastActivity: '마지막 작업',
    pin: '고정',
    unpin: '고정 해제',
    rename: '이름 바꾸기',
    remove: '삭제',
    removeAsk: '이 기사를 지울까요? 되돌릴 수 없습니다.',
    more: '더 보기',
    noArticles: '기사가 없습니다.',
    untitled: '제목 없음',
    start: '교열 시작',
    stop: '중지',
    running: 'AI가 읽고 있습니다',
    findings: '지적',
    chat: '대화',
    edit: '교정',
    changes: '변경 보기',
    final: '최종본',
    editorLabel: '기사 본문',
    accept: '수락',
    reject: '무시',
    acceptShown: '보이는 {n}건 모두 수락',
    nothingFound: '지적이 없습니다. 맞춤법·띄어쓰기·조사·외래어·숫자 등을 검사했습니다.',
    emptyText: '본문을 붙여 넣으면 바로 검사합니다.',
    aiOff: 'AI 미설정: 규칙 검사만',
    legOff: 'AI 서버 꺼짐: {provider} ({reason})',
    legLeftOut: 'AI 서버 이상: {provider} {reason}',
    retires: '{day}부터 AI 모델이 종료될 수 있습니다: {model}',
    retired: 'AI 모델이 종료되었거나 곧 종료됩니다({day}): {model}',
    retry: '다시 시도',
    connected: '연결됨',
    connecting: '연결 중',
    offline: '연결 끊김 · 다시 연결하는 중',
    saved: '저장됨 {time}',
    saving: '저장 중',
    unsaved: '저장 못 함',
    handled: '{done}/{all} 처리',
    characters: '{n}자',
    sheets: '원고지 {n}매',
    ask: '이 기사에 대해 묻기',
    send: '보내기',
    asking: '답하는 중',
    rule: '규칙',
    ai: 'AI',
    both: '규칙·AI',
    reference: '근거',
    needsCheck: '확인 필요',
    removal: '(삭제)',
    next: '다음',
    previous: '이전',
    undo: '되돌리기',
    language: 'English',
    conflict: '다른 창에서 먼저 저장했습니다.',
    reload: '새로 읽기',
    back: '목록',
    sources: '출처',
    theme: '화면 밝기',
    error: '오류',
    warning: '주의',
    hint: '참고',
    loading: '읽는 중',
    original: '처음 글',
  },
  en: {
    brand: 'Nex Proof',
    articles: 'Articles',
    newArticle: 'New article',
    pasteHere: 'Paste an article here',
    sample: 'Start with a sample',
    search: 'Find a title',
    all: 'All',
    basic: 'Business',
    pro: 'General news',
    title: 'Title',
    engine: 'Engine',
    lastActivity: 'Last activity',
    pin: 'Pin',
    unpin: 'Unpin',
    rename: 'Rename',
    remove: 'Delete',
    removeAsk: 'Delete this article? This cannot be undone.',
    more: 'More',
    noArticles: 'No articles.',
    untitled: 'Untitled',
    start: 'Proofread',
    stop: 'Stop',
    running: 'The model is reading',
    findings: 'Findings',
    chat: 'Chat',
    edit: 'Edit',
    changes: 'Changes',
    final: 'Final',
    editorLabel: 'Article text',
    accept: 'Accept',
    reject: 'Ignore',
    acceptShown: 'Accept all {n} shown',
    nothingFound:
      'Nothing found. Spelling, spacing, particles, loanwords and numbers were checked.',
    emptyText: 'Paste a text and it is checked at once.',
    aiOff: 'No model configured: rules only',
    legOff: 'Provider off: {provider} ({reason})',
    legLeftOut: 'Provider failing: {provider} {reason}',
    retires: 'From {day} the model may be gone: {model}',
    retired: 'The model is gone or about to be ({day}): {model}',
    retry: 'Try again',
    connected: 'Connected',
    connecting: 'Connecting',
    offline: 'Disconnected · reconnecting',
    saved: 'Saved {time}',
    saving: 'Saving',
    unsaved: 'Not saved',
    handled: '{done}/{all} handled',
    characters: '{n} characters',
    sheets: '{n} sheets',
    ask: 'Ask about this article',
    send: 'Send',
    asking: 'Answering',
    rule: 'Rule',
    ai: 'AI',
    both: 'Rule and AI',
    reference: 'Norm',
    needsCheck: 'Please check',
    removal: '(remove)',
    next: 'next',
    previous: 'previous',
    undo: 'undo',
    language: '한국어',
    conflict: 'Somebody else saved first.',
    reload: 'Read again',
    back: 'Articles',
    sources: 'Sources',
    theme: 'Theme',
    error: 'Error',
    warning: 'Warning',
    hint: 'Hint',
    loading: 'Loading',
    original: 'Original',
  },
} as const;

const categories: Record<string, readonly [string, string]> = {
  spelling: ['맞춤법', 'Spelling'],
  spacing: ['띄어쓰기', 'Spacing'],
  particle: ['조사', 'Particle'],
  ending: ['어미', 'Ending'],
  loanword: ['외래어 표기', 'Loanword'],
  punctuation: ['문장부호', 'Punctuation'],
  number: ['숫자·단위', 'Number'],
  redundancy: ['겹말', 'Redundancy'],
  sentence: ['문장', 'Sentence'],
  consistency: ['통일', 'Consistency'],
  fact: ['사실 확인', 'Fact'],
  'plain-language': ['순화', 'Plain language'],
  'house-style': ['사내 표기', 'House style'],
  residue: ['생성 흔적', 'Residue'],
};

export type Language = 'ko' | 'en';
export type Word = keyof (typeof words)['ko'];

const STORED = 'prf-language';

function stored(): Language {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'ko';
  } catch {
    return 'ko';
  }
}

let language = $state<Language>(stored());

export const i18n = {
  get language(): Language {
    return language;
  },
  toggle(): void {
    language = language === 'ko' ? 'en' : 'ko';
    document.documentElement.lang = language;
    try {
      localStorage.setItem(STORED, language);
    } catch {
      // A browser without storage keeps the choice for this visit.
    }
  },
};

/** A word of the page, with `{name}` places filled. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  return words[language][word].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );
}

/** The label of a category. */
export function categoryLabel(category: string): string {
  return categories[category]?.[language === 'ko' ? 0 : 1] ?? category;
}
