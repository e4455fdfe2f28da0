/** Suggestions in the editor: they move with edits, die when their text is touched, and come back
 * with undo. */
import { invertedEffects } from '@codemirror/commands';
import {
  type ChangeDesc,
  type ChangeSet,
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Transaction,
} from '@codemirror/state';
import type { Suggestion, TrackedSuggestion } from '../../api/types';

export type State = 'open' | 'accepted' | 'rejected';

/** A suggestion and what was decided about it, wherever it stands. */
export interface Listed {
  key: string;
  state: State;
  suggestion: Suggestion;
}

/** A suggestion at its present place; a new object only when something of it changes. */
export interface Tracked extends Listed {
  from: number;
  to: number;
}

/** Whether both say the same in the same order, wherever it stands. */
export function saysSame(some: readonly Listed[], others: readonly Listed[]): boolean {
  if (some === others) return true;
  if (some.length !== others.length) return false;
  return some.every((one, index) => {
    const other = others[index];
    if (one === other) return true;
    const isSame = one.key === other?.key && one.state === other.state;
    return isSame && one.suggestion === other.suggestion;
  });
}

function moved(item: Tracked, changes: ChangeDesc): Tracked {
  const from = changes.mapPos(item.from, 1);
  const to = Math.max(from, changes.mapPos(item.to, -1));
  return from === item.from && to === item.to ? item : { ...item, from, to };
}

/** Puts items in place of those with their keys. */
export const putItems = StateEffect.define<Tracked[]>({
  map: (items, changes) => items.map((item) => moved(item, changes)),
});

/** Removes items by key. */
export const dropItems = StateEffect.define<string[]>();

function isAlive(item: Tracked, doc: EditorState['doc']): boolean {
  // What was decided stays in the record; what is open must still say what it said.
  if (item.state === 'accepted') return true;
  return doc.sliceString(item.from, item.to) === item.suggestion.original;
}

/** Items after changes, in one pass over both: they lie in order, and only what a change touches has
 * to be read again. */
function carried(
  items: readonly Tracked[],
  changes: ChangeSet,
  doc: EditorState['doc'],
): readonly Tracked[] {
  const touched: { from: number; to: number; shift: number }[] = [];
  changes.iterChangedRanges((from, to, _fromB, toB) => {
    touched.push({ from, to, shift: toB - to });
  }, true);
  const next: Tracked[] = [];
  let at = 0;
  let shift = 0;
  for (const item of items) {
    for (; (touched[at]?.to ?? Infinity) < item.from; at += 1) shift = touched[at]?.shift ?? 0;
    if ((touched[at]?.from ?? Infinity) <= item.to) {
      const there = moved(item, changes);
      if (isAlive(there, doc)) next.push(there);
    } else if (shift === 0) next.push(item);
    else next.push({ ...item, from: item.from + shift, to: item.to + shift });
  }
  return next;
}

/** The keys of items that a transaction puts anew: where the old ones would stand is of no use. */
function putKeys({ effects }: Transaction): ReadonlySet<string> {
  const put = effects.filter((effect) => effect.is(putItems));
  return new Set(put.flatMap((effect) => effect.value.map((item) => item.key)));
}

function update(items: readonly Tracked[], transaction: Transaction): readonly Tracked[] {
  const { changes, docChanged, state } = transaction;
  let next = items;
  if (docChanged) {
    const put = putKeys(transaction);
    const kept = put.size > 0 ? items.filter((item) => !put.has(item.key)) : items;
    next = carried(kept, changes, state.doc);
  }
  for (const effect of transaction.effects) {
    if (effect.is(putItems)) {
      const keys = new Set(effect.value.map((item) => item.key));
      const kept = next.filter((item) => !keys.has(item.key));
      const { doc } = transaction.state;
      const fitting = effect.value.filter((item) => item.to <= doc.length && isAlive(item, doc));
      next = [...kept, ...fitting].sort((a, b) => a.from - b.from || a.to - b.to);
    } else if (effect.is(dropItems)) {
      const gone = new Set(effect.value);
      next = next.filter((item) => !gone.has(item.key));
    }
  }
  return next;
}

export const tracking = StateField.define<readonly Tracked[]>({
  create: () => [],
  update,
});

/** What undo must bring back: every item a user's transaction changed or removed. */
const bringBack = invertedEffects.of((transaction) => {
  const before = transaction.startState.field(tracking);
  const now = transaction.state.field(tracking);
  if (saysSame(before, now)) return [];
  const after = new Map(now.map((item) => [item.key, item]));
  const changed = before.filter((item) => after.get(item.key)?.state !== item.state);
  return changed.length > 0 ? [putItems.of(changed)] : [];
});

export const trackingExtension: Extension = [tracking, bringBack];

/** What rules can only see in the whole article. */
const ARTICLE_WIDE: ReadonlySet<string> = new Set(['consistency', 'fact']);

/** Merges a fresh check of the rules into what is there; gives the items to put and to drop.
 *
 * A finding that is there keeps its object, a rejected one stays rejected, and an open rule
 * finding that the check no longer makes goes away. With `within`, only paragraphs there were
 * checked: what lies elsewhere, or rests on the whole article, is left as it is. */
export function mergeCheck(
  items: readonly Tracked[],
  checked: readonly Suggestion[],
  within?: { from: number; to: number },
): { put: Tracked[]; drop: string[] } {
  const isChecked = (category: string, from: number, to: number) =>
    !within || (from >= within.from && to <= within.to && !ARTICLE_WIDE.has(category));
  const found = checked.filter((one) => isChecked(one.category, one.start, one.end));
  const known = new Map<string, Tracked>();
  for (const item of items) {
    if (item.state !== 'accepted') known.set(place(item.from, item.to, item.suggestion), item);
  }
  const kept = new Set<string>();
  const fresh: Suggestion[] = [];
  for (const one of found) {
    const there = known.get(place(one.start, one.end, one));
    if (there) kept.add(there.key);
    else fresh.push(one);
  }
  const drop = items
    .filter((item) => item.state === 'open' && item.suggestion.source === 'rule')
    .filter((item) => !kept.has(item.key))
    .filter((item) => isChecked(item.suggestion.category, item.from, item.to))
    .map((item) => item.key);
  const dropped = new Set(drop);
  const taken = new Set(items.filter((item) => !dropped.has(item.key)).map((item) => item.key));
  const put = fresh.map((one) => track(one, taken));
  return { put, drop };
}

/** The item whose place a model's finding takes: a rule's for what the model confirms or adds to,
 * else one of an earlier run that says as much. A rule's finding is never hidden by another one. */
export function placed(
  items: readonly Tracked[],
  from: number,
  to: number,
  suggestion: Suggestion,
): Tracked | undefined {
  const isJoined = suggestion.source === 'both';
  return items.find((item) => {
    const isThere = item.from === from && item.to === to && item.state !== 'accepted';
    const known = item.suggestion;
    const isRule = known.source !== 'ai';
    const proposes = known.replacements.length > 0;
    const isSame = isJoined
      ? known.ruleId === suggestion.ruleId
      : proposes === suggestion.replacements.length > 0;
    return isThere && isRule === isJoined && isSame;
  });
}

function place(from: number, to: number, suggestion: Suggestion): string {
  return `${from}-${to}-${suggestion.original}-${suggestion.replacements[0] ?? ''}`;
}

/** An open item for a suggestion, under a key nobody has. */
export function track(suggestion: Suggestion, taken: Set<string>): Tracked {
  let key = suggestion.id;
  for (let count = 2; taken.has(key); count += 1) key = `${suggestion.id}~${count}`;
  taken.add(key);
  return { key, from: suggestion.start, to: suggestion.end, state: 'open', suggestion };
}

/** The items of a saved draft. */
export function restored(saved: readonly TrackedSuggestion[]): Tracked[] {
  const taken = new Set<string>();
  return saved.map(({ state, ...suggestion }) => ({
    ...track(suggestion, taken),
    state: state as State,
  }));
}
