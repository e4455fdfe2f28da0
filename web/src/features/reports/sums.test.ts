/** Periods are counted in Seoul; sums are exact. */
import { expect, test } from 'vitest';
import type { AcceptanceRow, DayRow } from './remote';
import { bars, ceiling, daysOf, periodOf, sumBy, takenByCategory } from './sums';

function row(day: string, engineType: string, costMicroUsd: number, userId = 'kim'): DayRow {
  return {
    userId,
    engineType,
    day,
    turns: 1,
    inputTokens: 100,
    outputTokens: 10,
    cacheReadTokens: 80,
    cacheWriteTokens: 5,
    searches: 0,
    costMicroUsd,
  };
}

test('periods', () => {
  // 00:30 of 1 March in Seoul, still February in UTC.
  const now = new Date('2028-02-29T15:30:00Z');
  expect(periodOf('thisMonth', now)).toEqual({ from: '2028-03-01', to: '2028-03-01' });
  expect(periodOf('lastMonth', now)).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  expect(periodOf('last30', now)).toEqual({ from: '2028-02-01', to: '2028-03-01' });
  expect(daysOf({ from: '2026-12-30', to: '2027-01-02' })).toEqual([
    '2026-12-30',
    '2026-12-31',
    '2027-01-01',
    '2027-01-02',
  ]);
  expect(daysOf({ from: '2026-12-30', to: '2026-12-01' })).toEqual([]);
});

test('days become bars, days without use too', () => {
  const rows = [
    row('2026-11-01', 'Pro', 5),
    row('2026-11-01', 'Basic', 3),
    row('2026-11-03', 'Pro', 7),
  ];
  const period = { from: '2026-11-01', to: '2026-11-03' };
  expect(bars(rows, period, 'cost').map((bar) => [bar.day, bar.sum])).toEqual([
    ['2026-11-01', 8],
    ['2026-11-02', 0],
    ['2026-11-03', 7],
  ]);
  expect(bars(rows, period, 'tokens')[0]?.parts).toEqual([
    { engine: 'Basic', value: 110 },
    { engine: 'Pro', value: 110 },
  ]);
});

test('sums by user', () => {
  const rows = [
    row('2026-11-01', 'Pro', 5),
    row('2026-11-02', 'Pro', 9, 'lee'),
    row('2026-11-02', 'Pro', 1),
  ];
  const sums = sumBy(rows, (one) => one.userId);
  expect(sums.map((sum) => [sum.name, sum.turns, sum.costMicroUsd])).toEqual([
    ['lee', 1, 9],
    ['kim', 2, 6],
  ]);
});

test('the ceiling of a chart is round', () => {
  expect([0, 1, 3, 23, 250, 260, 999].map(ceiling)).toEqual([1, 1, 5, 25, 250, 500, 1000]);
});

test('acceptance by category', () => {
  const base: AcceptanceRow = {
    category: 'spacing',
    ruleId: null,
    source: 'rule',
    accepted: 6,
    rejected: 3,
    edited: 1,
    alwaysIgnored: 2,
    disliked: 4,
  };
  const rows = [{ ...base, category: 'fact', accepted: 0 }, base, { ...base, source: 'ai' }];
  expect(takenByCategory(rows)).toEqual([
    { name: 'spacing', accepted: 12, edited: 2, decided: 24 },
    { name: 'fact', accepted: 0, edited: 1, decided: 6 },
  ]);
});
