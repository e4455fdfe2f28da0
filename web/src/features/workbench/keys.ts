/** The workbench's keys, matched by their place on the keyboard so that the input method and the
 * layout do not matter. */

export type Command =
  | { do: 'next' }
  | { do: 'previous' }
  | { do: 'accept'; alternative: number }
  | { do: 'reject' }
  | { do: 'accept-shown' }
  | { do: 'start' }
  | { do: 'view' };

/** What a key press asks for; nothing while a syllable is being composed. */
export function commandOf(event: {
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
}): Command | null {
  if (event.isComposing) return null;
  const control = event.ctrlKey || event.metaKey;
  const { code, altKey, shiftKey } = event;
  if (code === 'F8' && !control && !altKey) return { do: shiftKey ? 'previous' : 'next' };
  if (control && !altKey && code === 'Enter') return { do: shiftKey ? 'accept-shown' : 'start' };
  if (!altKey || control || shiftKey) return null;
  if (code === 'Enter') return { do: 'accept', alternative: 0 };
  if (code === 'Backspace') return { do: 'reject' };
  if (code === 'KeyV') return { do: 'view' };
  const digit = /^Digit([2-9])$/.exec(code)?.[1];
  return digit ? { do: 'accept', alternative: Number(digit) - 1 } : null;
}
