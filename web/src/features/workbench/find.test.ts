/** Places of words, with emoji and decomposed Hangul. */
import { expect, test } from 'vitest';
import { placesOf } from './find';

test.each([
  ['😀 금리 Fed 금리', '금리', [3, 10]],
  ['😀 금리 Fed 금리', 'fed', [6]],
  ['가가가가', '가가', [0, 2]],
  ['한글', '한글'.normalize('NFD'), [0]],
  ['글', '', []],
  ['İ 뒤의 금리', '금리', [5]],
])('%j holds %j', (text, wanted, expected) => {
  expect(placesOf(text, wanted).map((place) => place.from)).toEqual(expected);
});
