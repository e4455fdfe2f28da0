import { expect, test } from 'vitest';
import { ApiError } from '../../api/http';
import { Embargo, embargoOf } from './embargo.svelte';

test('names are read with care: an unknown one is the strictest', () => {
  const names = [undefined, null, 'none', 'no-search', 'no-model', 'until-monday'];
  expect(names.map(embargoOf)).toEqual([
    'none',
    'none',
    'none',
    'no-search',
    'no-model',
    'no-model',
  ]);
});

test('each embargo forbids what it is for, and the strictest ends what runs', async () => {
  const sent: unknown[] = [];
  let ended = 0;
  const embargo = new Embargo(
    'c1',
    () => {
      ended += 1;
    },
    async (id, change) => {
      sent.push([id, change]);
    },
  );
  const found = [];
  for (const name of ['no-search', 'no-model', 'none'] as const) {
    const before = await embargo.set(name);
    found.push([before, embargo.allowsSearch, embargo.allowsModel, ended]);
  }
  expect(found).toEqual([
    ['none', false, true, 0],
    ['no-search', false, false, 1],
    ['no-model', true, true, 1],
  ]);
  expect(sent).toEqual([
    ['c1', { embargo: 'no-search' }],
    ['c1', { embargo: 'no-model' }],
    ['c1', { embargo: 'none' }],
  ]);
});

test('what the server refuses is not set', async () => {
  const refuse = () => Promise.reject(new ApiError('unavailable', '지금은 안 됩니다.', 503));
  const embargo = new Embargo('c1', () => {}, refuse);
  await expect(embargo.set('no-model')).rejects.toThrow('지금은 안 됩니다.');
  expect([embargo.name, embargo.isSaving]).toEqual(['none', false]);
});
