/** Blocks stand for both texts exactly, and a long article is compared in no time. */
import { expect, test } from 'vitest';
import { changeCount, compare, sideOf } from './compare';

const text = (before: string, after: string, side: 'before' | 'after') =>
  compare(before, after)
    .map((block) =>
      sideOf(block, side)
        .map((piece) => piece.text)
        .join(''),
    )
    .join('\n');

const cases: [string, string][] = [
  ['', ''],
  ['가\n나', '가\n나'],
  ['그는 몇일 뒤\n\n떠났다 😀', '그는 며칠 뒤\n\n떠났다 😀'],
  ['한 문단\n둘째 문단', '한 문단 둘째 문단'],
  ['한 문단 둘째 문단', '한 문단\n\n둘째 문단\n'],
  ['지울 글', ''],
];

test.each(cases)('%j and %j', (before, after) => {
  expect(text(before, after, 'before')).toBe(before);
  expect(text(before, after, 'after')).toBe(after);
});

test('a block is changed only where its text is', () => {
  const blocks = compare('가\n몇일\n다', '가\n며칠\n다');
  expect(blocks.map((block) => block.isChanged)).toEqual([false, true, false]);
  expect(changeCount(blocks)).toBe(1);
});

test('500 changes in 20,000 characters keep both texts', () => {
  const before = '정부는 몇일 안에 대책을 내놓겠다고 했다. 시장은 조용했다.\n'.repeat(500);
  const after = before.replaceAll('몇일', '며칠');
  expect(text(before, after, 'after')).toBe(after);
  expect(changeCount(compare(before, after))).toBe(500);
});
