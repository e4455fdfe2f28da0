/** What taking, leaving and offering a suggestion does to text and list, as one transaction each. */
import type { EditorState, TransactionSpec } from '@codemirror/state';
import type { Suggestion } from '../../api/types';
import { active, setActive } from './marks';
import { type Listed, putItems, type Tracked, tracking } from './tracking';

/** Whether it may be taken together with others: never a fact. */
export function mayBeTakenInBulk({ suggestion }: Listed): boolean {
  return suggestion.category !== 'fact' && suggestion.replacements.length > 0;
}

/** Takes the items, each by `replacement` or else its first one; of two that overlap the first. */
export function accepting(items: readonly Tracked[], replacement?: string): TransactionSpec | null {
  let end = -1;
  let shift = 0;
  const changes: { from: number; to: number; insert: string }[] = [];
  const taken: Tracked[] = [];
  for (const item of items) {
    const insert = replacement ?? item.suggestion.replacements[0];
    if (insert === undefined || item.from < end) continue;
    end = item.to;
    const from = item.from + shift;
    shift += insert.length - (item.to - item.from);
    changes.push({ from: item.from, to: item.to, insert });
    taken.push({ ...item, from, to: from + insert.length, state: 'accepted' });
  }
  if (taken.length === 0) return null;
  return { changes, effects: putItems.of(taken), userEvent: 'input.accept' };
}

/** Leaves the text of the items as it is. */
export function rejecting(items: readonly Tracked[]): TransactionSpec | null {
  if (items.length === 0) return null;
  return { effects: putItems.of(items.map((item) => ({ ...item, state: 'rejected' }))) };
}

/** A suggestion of the editor's own making, in place of `original` or, where that is empty, at a
 * place in the text. */
export function offered(
  from: number,
  original: string,
  replacement: string,
  message: string,
  id: string,
): Tracked {
  const suggestion: Suggestion = {
    id,
    start: from,
    end: from + original.length,
    original,
    replacements: [replacement],
    category: 'sentence',
    ruleId: null,
    source: 'ai',
    severity: 'hint',
    message,
    safe: false,
  };
  return { key: id, from, to: from + original.length, state: 'open', suggestion };
}

/** The text as it was before anything was taken, as far as the record tells. */
export function reverted(text: string, items: readonly Tracked[]): string {
  let before = '';
  let at = 0;
  for (const item of [...items].sort((a, b) => a.from - b.from)) {
    if (item.state !== 'accepted' || item.from < at) continue;
    before += text.slice(at, item.from) + item.suggestion.original;
    at = item.to;
  }
  return before + text.slice(at);
}

/** Makes an item the active one, and shows it. */
export function activating(items: readonly Tracked[], key: string | null): TransactionSpec {
  const item = items.find((one) => one.key === key);
  return {
    effects: setActive.of(key),
    ...(item ? { selection: { anchor: item.from }, scrollIntoView: true } : {}),
  };
}

/** Goes to the next or previous open item that is shown. */
export function stepping(
  state: EditorState,
  direction: 1 | -1,
  shows: (item: Tracked) => boolean,
): TransactionSpec {
  const shown = state.field(tracking).filter((item) => item.state === 'open' && shows(item));
  const cursor = state.selection.main.head;
  return activating(shown, neighbour(shown, state.field(active), cursor, direction));
}

/** The key of the next or previous item after the active one, or after the cursor, round the ends. */
export function neighbour(
  items: readonly Tracked[],
  activeKey: string | null,
  cursor: number,
  direction: 1 | -1,
): string | null {
  const at = items.findIndex((item) => item.key === activeKey);
  const after = Math.max(
    items.findIndex((item) => item.from >= cursor),
    0,
  );
  const start = direction === 1 ? after : after - 1;
  const next = at === -1 ? start : at + direction;
  return items[(next + items.length) % items.length]?.key ?? null;
}
