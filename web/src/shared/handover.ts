/** A new article's text on its way from the list to the workbench. */

let waiting: { id: string; text: string } | null = null;

export function handOver(id: string, text: string): void {
  waiting = { id, text };
}

/** The text handed over for that article, once. */
export function takeOver(id: string): string | null {
  const taken = waiting?.id === id ? waiting.text : null;
  if (taken !== null) waiting = null;
  return taken;
}
