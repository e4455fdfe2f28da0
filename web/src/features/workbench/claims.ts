/** Claims of an article as an answer judges them, with the sources it names by number. */

export interface Source {
  url: string;
  title: string;
  quote?: string | null;
  /** When the page was last changed, in the words of whoever searched. */
  changed?: string | null;
}

export const verdicts = ['confirmed', 'contradicted', 'unfounded'] as const;
export type ClaimVerdict = (typeof verdicts)[number];

export interface Claim {
  verdict: ClaimVerdict;
  claim: string;
  explanation: string;
  /** From 1, in the order of the answer's sources. */
  sources: number[];
}

const KOREAN: Record<string, ClaimVerdict> = {
  확인: 'confirmed',
  불일치: 'contradicted',
  '근거 없음': 'unfounded',
};

/** How the model is asked; each line of its answer is one claim. */
export const QUESTION = `이 기사에서 웹에서 확인할 수 있는 사실 주장(수치, 날짜, 이름, 직함, 발표 내용)을 골라 하나씩 웹 검색으로 확인해 주세요.
주장마다 한 줄로만 답하고, 다른 말은 쓰지 마세요.
- [확인|불일치|근거 없음] "기사에 쓰인 그대로의 주장" — 판단의 이유 한 문장 [출처 번호]`;

const LINE = /^\s*[-*]?\s*\**\[(확인|불일치|근거 없음)\]\**\s*["“](.+?)["”]\s*(?:[—–:-]+\s*)?(.*)$/;

/** The claims an answer lists; lines of another shape are passed over. */
export function claimsOf(answer: string): Claim[] {
  const claims: Claim[] = [];
  for (const line of answer.split('\n')) {
    const [, verdict, claim, rest = ''] = LINE.exec(line) ?? [];
    if (!verdict || !claim) continue;
    const sources = [...rest.matchAll(/\[(?:출처\s*)?(\d+)\]/g)].map((one) => Number(one[1]));
    claims.push({
      verdict: KOREAN[verdict] ?? 'unfounded',
      claim,
      explanation: rest.replace(/\s*\[(?:출처\s*)?\d+\]/g, '').trim(),
      sources: [...new Set(sources)],
    });
  }
  return claims;
}

/** Each page once, with the first words quoted from it: the same page is told with every quote, and its
 * date only where it was found. */
export function distinct(sources: readonly Source[]): Source[] {
  const pages = new Map<string, Source>();
  for (const source of sources) {
    const known = pages.get(source.url);
    const changed = known?.changed ?? source.changed;
    const whole = known?.quote ? known : { ...known, ...source };
    pages.set(source.url, changed ? { ...whole, changed } : whole);
  }
  return [...pages.values()];
}

/** A page's date as the page's reader writes dates; other words stay as they are. */
export function dateOf(changed: string, locale: string): string {
  const day = new Date(changed);
  const isDate = /\d{4}/.test(changed) && !Number.isNaN(day.valueOf());
  return isDate ? day.toLocaleDateString(locale, { dateStyle: 'medium' }) : changed;
}

/** The address where it may be a link: of the web, and naming nobody. What is kept beside an answer may
 * come from another client. */
export function linkOf(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  return username === '' && password === '' ? url : undefined;
}

/** The site of an address as people name it. */
export function siteOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, '');
  } catch {
    return url;
  }
}
