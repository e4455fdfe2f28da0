/** A paragraph becomes stale when a finding of the model dies there, and fresh when it is back. */
import { history, undo } from '@codemirror/commands';
import { EditorState, type TransactionSpec } from '@codemirror/state';
import { expect, test } from 'vitest';
import { accepting } from './acts';
import { freshened, stale, staleExtension } from './stale';
import { putItems, track, tracking, trackingExtension } from './tracking';

const doc = '첫 문단 😀\n몇일 뒤';
const found = {
  id: 'a-1',
  start: 8,
  end: 10,
  original: '몇일',
  replacements: ['며칠'],
  category: 'spelling',
  ruleId: null,
  source: 'ai',
  severity: 'warning',
  message: '',
  safe: true,
};

class Bench {
  state = EditorState.create({ doc, extensions: [history(), trackingExtension, staleExtension] });
  constructor() {
    this.run({ effects: putItems.of([track(found, new Set())]) });
  }
  run(spec: TransactionSpec | null): readonly number[] {
    if (spec) this.state = this.state.update(spec).state;
    return this.state.field(stale);
  }
}

test('typing into a finding of the model makes its paragraph stale, undo takes that back', () => {
  const bench = new Bench();
  expect(bench.run({ changes: { from: 9, insert: '!' } })).toEqual([8]);
  expect(bench.run({ changes: { from: 0, insert: '앞 ' } })).toEqual([10]);
  undo({ state: bench.state, dispatch: (transaction) => (bench.state = transaction.state) });
  undo({ state: bench.state, dispatch: (transaction) => (bench.state = transaction.state) });
  expect(bench.state.field(stale)).toEqual([]);
});

test('taking a finding leaves nothing stale, and reading again freshens', () => {
  const bench = new Bench();
  expect(bench.run(accepting(bench.state.field(tracking)))).toEqual([]);
  const other = new Bench();
  other.run({ changes: { from: 9, to: 10 } });
  expect(other.run({ effects: freshened.of({ from: 0, to: 3 }) })).toEqual([8]);
  expect(other.run({ effects: freshened.of({ from: 8, to: 9 }) })).toEqual([]);
});
