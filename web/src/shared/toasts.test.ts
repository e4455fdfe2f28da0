/** Notices go by themselves unless they tell of an error or are being read. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toasts } from './toasts.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const toast of toasts.shown) toasts.close(toast.id);
  vi.useRealTimers();
});

const texts = () => toasts.shown.map((toast) => toast.text);

test('a notice goes, an error stays', () => {
  toasts.say('저장');
  toasts.fail('실패');
  vi.advanceTimersByTime(6_000);
  expect(texts()).toEqual(['실패']);
});

test('what is read stays until it is left', () => {
  toasts.say('저장');
  toasts.hold();
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['저장']);
  toasts.release();
  vi.advanceTimersByTime(6_000);
  expect(texts()).toEqual([]);
});

test('the same sentence is shown once, and never more than four', () => {
  for (const text of ['하나', '둘', '하나', '셋', '넷', '다섯']) toasts.fail(text);
  expect(texts()).toEqual(['하나', '셋', '넷', '다섯']);
});
