/** Exported files say what the article says. */
import { expect, test } from 'vitest';
import { compare } from './compare';
import { fileName, htmlOf, jsonOf } from './export';
import { track } from './tracking';

test('names of files are names anywhere', () => {
  expect(fileName('한은: "동결"\n/둘?', 'txt')).toBe('한은 동결 둘.txt');
  expect(fileName(' ', 'json')).toBe('기사.json');
});

test('a page shows both texts and runs nothing of them', () => {
  const html = htmlOf('<제목>', compare('그는 몇일 <b> 뒤', '그는 며칠 <b> 뒤'));
  expect(html).toContain('<h1>&lt;제목&gt;</h1>');
  expect(html).toContain('<td>그는 <del>몇일</del> &lt;b&gt; 뒤</td>');
  expect(html).toContain('<td>그는 <ins>며칠</ins> &lt;b&gt; 뒤</td>');
});

test('the record holds places and decisions as they stand', () => {
  const suggestion = {
    id: 'r',
    start: 0,
    end: 2,
    original: '몇일',
    replacements: ['며칠'],
    category: 'spelling',
    ruleId: null,
    source: 'rule',
    severity: 'error',
    message: '',
    safe: true,
  };
  const item = { ...track(suggestion, new Set()), from: 3, to: 5, state: 'accepted' as const };
  const record = jsonOf({ title: '가', original: '몇일', text: '😀 며칠', items: [item] });
  expect(JSON.parse(record)).toEqual({
    title: '가',
    original: '몇일',
    text: '😀 며칠',
    suggestions: [{ ...suggestion, start: 3, end: 5, state: 'accepted' }],
  });
});
