/** Files are read in the encodings Korean desks have; what is no text is said to be none. */
import { expect, test } from 'vitest';
import { textOf } from './text';

test('text of bytes', () => {
  expect(textOf(new TextEncoder().encode('표기 원칙 😀'))).toBe('표기 원칙 😀');
  expect(textOf(new TextEncoder().encode('한글'.normalize('NFD')))).toBe('한글');
  // "가나" in CP949.
  expect(textOf(new Uint8Array([0xb0, 0xa1, 0xb3, 0xaa]))).toBe('가나');
  expect(textOf(new Uint8Array([0x50, 0x4b, 0, 1]))).toBe(null);
  expect(textOf(new Uint8Array([0xff, 0xff, 0xff]))).toBe(null);
});
