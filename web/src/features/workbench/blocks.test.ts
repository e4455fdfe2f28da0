/** Where blocks end, and that finished ones stay as they are. */
import { expect, test } from 'vitest';
import { blocksOf } from './blocks';

test.each([
  ['하나\n둘\n\n셋 😀', ['하나\n둘', '셋 😀']],
  ['- 하나\n\n- 둘\n\n  이어서\n\n끝', ['- 하나\n\n- 둘\n\n  이어서', '끝']],
  ['```\n가\n\n나\n```\n\n다', ['```\n가\n\n나\n```', '다']],
  ['1. 가\n2. 나\n\n\n다', ['1. 가\n2. 나', '다']],
  ['', []],
])('%j', (text, expected) => {
  expect(blocksOf(text)).toEqual(expected);
});

test('a growing answer changes its last block only', () => {
  const whole = '# 제목\n\n첫 문단입니다.\n\n- 가\n- 나\n\n```\n글\n```\n\n끝 문단';
  let before: string[] = [];
  for (let length = 1; length <= whole.length; length += 1) {
    const now = blocksOf(whole.slice(0, length));
    expect(now.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
    before = now;
  }
  expect(before).toHaveLength(5);
});
