/** Every key of the workbench. */
import { expect, test } from 'vitest';
import { commandOf } from './keys';

const plain = {
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  isComposing: false,
};

test('keys are matched by their place', () => {
  const asked = (code: string, more: object = {}) => commandOf({ ...plain, code, ...more });
  expect(asked('F8')).toEqual({ do: 'next' });
  expect(asked('F8', { shiftKey: true })).toEqual({ do: 'previous' });
  expect(asked('Enter', { altKey: true })).toEqual({ do: 'accept', alternative: 0 });
  expect(asked('Digit3', { altKey: true })).toEqual({ do: 'accept', alternative: 2 });
  expect(asked('Digit1', { altKey: true })).toBeNull();
  expect(asked('Backspace', { altKey: true })).toEqual({ do: 'reject' });
  expect(asked('Enter', { ctrlKey: true })).toEqual({ do: 'start' });
  expect(asked('Enter', { metaKey: true, shiftKey: true })).toEqual({ do: 'accept-shown' });
  expect(asked('KeyV', { altKey: true })).toEqual({ do: 'view' });
  expect(asked('KeyA')).toBeNull();
});

test('nothing is matched while a syllable is composed', () => {
  expect(commandOf({ ...plain, code: 'F8', isComposing: true })).toBeNull();
});
