/** Counting and comparing text, with emoji and decomposed Hangul. */
import { expect, test } from 'vitest';
import { countCharacters, difference, excess, manuscriptSheets, normalise, titleOf } from './text';

test('text is composed and has line feeds only', () => {
  expect(normalise('한글\r\n둘\r셋\0')).toBe('한글\n둘\n셋');
});

test('characters and sheets are counted as people count', () => {
  expect(countCharacters('금리 😀')).toBe(4);
  expect(countCharacters('😀😀\ud83d\udc00\ud83d 가')).toBe(6);
  expect(countCharacters('가'.normalize('NFD'))).toBe(2);
  expect(countCharacters('')).toBe(0);
  expect([manuscriptSheets(0), manuscriptSheets(562)]).toEqual([0, 2.9]);
});

test('what a text holds beyond a limit is counted in characters', () => {
  expect([excess('', 0), excess('금리 😀', 4), excess('금리 😀', 3)]).toEqual([0, 0, 1]);
  expect(excess('가'.normalize('NFD').repeat(3), 4)).toBe(2);
});

test('a title is the first written line', () => {
  expect(titleOf('\n  한은, 동결 \n본문')).toBe('한은, 동결');
  expect(titleOf('')).toBe('');
});

test('the difference is what lies between', () => {
  expect(difference('할수 있다', '할 수 있다')).toEqual({
    head: '할',
    removed: '',
    added: ' ',
    tail: '수 있다',
  });
  expect(difference('가가', '가')).toEqual({ head: '가', removed: '가', added: '', tail: '' });
});
