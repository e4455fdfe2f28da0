/** Korean is found by letters and by initial consonants, also decomposed and beside emoji. */
import { expect, test } from 'vitest';
import { closeness, holds, initialsOf, isInitials } from './hangul';

test('initial consonants', () => {
  expect(initialsOf('기준금리 😀 3%')).toBe('ㄱㅈㄱㄹ 😀 3%');
  expect(initialsOf('까치'.normalize('NFD'))).toBe('ㄲㅊ');
  expect(isInitials('ㄱㅈㄱㄹ')).toBe(true);
  expect(isInitials('ㄱ준')).toBe(false);
  expect(isInitials('')).toBe(false);
});

test('what is held', () => {
  expect(holds('한은, 기준금리 동결', '기준')).toBe(true);
  expect(holds('한은, 기준금리 동결', 'ㄱㅈㄱㄹ')).toBe(true);
  expect(holds('한은, 기준금리 동결'.normalize('NFD'), '기준금리')).toBe(true);
  expect(holds('Settings', 'sett')).toBe(true);
  expect(holds('설정', '사전')).toBe(false);
  expect(holds('설정', ' ')).toBe(true);
});

test('what fits best', () => {
  expect(closeness('설정', 'ㅅㅈ')).toBe(3);
  expect(closeness('사전·규칙', 'ㅅㅈ')).toBe(2);
  expect(closeness('기사 설정 😀', 'ㅅㅈ')).toBe(1);
  expect(closeness('기사', 'ㅅㅈ')).toBe(0);
});
