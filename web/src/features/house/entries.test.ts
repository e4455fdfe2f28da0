/** Entries are found by letters and initials, and come back as they were. */
import { expect, test } from 'vitest';
import { again, fitting, nameOf, scopesOf } from './entries';
import type { Entry } from './remote';

const base = { scope: 'me', createdBy: 'kim', createdAt: '2026-11-27T00:00:00Z' } as const;
const replace: Entry = { ...base, id: '1', kind: 'replace', wrong: '금리인상', right: '금리 인상' };
const except: Entry = { ...base, id: '2', kind: 'except', wrong: '몇일', reason: '상호 😀' };
const off: Entry = { ...base, id: '3', kind: 'ignore-rule', wrong: '', ruleId: 'spacing/unit' };
const all = [replace, except, off];

test('who may write where', () => {
  expect(scopesOf('user')).toEqual(['me']);
  expect(scopesOf('desk')).toEqual(['me', 'desk']);
  expect(scopesOf('admin')).toEqual(['me', 'desk', 'all']);
});

test('entries are found', () => {
  expect(fitting(all, null, '')).toEqual(all);
  expect(fitting(all, 'except', '')).toEqual([except]);
  expect(fitting(all, null, 'ㄱㄹㅇㅅ')).toEqual([replace]);
  expect(fitting(all, null, 'UNIT')).toEqual([off]);
  expect(fitting(all, null, '상호'.normalize('NFD'))).toEqual([except]);
});

test('a removed entry comes back as it was', () => {
  expect(again({ ...replace, desk: null, reason: null })).toEqual({
    scope: 'me',
    kind: 'replace',
    wrong: '금리인상',
    right: '금리 인상',
  });
  expect(nameOf(off)).toBe('spacing/unit');
});
