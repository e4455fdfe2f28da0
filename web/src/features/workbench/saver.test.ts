/** Saving: in order, kept while the server is away, never over somebody else's text. */
import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError, api } from '../../api/client';
import type { Unsaved } from './outbox';
import { Saver } from './saver.svelte';

const kept = new Map<string, Unsaved>();
const outbox = {
  keep: async (unsaved: Unsaved) => void kept.set(unsaved.id, unsaved),
  find: async (id: string) => kept.get(id) ?? null,
  remove: async (id: string) => void kept.delete(id),
};

function saver(text = '글 😀') {
  const source = { text: () => text, items: () => [], named: async () => {} };
  const made = new Saver('c', source, outbox);
  made.begin({ version: 3, updatedAt: '2026-11-27T00:00:00Z' });
  return made;
}

beforeEach(() => {
  vi.restoreAllMocks();
  vi.useFakeTimers();
  kept.clear();
});

test('a save goes on from the version that was read', async () => {
  const saved = { version: 4, updatedAt: '2026-11-27T01:00:00Z' };
  const save = vi.spyOn(api, 'saveDraft').mockResolvedValue(saved);
  const one = saver();
  one.soon();
  await vi.advanceTimersByTimeAsync(800);
  expect(save).toHaveBeenCalledWith('c', { text: '글 😀', suggestions: [], version: 3 });
  expect([one.state, one.savedAt, kept.size]).toEqual(['saved', saved.updatedAt, 0]);
});

test('what cannot be saved is kept, and saved when the server is back', async () => {
  const save = vi.spyOn(api, 'saveDraft').mockRejectedValue(new ApiError('offline', '', 0));
  const one = saver();
  one.soon();
  await vi.advanceTimersByTimeAsync(800);
  expect([one.state, one.reason, kept.get('c')?.text]).toEqual(['unsaved', 'offline', '글 😀']);
  save.mockResolvedValue({ version: 4, updatedAt: '' });
  await vi.advanceTimersByTimeAsync(4_000);
  expect([one.state, kept.size]).toEqual(['saved', 0]);
});

test('a conflict stops saving until somebody decides, and keeps the text', async () => {
  const refusal = new ApiError('draft_conflict', '', 409);
  const save = vi.spyOn(api, 'saveDraft').mockRejectedValue(refusal);
  const one = saver();
  one.soon();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([one.state, save.mock.calls.length, kept.has('c')]).toEqual(['conflict', 1, true]);
  vi.spyOn(api, 'draft').mockResolvedValue({
    text: '남의 글',
    suggestions: [],
    version: 9,
    updatedAt: '',
  });
  save.mockResolvedValue({ version: 10, updatedAt: '' });
  await one.overwrite();
  expect(save.mock.lastCall?.[1].version).toBe(9);
  expect(one.state).toBe('saved');
});

test('a window that only reads saves nothing', async () => {
  const save = vi.spyOn(api, 'saveDraft').mockResolvedValue({ version: 4, updatedAt: '' });
  save.mockClear();
  const one = saver();
  one.isPaused = true;
  one.soon();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(save).not.toHaveBeenCalled();
});
