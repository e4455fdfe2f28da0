/** Taking and leaving as transactions. */
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import {
  accepting,
  mayBeTakenInBulk,
  neighbour,
  offered,
  rejecting,
  reverted,
  stepping,
} from './acts';
import { actionOf, decision } from './decision';
import { active, setActive } from './marks';
import { putItems, type Tracked, tracking, trackingExtension } from './tracking';

const doc = '😀 할수 없다';
const item = (from: number, original: string, replacement: string, id = original): Tracked =>
  offered(from, original, replacement, '', id);

function run(items: Tracked[], spec: ReturnType<typeof accepting>) {
  const start = EditorState.create({ doc, extensions: trackingExtension });
  const there = start.update({ effects: putItems.of(items) }).state;
  const { state } = there.update(spec ?? {});
  return [state.doc.toString(), state.field(tracking).map((one) => [one.key, one.state, one.from])];
}

test('of two that overlap the first is taken, what comes later moves', () => {
  const items = [item(3, '할수', '할 수'), item(4, '수 없', '수없'), item(6, '없다', '없었다')];
  expect(run(items, accepting(items))).toEqual([
    '😀 할 수 없었다',
    [
      ['할수', 'accepted', 3],
      ['없다', 'accepted', 7],
    ],
  ]);
});

test('an alternative is taken, an offer at a place is put in', () => {
  const one = [item(3, '할수', '할 수')];
  expect(run(one, accepting(one, '해낼 수'))[0]).toBe('😀 해낼 수 없다');
  const offer = [item(2, '', '(새 글)', 'n')];
  expect(run(offer, accepting(offer))[0]).toBe('😀(새 글) 할수 없다');
  expect(accepting([])).toBeNull();
});

test('leaving changes no text', () => {
  const items = [item(3, '할수', '할 수')];
  expect(run(items, rejecting(items))).toEqual([doc, [['할수', 'rejected', 3]]]);
  expect(rejecting([])).toBeNull();
});

test('a fact is never taken in bulk', () => {
  const one = item(3, '할수', '할 수');
  const fact = { ...one, suggestion: { ...one.suggestion, category: 'fact' } };
  expect([mayBeTakenInBulk(one), mayBeTakenInBulk(fact)]).toEqual([true, false]);
});

test('a decision says what was done, with which words', () => {
  const one = { ...item(3, '할수', '할 수'), state: 'accepted' as const };
  expect(actionOf(one, 'open', '할 수')).toBe('accepted');
  expect(actionOf(one, 'open', '해낼 수')).toBe('edited');
  expect(actionOf({ ...one, state: 'open' }, 'accepted', '할수')).toBe('undone');
  const at = { id: 'd', time: new Date(0) };
  expect(decision(one, 'disliked', at, { verdict: 'style' })).toEqual({
    id: 'd',
    suggestionId: '할수',
    action: 'disliked',
    replacement: null,
    original: '할수',
    ruleId: null,
    category: 'sentence',
    source: 'ai',
    at: '1970-01-01T00:00:00.000Z',
    verdict: 'style',
  });
});

test('what was taken can be told backwards', () => {
  const taken = (from: number, to: number, original: string): Tracked => {
    return { ...item(from, original, ''), to, state: 'accepted' };
  };
  const items = [taken(7, 9, '몇일'), taken(3, 6, '할수'), item(0, '😀', '')];
  expect(reverted('😀 할 수 며칠', items)).toBe('😀 할수 몇일');
});

test('the next one comes after the active one or the cursor, and round the ends', () => {
  const items = [item(3, '할수', '할 수'), item(6, '없다', '없었다')];
  expect(neighbour(items, null, 4, 1)).toBe('없다');
  expect(neighbour(items, null, 4, -1)).toBe('할수');
  expect(neighbour(items, null, 9, 1)).toBe('할수');
  expect(neighbour(items, '없다', 0, 1)).toBe('할수');
  expect(neighbour(items, '할수', 0, -1)).toBe('없다');
  expect(neighbour([], null, 0, 1)).toBe(null);
});

test('a step goes to the next open one that is shown, as the text stands after a decision', () => {
  const items = [item(3, '할수', '할 수'), item(6, '없다', '없었다')];
  const start = EditorState.create({ doc, extensions: [trackingExtension, active] });
  const there = start.update({ effects: [putItems.of(items), setActive.of('할수')] }).state;
  const { state } = there.update(accepting(items.slice(0, 1)) ?? {});
  const stepped = state.update(stepping(state, 1, () => true)).state;
  expect([stepped.field(active), stepped.selection.main.anchor]).toEqual(['없다', 7]);
  const none = state.update(stepping(state, 1, () => false)).state;
  expect([none.field(active), none.selection.main.anchor]).toEqual([null, 0]);
});
