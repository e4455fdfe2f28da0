/** Figures and tables are written exactly. */
import { expect, test } from 'vitest';
import { csv, money, percent } from './figures';

test('money and shares', () => {
  expect(money(0)).toBe('$0.00');
  expect(money(12_345)).toBe('$0.0123');
  expect(money(1_234_567_890)).toBe('$1,234.57');
  expect(percent(1, 8)).toBe('12.5%');
  expect(percent(0, 0)).toBe('–');
});

test('a table for spreadsheets', () => {
  const rows = [
    ['따옴표 "둘"', 1.5],
    ['=1+1', -3],
    ['쉼표, 줄\n바꿈 😀', null],
  ];
  expect(csv(['이름', '값'], rows)).toBe(
    '\ufeff이름,값\r\n"따옴표 ""둘""",1.5\r\n\'=1+1,-3\r\n"쉼표, 줄\n바꿈 😀",\r\n',
  );
});
