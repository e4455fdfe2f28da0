/** Reading of an answer about claims. */
import { expect, test } from 'vitest';
import { claimsOf, dateOf, distinct, linkOf, siteOf } from './claims';

test('each line of the asked shape is a claim, with its sources', () => {
  const answer = [
    '확인한 결과입니다. 😀',
    '- [확인] "기준금리를 동결했다" — 한국은행이 발표했다 [1][2]',
    '- **[불일치]** “연 2.75%” - 발표문은 연 2.50%다. [출처 1]',
    '- [근거 없음] "역대 최고" — 찾지 못했다',
    '- [모름] "없는 판정" — 무시한다',
  ].join('\n');
  expect(claimsOf(answer)).toEqual([
    {
      verdict: 'confirmed',
      claim: '기준금리를 동결했다',
      explanation: '한국은행이 발표했다',
      sources: [1, 2],
    },
    {
      verdict: 'contradicted',
      claim: '연 2.75%',
      explanation: '발표문은 연 2.50%다.',
      sources: [1],
    },
    { verdict: 'unfounded', claim: '역대 최고', explanation: '찾지 못했다', sources: [] },
  ]);
});

test('a site is named without its frills', () => {
  expect(siteOf('https://www.example.com/a?b')).toBe('example.com');
  expect(siteOf('무엇')).toBe('무엇');
});

test('only an address of the web is a link', () => {
  for (const url of ['https://example.com/가?나#다', 'HTTP://example.com']) {
    expect(linkOf(url)).toBe(url);
  }
  for (const url of [
    'javascript:hit()',
    ' java\nscript:hit()',
    'data:text/html,x',
    '//a.kr',
    '/a',
  ]) {
    expect(linkOf(url), url).toBeUndefined();
  }
  expect(linkOf('https://')).toBeUndefined();
  expect(linkOf('https://bank.example@evil.example/')).toBeUndefined();
});

test('a page that is told twice is one source', () => {
  const [url, title] = ['https://example.com/a', '발표'];
  const other = { url: 'https://example.com/b', title: '다른 글' };
  const told = [
    { url, title, changed: 'April 30, 2025' },
    other,
    { url, title, quote: '동결', changed: null },
    { url, title, quote: '둘째', changed: null },
  ];
  expect(distinct(told)).toEqual([{ url, title, quote: '동결', changed: 'April 30, 2025' }, other]);
});

test('a date is written as its reader writes dates, and other words stay', () => {
  expect(dateOf('April 30, 2025', 'ko-KR')).toBe('2025. 4. 30.');
  expect(dateOf('April 30, 2025', 'en-GB')).toBe('30 Apr 2025');
  for (const words of ['3 days ago', '어제', '2025년쯤 <b>'])
    expect(dateOf(words, 'ko-KR')).toBe(words);
});
