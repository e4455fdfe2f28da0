/** Two texts beside each other, paragraph by paragraph with what differs inside; a chunk of its own
 * that views, printing and exports share. */
import { diff, presentableDiff } from '@codemirror/merge';
import type { Piece } from './difference';

/** Paragraphs that stand beside each other; most often one and one. */
export interface Block {
  pieces: Piece[];
  isChanged: boolean;
}

/** Bounds the search for the smallest change; beyond it a change is told more coarsely. */
const CONFIG = { scanLimit: 1_000, timeout: 200 };

/** The second text told as changes of the first. */
export function piecesOf(before: string, after: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const push = (kind: Piece['kind'], text: string) => {
    if (text !== '') pieces.push({ kind, text });
  };
  for (const change of presentableDiff(before, after, CONFIG)) {
    push('same', before.slice(at, change.fromA));
    push('removed', before.slice(change.fromA, change.toA));
    push('added', after.slice(change.fromB, change.toB));
    at = change.toA;
  }
  push('same', before.slice(at));
  return pieces;
}

/** Each line as one letter, the same line as the same letter. */
function lettersOf(lines: readonly string[], known: Map<string, number>): string {
  const letters = lines.map((line) => {
    const letter = known.get(line) ?? known.size + 1;
    known.set(line, letter);
    return String.fromCharCode(letter);
  });
  return letters.join('');
}

/** Lines that changed: as many as before are compared one by one, others as one text. */
function changedLines(before: string[], after: string[]): Piece[][] {
  if (before.length !== after.length) return [piecesOf(before.join('\n'), after.join('\n'))];
  return before.map((line, index) => piecesOf(line, after[index] ?? ''));
}

/** Both texts in blocks that end where both have the end of a line. */
export function compare(before: string, after: string): Block[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const known = new Map<string, number>();
  const blocks: Block[] = [];
  const push = (pieces: Piece[]) =>
    blocks.push({ pieces, isChanged: pieces.some((piece) => piece.kind !== 'same') });
  const keep = (lines: string[]) => {
    for (const text of lines) push(text === '' ? [] : [{ kind: 'same', text }]);
  };
  let at = 0;
  for (const change of diff(lettersOf(a, known), lettersOf(b, known), CONFIG)) {
    // Lines that came or went take the line before them along: a block is never one-sided.
    const isOneSided = change.fromA === change.toA || change.fromB === change.toB;
    const back = isOneSided && change.fromA > at ? 1 : 0;
    const ahead = isOneSided && back === 0 && change.toA < a.length ? 1 : 0;
    keep(a.slice(at, change.fromA - back));
    const removed = a.slice(change.fromA - back, change.toA + ahead);
    const added = b.slice(change.fromB - back, change.toB + ahead);
    for (const pieces of changedLines(removed, added)) push(pieces);
    at = change.toA + ahead;
  }
  keep(a.slice(at));
  return blocks;
}

/** One side of a block. */
export function sideOf(block: Block, side: 'before' | 'after'): Piece[] {
  const absent = side === 'before' ? 'added' : 'removed';
  return block.pieces.filter((piece) => piece.kind !== absent);
}

/** How many places differ. */
export function changeCount(blocks: readonly Block[]): number {
  let count = 0;
  for (const { pieces } of blocks) {
    pieces.forEach((piece, index) => {
      if (piece.kind !== 'same' && (pieces[index - 1]?.kind ?? 'same') === 'same') count += 1;
    });
  }
  return count;
}
