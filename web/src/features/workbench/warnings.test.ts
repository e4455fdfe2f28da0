/** Warnings for administrators follow from how providers stand and from the model's day. */
import { expect, test } from 'vitest';
import type { Status } from '../../api/types';
import { warningsOf } from './warnings';

function status(ai: Partial<Status['ai']>): Status {
  return {
    service: 'nx-wt-prf',
    version: 'test',
    ai: { configured: true, provider: 'bedrock', model: 'm', ...ai },
    user: { userId: 'kim', role: 'admin' },
    limits: { maxTextChars: 1 },
    packs: [],
  };
}

test('nothing is said while all is well, or to whom nothing is told', () => {
  expect(warningsOf(null)).toEqual([]);
  expect(warningsOf(status({}))).toEqual([]);
  const legs = [{ provider: 'bedrock', model: 'm', standing: 'asked' as const }];
  expect(warningsOf(status({ legs }))).toEqual([]);
});

test('a provider that is not asked and a model that goes are named', () => {
  const legs = [
    { provider: 'a', model: 'm', standing: 'off' as const, reason: 'no_credentials' },
    { provider: 'b', model: 'm', standing: 'left_out' as const, reason: 'provider_cut', forMs: 9 },
    { provider: 'c', model: 'm', standing: 'tried' as const },
  ];
  const retirement = { model: 'm', day: '2026-12-01', daysLeft: 7 };
  expect(warningsOf(status({ legs, retirement }))).toEqual([
    { key: 'legOff', params: { provider: 'a', reason: 'no_credentials' } },
    { key: 'legLeftOut', params: { provider: 'b', reason: 'provider_cut' } },
    { key: 'legLeftOut', params: { provider: 'c', reason: '' } },
    { key: 'retires', params: { model: 'm', day: '2026-12-01' } },
  ]);
  const gone = { ...retirement, daysLeft: 0 };
  expect(warningsOf(status({ retirement: gone }))).toEqual([
    { key: 'retired', params: { model: 'm', day: '2026-12-01' } },
  ]);
});
