/** Grouping, stability, and which rows are drawn. */
import { expect, test } from 'vitest';
import { inView, Rows, scrolledTo } from './rows';
import { track } from './tracking';

function items(...originals: string[]) {
  const taken = new Set<string>();
  return originals.map((original, index) =>
    track(
      {
        id: original,
        start: index * 10,
        end: index * 10 + original.length,
        original,
        replacements: ['며칠'],
        category: 'spelling',
        ruleId: null,
        source: 'rule',
        severity: 'error',
        message: '',
        safe: true,
      },
      taken,
    ),
  );
}

test('what repeats is one row, in the order of the text', () => {
  const rows = new Rows().of(items('몇일', '금새', '몇일'));
  expect(rows.map((row) => row.keys)).toEqual([['몇일', '몇일~2'], ['금새']]);
});

test('items that only move give the very same rows', () => {
  const rows = new Rows();
  const shown = items('몇일', '금새', '몇일');
  const first = rows.of(shown);
  expect(rows.of(shown.map((item) => ({ ...item, from: item.from + 1 })))).toBe(first);
  const fewer = rows.of(shown.slice(0, 2));
  expect(fewer).not.toBe(first);
  expect(fewer[1]).toBe(first[1]);
});

test('only what lies in view is drawn, and the space of the rest is kept', () => {
  const view = { top: 4000, height: 400 };
  const plain = inView(500, 40, null, view);
  expect(plain).toEqual({ first: 95, last: 116, before: 3800, after: 384 * 40 });
  const open = inView(500, 40, { index: 10, extra: 200 }, view);
  expect(open).toEqual({ first: 90, last: 111, before: 3800, after: 389 * 40 });
  const inside = inView(500, 40, { index: 100, extra: 200 }, { top: 4100, height: 100 });
  expect(inside.first).toBe(95);
  expect(inside.before + inside.after + (inside.last - inside.first) * 40 + 200).toBe(20_200);
  expect(inView(3, 40, null, { top: 0, height: 400 })).toEqual({
    first: 0,
    last: 3,
    before: 0,
    after: 0,
  });
});

test('the open row is brought into view by the least way', () => {
  const view = { top: 400, height: 400 };
  expect(scrolledTo(12, 40, 100, view)).toBe(400);
  expect(scrolledTo(2, 40, 100, view)).toBe(80);
  expect(scrolledTo(18, 40, 100, view)).toBe(460);
});
