/** Rows are read with care; marks cut a snippet by UTF-16. */
import { expect, test } from 'vitest';
import type { Conversation } from '../../api/types';
import { changed, pieces, rowOf } from './rows';

function conversation(metadata: object): Conversation {
  return {
    conversationId: 'c1',
    userId: 'u',
    engineType: 'Pro',
    title: '제목',
    messages: [],
    createdAt: '2026-11-27T00:00:00Z',
    updatedAt: '2026-11-27T01:00:00Z',
    pinned: false,
    metadata: metadata as Record<string, never>,
  };
}

test('a row of what the server says, and of what it leaves out', () => {
  const known = {
    pinned: true,
    state: 'review',
    desk: '경제부',
    reporter: '김',
    openSuggestions: 3,
  };
  expect(rowOf(conversation(known))).toEqual({
    id: 'c1',
    title: '제목',
    engine: 'Pro',
    updatedAt: '2026-11-27T01:00:00Z',
    isPinned: true,
    state: 'review',
    desk: '경제부',
    reporter: '김',
    openSuggestions: 3,
    embargo: 'none',
  });
  const unknown = rowOf(conversation({ state: 'lost', desk: 7 }));
  expect(unknown).toMatchObject({ state: 'waiting', desk: '', openSuggestions: null });
});

test('a change is seen in the row', () => {
  const row = rowOf(conversation({}));
  expect(changed(row, { pinned: true })).toEqual({ ...row, isPinned: true });
  expect(changed(row, { state: 'done', title: '새' })).toEqual({
    ...row,
    state: 'done',
    title: '새',
  });
});

test('a snippet is cut at its marks', () => {
  expect(pieces('😀 금리를 올려', [[3, 5]])).toEqual([
    { text: '😀 ', isMarked: false },
    { text: '금리', isMarked: true },
    { text: '를 올려', isMarked: false },
  ]);
  expect(
    pieces('가나다', [
      [2, 3],
      [0, 1],
      [0, 2],
      [2, 9],
    ]),
  ).toEqual([
    { text: '가', isMarked: true },
    { text: '나', isMarked: false },
    { text: '다', isMarked: true },
  ]);
  expect(pieces('', [])).toEqual([]);
});
