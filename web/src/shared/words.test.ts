/** Every screen says the same things in both languages, with the same places to fill. */
import { expect, test } from 'vitest';
import { i18n, moment, translator } from './i18n.svelte';

type Said = Record<'ko' | 'en', Record<string, string>>;
const files = import.meta.glob<Record<string, Said>>('./words/*.ts', { eager: true });
const screens = Object.entries(files).flatMap(([file, exported]) =>
  Object.entries(exported).map(([name, words]) => [`${file} ${name}`, words] as const),
);

test('there are words to compare', () => {
  expect(screens.length).toBeGreaterThan(5);
});

test.each(screens)('%s has both languages', (_, words) => {
  expect(Object.keys(words.en).sort()).toEqual(Object.keys(words.ko).sort());
  for (const [name, said] of Object.entries(words.ko)) {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();
    expect({ name, places: places(words.en[name] ?? '') }).toEqual({ name, places: places(said) });
    expect(said.trim(), name).not.toBe('');
    expect(words.en[name]?.trim(), name).not.toBe('');
  }
});

test('places are filled and the language is chosen', () => {
  const t = translator({ ko: { some: '{n}건' }, en: { some: '{n} items' } });
  expect(t('some', { n: 3 })).toBe('3건');
  i18n.set('en');
  expect(t('some', { n: 3 })).toBe('3 items');
  expect(document.documentElement.lang).toBe('en');
  i18n.set('ko');
});

test('a moment leaves out what goes without saying', () => {
  const now = new Date('2026-11-27T03:00:00Z');
  expect(moment('2026-11-26T16:30:00Z', now)).toBe('01:30');
  expect(moment('2026-11-26T14:30:00Z', now)).toBe('11월 26일 23:30');
  expect(moment('2025-11-26T14:30:00Z', now)).toBe('2025년 11월 26일 23:30');
  expect(moment('', now)).toBe('');
});
