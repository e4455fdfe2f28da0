/** The letters that differ, with emoji. */
import { expect, test } from 'vitest';
import { characterDiff } from './difference';

const shown = (before: string, after: string) =>
  characterDiff(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : `${kind === 'added' ? '+' : '-'}[${text}]`))
    .join('');

test.each([
  ['할수 있다', '할 수 있다', '할+[ ]수 있다'],
  ['3조9천억원', '3조 9000억 원', '3조+[ ]9-[천]+[000]억+[ ]원'],
  ['몇일', '며칠', '-[몇일]+[며칠]'],
  ['가가', '가', '가-[가]'],
  ['', '가', '+[가]'],
  ['가', '가', '가'],
  ['👩‍🔬 이 말했다', '👩‍🔬가 말했다', '👩‍🔬-[ 이]+[가] 말했다'],
  [
    `${'가'.repeat(200)}끝`,
    `${'나'.repeat(200)}끝`,
    `-[${'가'.repeat(200)}]+[${'나'.repeat(200)}]끝`,
  ],
])('%s → %s', (before, after, expected) => {
  expect(shown(before, after)).toBe(expected);
});
