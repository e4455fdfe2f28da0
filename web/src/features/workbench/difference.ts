/** What differs between two short texts, letter by letter. */

export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Longer texts are compared by what they share at both ends. */
const LIMIT = 120;

/** The pieces of the change from one text to another; what is removed stands before what is added. */
export function characterDiff(before: string, after: string): Piece[] {
  const [a, b] = [[...before], [...after]];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) {
    tail += 1;
  }
  const removed = a.slice(head, a.length - tail);
  const added = b.slice(head, b.length - tail);
  const isShort = removed.length <= LIMIT && added.length <= LIMIT;
  const middle: Piece[] = isShort
    ? between(removed, added)
    : [
        { kind: 'removed', text: removed.join('') },
        { kind: 'added', text: added.join('') },
      ];
  const ends = (letters: string[]): Piece => ({ kind: 'same', text: letters.join('') });
  return joined([ends(a.slice(0, head)), ...middle, ends(tail > 0 ? a.slice(-tail) : [])]);
}

/** The longest common subsequence's way through both. */
function between(a: string[], b: string[]): Piece[] {
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'removed', text: a[i] ?? '' });
      i += 1;
    } else {
      pieces.push({ kind: 'added', text: b[j] ?? '' });
      j += 1;
    }
  }
  return pieces;
}

/** Neighbours of a kind as one, removals before additions, nothing empty. */
function joined(pieces: Piece[]): Piece[] {
  const whole: Piece[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed) whole.push({ kind: 'removed', text: removed });
    if (added) whole.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const piece of pieces) {
    if (piece.text === '') continue;
    if (piece.kind === 'removed') removed += piece.text;
    else if (piece.kind === 'added') added += piece.text;
    else {
      flush();
      const last = whole.at(-1);
      if (last?.kind === 'same') last.text += piece.text;
      else whole.push({ ...piece });
    }
  }
  flush();
  return whole;
}
