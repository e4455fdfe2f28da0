/** Changed paragraphs, with an emoji before them. */
import { ChangeSet, Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import { paragraphsOf, touched } from './paragraphs';

const doc = Text.of(['😀 하나', '둘', '셋', '넷']);

function changed(from: number, to: number, insert: string) {
  const changes = ChangeSet.of({ from, to, insert }, doc.length);
  return paragraphsOf(changes.apply(doc), touched([], changes));
}

test('the paragraph that was typed in is checked, and only that', () => {
  expect(changed(6, 6, '라')).toEqual([{ from: 6, to: 8 }]);
  expect(changed(0, 2, '')).toEqual([{ from: 0, to: 3 }]);
});

test('paragraphs that are joined or split are checked together', () => {
  expect(changed(5, 6, '')).toEqual([{ from: 0, to: 6 }]);
  expect(changed(6, 6, '새\n')).toEqual([{ from: 6, to: 9 }]);
});

test('earlier changes move with later ones', () => {
  const first = ChangeSet.of({ from: 8, insert: '!' }, doc.length);
  const then = first.apply(doc);
  const second = ChangeSet.of({ from: 0, insert: '앞 ' }, then.length);
  const stretches = touched(touched([], first), second);
  expect(paragraphsOf(second.apply(then), stretches)).toEqual([
    { from: 0, to: 7 },
    { from: 10, to: 12 },
  ]);
});
