/** Moving, dying, undoing and merging of suggestions, without a view. */
import { history, redo, undo } from '@codemirror/commands';
import { EditorState, type TransactionSpec } from '@codemirror/state';
import { expect, test } from 'vitest';
import type { Suggestion } from '../../api/types';
import {
  mergeCheck,
  placed,
  putItems,
  saysSame,
  type Tracked,
  track,
  tracking,
  trackingExtension,
} from './tracking';

function suggestion(start: number, original: string, replacement: string): Suggestion {
  return {
    id: `r-${original}`,
    start,
    end: start + original.length,
    original,
    replacements: [replacement],
    category: 'spelling',
    ruleId: 'spelling/fixed-form',
    source: 'rule',
    severity: 'error',
    message: '',
    safe: true,
  };
}

class Bench {
  state: EditorState;
  constructor(doc: string, items: Tracked[]) {
    this.state = EditorState.create({ doc, extensions: [history(), trackingExtension] });
    this.run({ effects: putItems.of(items) });
  }
  run(spec: TransactionSpec): void {
    this.state = this.state.update(spec).state;
  }
  command(command: typeof undo): void {
    command({ state: this.state, dispatch: (transaction) => (this.state = transaction.state) });
  }
  seen(): string[] {
    const doc = this.state.doc;
    return this.state
      .field(tracking)
      .map((item) => `${doc.sliceString(item.from, item.to)} ${item.state}`);
  }
  accept(index: number): void {
    const item = this.state.field(tracking)[index];
    if (!item) throw new Error('no such item');
    const insert = item.suggestion.replacements[0] ?? '';
    this.run({
      changes: { from: item.from, to: item.to, insert },
      effects: putItems.of([{ ...item, to: item.from + insert.length, state: 'accepted' }]),
    });
  }
}

const items = () => [
  track(suggestion(3, '몇일', '며칠'), new Set()),
  track(suggestion(6, '금새', '금세'), new Set()),
];

test('a suggestion moves with edits and dies when its text is touched', () => {
  const bench = new Bench('😀 몇일 뒤 금새', [
    track(suggestion(3, '몇일', '며칠'), new Set()),
    track(suggestion(8, '금새', '금세'), new Set()),
  ]);
  bench.run({ changes: { from: 0, insert: '앞 ' } });
  expect(bench.seen()).toEqual(['몇일 open', '금새 open']);
  bench.run({ changes: { from: 6, insert: '!' } });
  expect(bench.seen()).toEqual(['금새 open']);
});

test('many changes at once carry each suggestion to where its text stands', () => {
  const at = (start: number, original: string) => track(suggestion(start, original, ''), new Set());
  //               01 2345678 9ABCDE
  const bench = new Bench('😀 가 나나 다 라라 마 바바', [
    at(3, '가'),
    at(5, '나나'),
    { ...at(8, '다'), state: 'accepted' },
    at(10, '라라'),
    at(13, '마'),
    at(15, '바바'),
    at(17, ''),
  ]);
  bench.run({
    changes: [
      { from: 0, insert: '앞' },
      { from: 3, insert: '😀' },
      { from: 6, insert: '가' },
      { from: 8, to: 9, insert: '다다' },
      { from: 12, insert: '!' },
      { from: 13, to: 14 },
      { from: 14, to: 15, insert: '  ' },
    ],
  });
  expect(bench.state.doc.toString()).toBe('앞😀 😀가 나가나 다다 라라!   바바');
  expect(bench.state.field(tracking).map(({ key, from, to }) => [key, from, to])).toEqual([
    ['r-가', 6, 7],
    ['r-다', 12, 14],
    ['r-라라', 15, 17],
    ['r-바바', 21, 23],
    ['r-', 23, 23],
  ]);
});

test('what an edit only moves says the same, what it leaves alone is the same', () => {
  const bench = new Bench('그는 몇일 금새', items());
  const before = bench.state.field(tracking);
  bench.run({ changes: { from: 5, insert: ' ' } });
  const after = bench.state.field(tracking);
  expect([after[0] === before[0], after[1]?.from, saysSame(before, after)]).toEqual([
    true,
    7,
    true,
  ]);
  bench.accept(0);
  expect(saysSame(after, bench.state.field(tracking))).toBe(false);
  expect(saysSame(after, after.slice(1))).toBe(false);
});

test('one undo takes back text and decision together, redo does both again', () => {
  const bench = new Bench('그는 몇일 금새', items());
  bench.accept(0);
  expect(bench.state.doc.toString()).toBe('그는 며칠 금새');
  expect(bench.seen()).toEqual(['며칠 accepted', '금새 open']);
  bench.command(undo);
  expect(bench.state.doc.toString()).toBe('그는 몇일 금새');
  expect(bench.seen()).toEqual(['몇일 open', '금새 open']);
  bench.command(redo);
  expect(bench.state.doc.toString()).toBe('그는 며칠 금새');
  expect(bench.seen()).toEqual(['며칠 accepted', '금새 open']);
});

test('a rejection can be undone although no text changed', () => {
  const bench = new Bench('그는 몇일 금새', items());
  const item = bench.state.field(tracking)[0];
  if (item) bench.run({ effects: putItems.of([{ ...item, state: 'rejected' }]) });
  expect(bench.seen()).toEqual(['몇일 rejected', '금새 open']);
  bench.command(undo);
  expect(bench.seen()).toEqual(['몇일 open', '금새 open']);
});

test('a fresh check keeps what is there and what was rejected', () => {
  const [first, second] = items();
  if (!first || !second) throw new Error('items');
  const there: Tracked[] = [{ ...first, state: 'rejected' }, second];
  const found = [suggestion(3, '몇일', '며칠'), suggestion(12, '금새', '금세')];
  const merged = mergeCheck(there, found);
  expect(merged.drop).toEqual([second.key]);
  expect(merged.put.map((item) => [item.key, item.from])).toEqual([['r-금새', 12]]);
});

test('findings of the model outlive a check of the rules', () => {
  const model = { ...suggestion(3, '몇일', '며칠'), id: 'm-1', source: 'ai' };
  const merged = mergeCheck([track(model, new Set())], [suggestion(3, '몇일', '며칠')]);
  expect(merged).toEqual({ put: [], drop: [] });
});

test('what does not stand in the text is not put', () => {
  const bench = new Bench('그는 며칠', []);
  bench.run({
    effects: putItems.of([
      track(suggestion(3, '몇일', '며칠'), new Set()),
      track(suggestion(50, '금새', ''), new Set()),
    ]),
  });
  expect(bench.seen()).toEqual([]);
});

test('a finding of the model takes the place of what it joins and hides no rule', () => {
  const rule = track(suggestion(0, '몇일', '며칠'), new Set());
  const fact = { ...suggestion(0, '몇일', '몇 월'), id: 'm-1', ruleId: null, source: 'ai' };
  const earlier = { ...track(fact, new Set()), key: 'earlier-m-1' };
  const remark = { ...fact, id: 'm-2', replacements: [] };
  const items = [rule, earlier];
  const keys = (one: Suggestion) => placed(items, 0, 2, one)?.key;
  expect(keys({ ...rule.suggestion, source: 'both' })).toBe(rule.key);
  expect(keys(fact)).toBe('earlier-m-1');
  expect(keys(remark)).toBeUndefined();
  expect(placed([rule], 0, 2, fact)).toBeUndefined();
  expect(placed(items, 1, 2, fact)).toBeUndefined();
});

test('a check of one paragraph leaves the others and what rests on the whole article', () => {
  const fact = { ...suggestion(6, '금새', '금세'), id: 'f', category: 'fact' };
  const there = [
    track(suggestion(0, '몇일', '며칠'), new Set()),
    track(fact, new Set()),
    track(suggestion(9, '됬다', '됐다'), new Set()),
  ];
  const found = [
    { ...suggestion(6, '금새', '금세'), id: 'n' },
    { ...fact, id: 'other', start: 7, end: 8 },
  ];
  const merged = mergeCheck(there, found, { from: 3, to: 20 });
  expect(merged.drop).toEqual(['r-됬다']);
  expect(merged.put).toEqual([]);
});
