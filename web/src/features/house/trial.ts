/** What a rule finds in a text, cut so that it can be drawn. */
import type { Suggestion } from '../../api/types';

export interface Piece {
  text: string;
  found: Suggestion | null;
}

/** The text in pieces: what the rule found, and what lies between. Overlaps after the first are left. */
export function found(text: string, suggestions: readonly Suggestion[], rule: string): Piece[] {
  const own = suggestions
    .filter((one) => one.ruleId === rule)
    .sort((one, other) => one.start - other.start);
  const pieces: Piece[] = [];
  let at = 0;
  for (const one of own) {
    if (one.start < at) continue;
    if (one.start > at) pieces.push({ text: text.slice(at, one.start), found: null });
    pieces.push({ text: text.slice(one.start, one.end), found: one });
    at = one.end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), found: null });
  return pieces;
}

/** The sentence of a rule with its places filled from its first word, or a dash. */
export function filled(message: string, words: readonly (readonly string[])[]): string {
  const [wrong = '…', right = '…'] = words[0] ?? [];
  return message.replaceAll('{wrong}', wrong).replaceAll('{right}', right || '…');
}
