/** Paragraphs the model has read but not as they now stand: its findings there died by an edit. */
import {
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from '@codemirror/state';
import { Decoration, EditorView } from '@codemirror/view';
import { saysSame, type Tracked, tracking } from './tracking';

/** The paragraphs around these places are as the model has read them. */
export const freshened = StateEffect.define<{ from: number; to: number }>({
  map: ({ from, to }, changes) => ({ from: changes.mapPos(from, -1), to: changes.mapPos(to, 1) }),
});

function isOfModel(item: Tracked): boolean {
  return item.state === 'open' && item.suggestion.source !== 'rule';
}

function lineStart(doc: Text, place: number): number {
  return doc.lineAt(Math.min(place, doc.length)).from;
}

/** Adds the paragraphs whose findings died, and takes away those whose findings came back. */
function turned(
  lines: Set<number>,
  before: readonly Tracked[],
  after: readonly Tracked[],
  { changes, state: { doc } }: Transaction,
): void {
  const alive = new Set(after.map((item) => item.key));
  for (const item of before) {
    if (!isOfModel(item) || alive.has(item.key)) continue;
    lines.add(lineStart(doc, changes.mapPos(item.from, -1)));
  }
  const known = new Set(before.map((item) => item.key));
  // Undo brings a finding back: the paragraph is again as the model has read it.
  for (const item of after) {
    if (isOfModel(item) && !known.has(item.key)) lines.delete(lineStart(doc, item.from));
  }
}

function update(lines: readonly number[], transaction: Transaction): readonly number[] {
  const { doc } = transaction.state;
  const start = (place: number) => lineStart(doc, place);
  let next = new Set(lines);
  if (transaction.docChanged) {
    next = new Set(lines.map((from) => start(transaction.changes.mapPos(from, 1))));
    const before = transaction.startState.field(tracking);
    const after = transaction.state.field(tracking);
    if (!saysSame(before, after)) turned(next, before, after, transaction);
  }
  for (const effect of transaction.effects) {
    if (!effect.is(freshened)) continue;
    for (const from of next) {
      if (from >= start(effect.value.from) && from <= effect.value.to) next.delete(from);
    }
  }
  const sorted = [...next].sort((a, b) => a - b);
  const isSame = sorted.length === lines.length && sorted.every((one, i) => one === lines[i]);
  return isSame ? lines : sorted;
}

/** Starts of the stale paragraphs, in order. */
export const stale = StateField.define<readonly number[]>({
  create: () => [],
  update,
  provide: (field) =>
    EditorView.decorations.from(field, (lines) =>
      Decoration.set(lines.map((from) => Decoration.line({ class: 'stale' }).range(from))),
    ),
});

export const staleExtension: Extension = [stale];
