/** What a rule finds is cut by UTF-16 and only its own findings count. */
import { expect, test } from 'vitest';
import type { Suggestion } from '../../api/types';
import { filled, found } from './trial';

function suggestion(start: number, end: number, ruleId: string): Suggestion {
  return {
    id: `${start}`,
    start,
    end,
    original: '',
    replacements: [],
    category: 'spelling',
    ruleId,
    source: 'rule',
    severity: 'error',
    message: '',
    safe: true,
  };
}

test('pieces', () => {
  const text = '😀 몇일 뒤 몇일';
  const all = [suggestion(8, 10, 'a/b'), suggestion(3, 5, 'a/b'), suggestion(6, 7, 'other')];
  const said = found(text, all, 'a/b').map((piece) => [piece.text, piece.found !== null]);
  expect(said).toEqual([
    ['😀 ', false],
    ['몇일', true],
    [' 뒤 ', false],
    ['몇일', true],
  ]);
  expect(found(text, all, 'none')).toEqual([{ text, found: null }]);
  expect(found('', [], 'none')).toEqual([]);
});

test('a message is filled', () => {
  expect(filled('‘{wrong}’은 ‘{right}’의 잘못', [['몇일', '며칠']])).toBe('‘몇일’은 ‘며칠’의 잘못');
  expect(filled('‘{wrong}’을 지운다', [])).toBe('‘…’을 지운다');
});
