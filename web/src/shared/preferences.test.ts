/** Stored choices are taken only when they are choices; the page shows them. */
import { expect, test } from 'vitest';
import { preferences, read } from './preferences.svelte';

test('what is stored is read with care', () => {
  const usual = { theme: 'system', textSize: 'normal', profile: null, desk: '', hints: false };
  expect(read(null)).toEqual(usual);
  expect(read('not json')).toEqual(usual);
  expect(read('"text"')).toEqual(usual);
  expect(read('{"theme":"pink","textSize":3,"profile":"x","desk":9,"hints":"yes"}')).toEqual(usual);
  const chosen = { theme: 'dark', textSize: 'large', profile: 'seoul', desk: '경제', hints: true };
  expect(read(JSON.stringify(chosen))).toEqual(chosen);
});

test('a change is shown, kept, and told to checks', () => {
  preferences.change({ theme: 'dark', textSize: 'larger', profile: 'yonhap', desk: ' 정치 ' });
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(document.documentElement.dataset.textSize).toBe('larger');
  expect(read(localStorage.getItem('prf-preferences'))).toMatchObject({ profile: 'yonhap' });
  expect(preferences.checkOptions).toEqual({ profile: 'yonhap', desk: '정치' });
  preferences.change({ profile: null, desk: '', hints: true });
  expect(preferences.checkOptions).toEqual({ hints: true });
});
