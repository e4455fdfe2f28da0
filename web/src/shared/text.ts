/** The text as the server counts it, and the sizes an editor thinks in. */

/** Composed Hangul, line feeds only, no NUL: positions mean the same here and on the server. */
export function normalise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '').normalize('NFC');
}

/** Characters as a person counts them, white space included. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let at = text.length - 1; at > 0; at -= 1) {
    // The halves of a pair are one character.
    if (isHalf(text, at, 0xdc00) && isHalf(text, at - 1, 0xd800)) count -= 1;
  }
  return count;
}

/** How many characters a text holds beyond so many. */
export function excess(text: string, limit: number): number {
  // A character is one unit or two: most texts are decided without counting.
  return text.length <= limit ? 0 : Math.max(0, countCharacters(text) - limit);
}

function isHalf(text: string, at: number, first: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= first && unit < first + 0x400;
}

/** Sheets of manuscript paper (200 squares) for so many characters, to one decimal, rounded up. */
export function manuscriptSheets(characters: number): number {
  return Math.ceil(characters / 20) / 10;
}

/** The first written line, for the list. */
export function titleOf(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '');
  return (line ?? '').trim().slice(0, 80);
}

/** What two texts share at their start and end, and what differs between. */
export function difference(before: string, after: string) {
  let head = 0;
  const shortest = Math.min(before.length, after.length);
  while (head < shortest && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return {
    head: before.slice(0, head),
    removed: before.slice(head, before.length - tail),
    added: after.slice(head, after.length - tail),
    tail: before.slice(before.length - tail),
  };
}
