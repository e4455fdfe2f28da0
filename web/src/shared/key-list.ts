/** The keys of the page as people read them, for the key list and the settings. */
import type { keys } from './words/keys';

type Name = keyof typeof keys.ko;

export const keyList: readonly { group: Name; rows: readonly (readonly [string, Name])[] }[] = [
  {
    group: 'everywhere',
    rows: [
      ['Ctrl K', 'palette'],
      ['Ctrl /', 'keys'],
    ],
  },
  {
    group: 'list',
    rows: [
      ['Ctrl V', 'paste'],
      ['/', 'find'],
      ['↑ ↓', 'rows'],
      ['Enter', 'open'],
      ['F2', 'rename'],
      ['Delete', 'remove'],
    ],
  },
  {
    group: 'workbench',
    rows: [
      ['F8', 'next'],
      ['Shift F8', 'previous'],
      ['Alt Enter', 'accept'],
      ['Alt Backspace', 'ignore'],
      ['Alt 2…9', 'alternative'],
      ['Ctrl Shift Enter', 'acceptShown'],
      ['Alt W', 'toDictionary'],
      ['Alt I', 'alwaysIgnore'],
      ['Alt V', 'view'],
      ['Ctrl Enter', 'start'],
      ['Ctrl .', 'review'],
      ['J · K', 'reviewMove'],
      ['A · X', 'reviewDecide'],
      ['D · E', 'reviewMore'],
      ['Ctrl F', 'findInText'],
      ['Ctrl P', 'print'],
      ['Ctrl Z', 'undo'],
    ],
  },
];
