/** Keys of an editor for plain text: CodeMirror's own without what serves programs (indentation,
 * brackets, comments, syntax), which would bring its parser along. */
import {
  copyLineDown,
  copyLineUp,
  cursorCharLeft,
  cursorCharRight,
  cursorDocEnd,
  cursorDocStart,
  cursorGroupLeft,
  cursorGroupRight,
  cursorLineBoundaryBackward,
  cursorLineBoundaryForward,
  cursorLineBoundaryLeft,
  cursorLineBoundaryRight,
  cursorLineDown,
  cursorLineUp,
  cursorPageDown,
  cursorPageUp,
  deleteGroupBackward,
  deleteGroupForward,
  deleteLine,
  deleteLineBoundaryBackward,
  deleteLineBoundaryForward,
  historyKeymap,
  insertNewline,
  moveLineDown,
  moveLineUp,
  selectAll,
  selectCharLeft,
  selectCharRight,
  selectDocEnd,
  selectDocStart,
  selectGroupLeft,
  selectGroupRight,
  selectLineBoundaryBackward,
  selectLineBoundaryForward,
  selectLineBoundaryLeft,
  selectLineBoundaryRight,
  selectLineDown,
  selectLineUp,
  selectPageDown,
  selectPageUp,
  simplifySelection,
} from '@codemirror/commands';
import { EditorSelection, type StateCommand } from '@codemirror/state';
import type { KeyBinding } from '@codemirror/view';

const letters = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** Where the letter before or after a place in a line ends; the place itself where there is none. */
function letterEnd(line: string, place: number, isForward: boolean): number {
  const letter = letters.segment(line).containing(isForward ? place : place - 1);
  if (!letter) return place;
  return isForward ? letter.index + letter.segment.length : letter.index;
}

/** Deletes what is selected, or one letter as people see it: a syllable, also of single jamo, or an
 * emoji of several parts. */
function deleteLetter(isForward: boolean): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const { changes, selection } = state.changeByRange((range) => {
      if (!range.empty) return { changes: range, range: EditorSelection.cursor(range.from) };
      const line = state.doc.lineAt(range.head);
      const column = range.head - line.from;
      const within = letterEnd(line.text, column, isForward);
      const step = isForward ? 1 : -1;
      // At either end of a line the line break goes.
      const other = within === column ? range.head + step : line.from + within;
      const [from, to] = [Math.min(range.head, other), Math.max(range.head, other)];
      if (from < 0 || to > state.doc.length) return { range };
      return { changes: { from, to }, range: EditorSelection.cursor(from) };
    });
    if (changes.empty) return false;
    const userEvent = isForward ? 'delete.forward' : 'delete.backward';
    dispatch(state.update({ changes, selection, scrollIntoView: true, userEvent }));
    return true;
  };
}

export const deleteLetterBackward = deleteLetter(false);
export const deleteLetterForward = deleteLetter(true);

/** Keys that move the cursor, and with Shift the end of what is selected. */
const moving: readonly KeyBinding[] = [
  { key: 'ArrowLeft', run: cursorCharLeft, shift: selectCharLeft },
  { key: 'Mod-ArrowLeft', mac: 'Alt-ArrowLeft', run: cursorGroupLeft, shift: selectGroupLeft },
  { mac: 'Cmd-ArrowLeft', run: cursorLineBoundaryLeft, shift: selectLineBoundaryLeft },
  { key: 'ArrowRight', run: cursorCharRight, shift: selectCharRight },
  { key: 'Mod-ArrowRight', mac: 'Alt-ArrowRight', run: cursorGroupRight, shift: selectGroupRight },
  { mac: 'Cmd-ArrowRight', run: cursorLineBoundaryRight, shift: selectLineBoundaryRight },
  { key: 'ArrowUp', run: cursorLineUp, shift: selectLineUp },
  { mac: 'Cmd-ArrowUp', run: cursorDocStart, shift: selectDocStart },
  { mac: 'Ctrl-ArrowUp', run: cursorPageUp, shift: selectPageUp },
  { key: 'ArrowDown', run: cursorLineDown, shift: selectLineDown },
  { mac: 'Cmd-ArrowDown', run: cursorDocEnd, shift: selectDocEnd },
  { mac: 'Ctrl-ArrowDown', run: cursorPageDown, shift: selectPageDown },
  { key: 'PageUp', run: cursorPageUp, shift: selectPageUp },
  { key: 'PageDown', run: cursorPageDown, shift: selectPageDown },
  { key: 'Home', run: cursorLineBoundaryBackward, shift: selectLineBoundaryBackward },
  { key: 'Mod-Home', run: cursorDocStart, shift: selectDocStart },
  { key: 'End', run: cursorLineBoundaryForward, shift: selectLineBoundaryForward },
  { key: 'Mod-End', run: cursorDocEnd, shift: selectDocEnd },
  { key: 'Mod-a', run: selectAll },
  { key: 'Escape', run: simplifySelection },
];

const changing: readonly KeyBinding[] = [
  { key: 'Enter', run: insertNewline, shift: insertNewline },
  { key: 'Backspace', run: deleteLetterBackward, shift: deleteLetterBackward },
  { key: 'Delete', run: deleteLetterForward },
  { key: 'Mod-Backspace', mac: 'Alt-Backspace', run: deleteGroupBackward },
  { key: 'Mod-Delete', mac: 'Alt-Delete', run: deleteGroupForward },
  { mac: 'Mod-Backspace', run: deleteLineBoundaryBackward },
  { mac: 'Mod-Delete', run: deleteLineBoundaryForward },
  { key: 'Alt-ArrowUp', run: moveLineUp },
  { key: 'Alt-ArrowDown', run: moveLineDown },
  { key: 'Shift-Alt-ArrowUp', run: copyLineUp },
  { key: 'Shift-Alt-ArrowDown', run: copyLineDown },
  { key: 'Shift-Mod-k', run: deleteLine },
];

/** Undo and redo, moving and deleting. */
export const textKeymap: readonly KeyBinding[] = [...historyKeymap, ...moving, ...changing];
