/** The workbench's keys, matched by their place on the keyboard so that the input method and the
 * layout do not matter. */

export type Command =
  | { do: 'next' }
  | { do: 'previous' }
  | { do: 'accept'; alternative: number }
  | { do: 'reject' }
  | { do: 'accept-shown' }
  | { do: 'dictionary' }
  | { do: 'always-ignore' }
  | { do: 'start' }
  | { do: 'view' }
  | { do: 'find' }
  | { do: 'print' }
  | { do: 'review' }
  | { do: 'edit' };

export interface Press {
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
}

const withAlt: Record<string, Command> = {
  Enter: { do: 'accept', alternative: 0 },
  Backspace: { do: 'reject' },
  KeyV: { do: 'view' },
  KeyW: { do: 'dictionary' },
  KeyI: { do: 'always-ignore' },
};

const withControl: Record<string, Command> = {
  Enter: { do: 'start' },
  Period: { do: 'review' },
  KeyF: { do: 'find' },
  KeyP: { do: 'print' },
};

const inReview: Record<string, Command> = {
  KeyJ: { do: 'next' },
  KeyK: { do: 'previous' },
  KeyA: { do: 'accept', alternative: 0 },
  KeyX: { do: 'reject' },
  KeyD: { do: 'dictionary' },
  KeyE: { do: 'edit' },
  Escape: { do: 'review' },
};

/** What a key press asks for; nothing while a syllable is being composed. */
export function commandOf(event: Press): Command | null {
  if (event.isComposing) return null;
  const control = event.ctrlKey || event.metaKey;
  const { code, altKey, shiftKey } = event;
  if (code === 'F8' && !control && !altKey) return { do: shiftKey ? 'previous' : 'next' };
  if (control && shiftKey && !altKey) return code === 'Enter' ? { do: 'accept-shown' } : null;
  if (shiftKey) return null;
  if (control) return altKey ? null : (withControl[code] ?? null);
  if (!altKey) return null;
  const digit = /^(?:Digit|Numpad)([2-9])$/.exec(code)?.[1];
  return digit ? { do: 'accept', alternative: Number(digit) - 1 } : (withAlt[code] ?? null);
}

/** What a single key asks for while the text is locked for a quick review. */
export function reviewCommandOf(event: Press): Command | null {
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  return isPlain && !event.isComposing ? (inReview[event.code] ?? null) : null;
}
