/** The list of findings as rows: errors that repeat share one, and a row stays the same object as
 * long as it says the same, so that a keystroke draws nothing anew. */
import type { Suggestion } from '../../api/types';
import type { Listed } from './tracking';

export interface Row {
  id: string;
  /** The suggestion of the first of its items. */
  suggestion: Suggestion;
  /** In the order of the text. */
  keys: readonly string[];
}

/** What makes two findings the same error. */
export function errorOf({ original, replacements, category, ruleId }: Suggestion): string {
  return `${category} ${ruleId ?? ''} ${original} ${replacements[0] ?? '\n'}`;
}

/** What is passed over when an error is ignored for the article: the word, as that rule sees it. */
export function ignoredAs(error: { original: string; ruleId?: string | null }): string {
  return `${error.ruleId ?? ''} ${error.original}`;
}

function isSame(a: Row | undefined, b: Row): boolean {
  return (
    a !== undefined &&
    a.id === b.id &&
    a.suggestion === b.suggestion &&
    a.keys.length === b.keys.length &&
    a.keys.every((key, index) => key === b.keys[index])
  );
}

/** Gives rows of what is shown; equal rows, and an equal list, are the objects given before. */
export class Rows {
  #rows: readonly Row[] = [];
  #byId = new Map<string, Row>();

  of(shown: readonly Listed[]): readonly Row[] {
    const groups = new Map<string, { suggestion: Suggestion; keys: string[] }>();
    for (const { key, suggestion } of shown) {
      const error = errorOf(suggestion);
      const group = groups.get(error);
      if (group) group.keys.push(key);
      else groups.set(error, { suggestion, keys: [key] });
    }
    const rows = [...groups].map(([id, group]): Row => {
      const row = { id, ...group };
      const known = this.#byId.get(id);
      return known && isSame(known, row) ? known : row;
    });
    const isUnchanged =
      rows.length === this.#rows.length && rows.every((row, index) => row === this.#rows[index]);
    if (isUnchanged) return this.#rows;
    this.#byId = new Map(rows.map((row) => [row.id, row]));
    this.#rows = rows;
    return rows;
  }
}

/** Which rows lie in view: the first, the one after the last, and the space of what is left out.
 *
 * Every row is `height` high; the open one is `extra` higher. */
export function inView(
  count: number,
  height: number,
  open: { index: number; extra: number } | null,
  view: { top: number; height: number },
): { first: number; last: number; before: number; after: number } {
  const spare = 5;
  const topOf = (index: number) => index * height + (open && index > open.index ? open.extra : 0);
  const rowAt = (place: number) => {
    if (!open || place < topOf(open.index + 1)) {
      return Math.min(Math.floor(place / height), open ? open.index : count);
    }
    return Math.floor((place - open.extra) / height);
  };
  const first = Math.max(0, Math.min(rowAt(view.top), count) - spare);
  const last = Math.min(count, rowAt(view.top + view.height) + 1 + spare);
  return { first, last, before: topOf(first), after: topOf(count) - topOf(last) };
}

/** How far the list has to be scrolled so that the open row is in view. */
export function scrolledTo(
  index: number,
  height: number,
  extra: number,
  view: { top: number; height: number },
): number {
  const [from, to] = [index * height, index * height + height + extra];
  if (from < view.top || to - from > view.height) return from;
  return to > view.top + view.height ? to - view.height : view.top;
}
