/** A desk after a month of work, in the server's shapes, for how screens are drawn: a server's days come
 * from its clock. What screens do is tested without it. */
import type { Page } from '@playwright/test';
import { answer } from './mocks';

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}`;

const titles: [string, string, string, string, number][] = [
  ['한은, 기준금리 연 2.50% 동결', 'review', '경제부', '김서연', 20],
  ['3분기 수출 7000억 달러 넘어', 'done', '산업부', '이준호', 0],
  ['반도체 설비투자 전망', 'waiting', '산업부', '박지민', 0],
  ['[사설] 가계부채 관리, 늦출 수 없다', 'review', '논설실', '', 4],
  ['코스피 장중 3200 돌파', 'done', '증권부', '최유진', 3],
  ['국회, 내년 예산안 심사 착수', 'proofreading', '정치부', '정하늘', 7],
  ['서울 아파트 거래량 석 달째 감소', 'waiting', '부동산부', '한도윤', 0],
];

const articles = titles.map(([title, state, desk, reporter, openSuggestions], place) => ({
  conversationId: `c${place + 1}`,
  userId: 'local',
  engineType: place === 5 ? 'Pro' : 'Basic',
  title,
  messages: [],
  createdAt: `${day(26)}T00:00:00Z`,
  updatedAt: `${day(27 - place)}T0${place}:30:00Z`,
  pinned: place === 0,
  metadata: { pinned: place === 0, state, desk, reporter, openSuggestions },
}));

const base = { createdBy: 'kim', createdAt: `${day(20)}T02:00:00Z` };
const entries = [
  {
    ...base,
    id: 'all:1',
    scope: 'all',
    kind: 'replace',
    wrong: '금리인상',
    right: '금리 인상',
    reason: '낱말마다 띄어 쓴다',
  },
  {
    ...base,
    id: 'desk:경제:2',
    scope: 'desk',
    desk: '경제',
    kind: 'except',
    wrong: '몇일전자',
    reason: '회사 이름',
  },
  {
    ...base,
    id: 'me:3',
    scope: 'me',
    kind: 'ignore-rule',
    wrong: '',
    ruleId: 'spelling/fixed-form',
  },
  { ...base, id: 'all:4', scope: 'all', kind: 'replace', wrong: '컨퍼런스콜', right: '콘퍼런스콜' },
];

const rules = [
  {
    id: 'spelling/confused-words',
    category: 'spelling',
    severity: 'error',
    norm: '한글 맞춤법 제27항',
    message: '‘{wrong}’은(는) ‘{right}’의 잘못입니다.',
    examples: [
      { wrong: '몇일 뒤 발표한다.', right: '며칠 뒤 발표한다.' },
      { wrong: '행사를 치뤘다.', right: '행사를 치렀다.' },
    ],
    keep: ['며칠 동안 이어졌다.'],
    entries: 214,
    words: [
      ['몇일', '며칠'],
      ['치뤄', '치러'],
    ],
    code: false,
  },
  {
    id: 'spacing/dependent-noun',
    category: 'spacing',
    severity: 'error',
    norm: '한글 맞춤법 제42항',
    message: '의존 명사는 띄어 씁니다.',
    examples: [{ wrong: '할수 있다.', right: '할 수 있다.' }],
    keep: ['수많은 사람'],
    entries: 0,
    words: [],
    code: true,
  },
  {
    id: 'number/large-amount',
    category: 'number',
    severity: 'warning',
    norm: '사내 표기 지침 2.3',
    message: '만·억·조 단위로 띄어 씁니다.',
    profileOnly: ['seoul'],
    examples: [{ wrong: '3조9천억원', right: '3조 9000억 원' }],
    keep: ['3조 9000억 원'],
    entries: 12,
    words: [],
    code: false,
  },
];

/** What an engine's model is told in tests. */
export const instruction = [
  '당신은 경제 신문의 교열 기자다.',
  '사실을 새로 만들지 않는다.',
  '직접 인용은 고치지 않는다.',
  '숫자와 이름은 확인을 요청한다.',
].join('\n');

const prompt = {
  id: 'Basic',
  engineType: 'Basic',
  description: '경제·금융·산업·증권·부동산 기사',
  instruction,
  version: 7,
  updatedAt: `${day(25)}T05:00:00Z`,
  updatedBy: 'lee',
};

const file = (fileId: string, fileName: string, fileContent: string, added: number) => ({
  promptId: 'Basic',
  fileId,
  fileName,
  fileContent,
  createdAt: `${day(added)}T01:00:00Z`,
});

const files = [
  file('f1', '표기 원칙.txt', '가'.repeat(12_400), 3),
  file('f2', '기관 이름.csv', '나'.repeat(3_210), 9),
];

const versions = [7, 6, 5].map((version) => ({
  version,
  updatedAt: `${day(18 + version)}T05:00:00Z`,
  updatedBy: version === 6 ? 'kim' : 'lee',
  description: '경제·금융·산업·증권·부동산 기사',
  characters: instruction.length - (7 - version) * 5,
}));

export const usage = Array.from({ length: 30 }, (_, place) => place).flatMap((place) =>
  (['Basic', 'Pro'] as const).map((engineType, layer) => ({
    userId: place % 3 === 0 ? 'kim' : 'lee',
    engineType,
    day: place < 2 ? `2026-10-${30 + place}` : day(place - 1),
    turns: 4 + ((place * 7 + layer * 3) % 11),
    inputTokens: 60_000 + ((place * 37 + layer * 11) % 50) * 3_000,
    outputTokens: 3_000 + ((place * 13) % 7) * 500,
    cacheReadTokens: 50_000 + ((place * 29) % 40) * 1_000,
    cacheWriteTokens: 2_000,
    searches: place % 4,
    costMicroUsd: 90_000 + ((place * 31 + layer * 17) % 23) * 20_000,
  })),
);

const acceptance = [
  ['spacing', 'spacing/dependent-noun', 'rule', 420, 31, 4, 2, 0],
  ['spelling', 'spelling/confused-words', 'rule', 310, 12, 3, 1, 0],
  ['sentence', null, 'ai', 96, 88, 25, 3, 11],
  ['number', 'number/large-amount', 'rule', 151, 9, 0, 4, 1],
  ['fact', null, 'ai', 12, 20, 2, 0, 3],
].map(([category, ruleId, source, accepted, rejected, edited, alwaysIgnored, disliked]) => ({
  category,
  ruleId,
  source,
  accepted,
  rejected,
  edited,
  alwaysIgnored,
  disliked,
}));

const bounds = { turnsPerMinute: 6, concurrentTurns: 2, textChars: 50_000 };

const quotas = [
  {
    subject: { kind: 'role', name: 'user' },
    source: 'file',
    tokensPerMonth: 500_000,
    ...bounds,
  },
  { subject: { kind: 'desk', name: '경제' }, source: 'admin', costMicroUsdPerMonth: 120_000_000 },
];

const audit = ['quota-saved', 'prompt-saved', 'sign-in', 'denied'].map((action, place) => ({
  sequence: place + 1,
  at: `${day(26)}T0${place}:10:00Z`,
  actor: place === 3 ? 'unknown' : 'lee',
  action,
  subject: ['desk 경제', 'Basic', 'lee', 'park'][place] ?? '',
  outcome: action === 'denied' ? 'refused' : 'done',
  previousHash: 'a',
  hash: 'b',
}));

const own = {
  tokensUsed: 182_400,
  tokensLimit: 500_000,
  costUsedMicroUsd: 3_412_000,
  costLimitMicroUsd: 10_000_000,
  ...bounds,
  resetsAt: '2026-11-30T15:00:00Z',
};

/** Everything that is only read. */
export async function desk(page: Page): Promise<void> {
  const reads: [string | RegExp, (path: string) => unknown][] = [
    ['/conversations', () => ({ conversations: articles, count: articles.length })],
    ['/dictionary', () => ({ entries, total: entries.length })],
    ['/rules', () => ({ rules, total: rules.length })],
    [/^\/prompts\/(Basic|Pro)$/, () => ({ prompt, files })],
    [/^\/prompts\/\w+\/versions$/, () => ({ versions })],
    [
      /^\/prompts\/\w+\/versions\/\d+$/,
      (path) => ({
        ...versions.find((one) => path.endsWith(`/${one.version}`)),
        instruction: instruction.replace('직접 인용은 고치지 않는다.\n', ''),
      }),
    ],
    [
      /^\/prompts\/\w+\/cache$/,
      () => ({
        characters: 139_210,
        estimatedTokens: 65_100,
        minimumTokens: 4_096,
        state: 'warm',
        warmUntil: '2026-11-27T10:40:00Z',
        lastHit: { at: '2026-11-27T09:40:00Z', readTokens: 64_800, writtenTokens: 0 },
      }),
    ],
    ['/usage/days', () => ({ rows: usage })],
    ['/usage/acceptance', () => ({ rows: acceptance })],
    ['/quotas/mine', () => own],
    ['/quotas', () => ({ rows: quotas })],
    ['/audit', () => ({ rows: audit, intact: true })],
  ];
  for (const [path, json] of reads) {
    await answer(page, path, (asked) =>
      asked.method === 'GET' ? { json: json(asked.path) } : null,
    );
  }
  await page.clock.setFixedTime(new Date('2026-11-28T10:00:00+09:00'));
}
