/** Which paragraphs of the text have changed, so that only they are checked again. */
import type { ChangeDesc, Text } from '@codemirror/state';

export interface Stretch {
  from: number;
  to: number;
}

/** Where the stretches lie after a change, with what it touched added. */
export function touched(stretches: readonly Stretch[], changes: ChangeDesc): Stretch[] {
  const moved = stretches.map(({ from, to }) => ({
    from: changes.mapPos(from, -1),
    to: changes.mapPos(to, 1),
  }));
  changes.iterChangedRanges((_fromA, _toA, from, to) => moved.push({ from, to }));
  return moved;
}

/** Whole paragraphs around the stretches, in order, neighbours as one. */
export function paragraphsOf(doc: Text, stretches: readonly Stretch[]): Stretch[] {
  const whole = stretches
    .map(({ from, to }) => ({
      from: doc.lineAt(Math.min(from, doc.length)).from,
      to: doc.lineAt(Math.min(to, doc.length)).to,
    }))
    .sort((a, b) => a.from - b.from);
  const merged: Stretch[] = [];
  for (const stretch of whole) {
    const last = merged.at(-1);
    if (last && stretch.from <= last.to + 1) last.to = Math.max(last.to, stretch.to);
    else merged.push({ ...stretch });
  }
  return merged;
}
