import { EditorState, type StateCommand } from '@codemirror/state';
import { expect, test } from 'vitest';
import { deleteLetterBackward, deleteLetterForward } from './text-keys';

/** The text with `|` at the cursor, or around what is selected, after the command. */
function check(command: StateCommand, marked: string, expected: string, readOnly = false): void {
  const places = [...marked.matchAll(/\|/g)].map((match, at) => match.index - at);
  const [anchor = 0, head = anchor] = places;
  const extensions = EditorState.readOnly.of(readOnly);
  let state = EditorState.create({
    doc: marked.replaceAll('|', ''),
    selection: { anchor, head },
    extensions,
  });
  const isDone = command({
    state,
    dispatch: (transaction) => {
      state = transaction.state;
    },
  });
  const { main } = state.selection;
  const text = state.doc.toString();
  expect(`${text.slice(0, main.head)}|${text.slice(main.head)}`).toBe(expected);
  expect(isDone).toBe(text !== marked.replaceAll('|', ''));
}

test('a letter goes as people see it, and a line break like a letter', () => {
  check(deleteLetterBackward, '며칠| 뒤', '며| 뒤');
  check(deleteLetterForward, '며|칠 뒤', '며| 뒤');
  check(deleteLetterBackward, '한👨‍👩‍👧| 뒤', '한| 뒤');
  check(deleteLetterForward, '|\u1112\u1161\u11ab글', '|글');
  check(deleteLetterBackward, '앞\n|뒤', '앞|뒤');
  check(deleteLetterForward, '앞|\n뒤', '앞|뒤');
  check(deleteLetterBackward, '|몇일| 뒤', '| 뒤');
});

test('nothing goes at the ends and of a text that is only read', () => {
  check(deleteLetterBackward, '|글', '|글');
  check(deleteLetterForward, '글|', '글|');
  check(deleteLetterBackward, '글|', '글|', true);
});
