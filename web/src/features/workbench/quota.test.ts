/** Months begin in Seoul. */
import { expect, test } from 'vitest';
import { nextMonth } from './quota';

test.each([
  ['2026-11-27T00:00:00Z', '2026-11-30T15:00:00.000Z'],
  ['2026-11-30T15:00:00Z', '2026-12-31T15:00:00.000Z'],
  ['2026-12-31T14:59:59Z', '2026-12-31T15:00:00.000Z'],
])('after %s comes %s', (now, next) => {
  expect(nextMonth(new Date(now)).toISOString()).toBe(next);
});
