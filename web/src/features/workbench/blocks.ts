/** An answer as blocks of markdown, so that a finished one is never parsed again while the next
 * one streams in. */

const FENCE = /^\s{0,3}(```|~~~)/;
/** What goes on with the block above a blank line: list items, and what is indented under them. */
const GOES_ON = /^(\s+\S|[-*+]\s|\d+[.)]\s)/;
const LIST = /^\s*([-*+]\s|\d+[.)]\s)/;

/** The blocks in order; joined with a blank line they say what the text says. */
export function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence = '';
  let isList = false;
  const end = () => {
    const block = lines.join('\n').trimEnd();
    if (block !== '') blocks.push(block);
    lines = [];
    isList = false;
  };
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1] ?? '';
    const isAfterBlank = lines.at(-1)?.trim() === '';
    if (fence === '' && isAfterBlank && line.trim() !== '' && !(isList && GOES_ON.test(line))) {
      end();
    }
    if (lines.length === 0) isList = LIST.test(line);
    if (fence === '' ? mark !== '' : mark === fence) fence = fence === '' ? mark : '';
    lines.push(line);
  }
  end();
  return blocks;
}
