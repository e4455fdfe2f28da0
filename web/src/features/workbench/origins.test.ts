import { expect, test } from 'vitest';
import type { Message, Suggestion } from '../../api/types';
import { Origins } from './origins';

function finding(original: string, source = 'ai'): Suggestion {
  return {
    id: 'a1',
    start: 0,
    end: original.length,
    original,
    replacements: ['다른 말'],
    category: 'sentence',
    source,
    severity: 'hint',
    message: '문맥',
    safe: false,
  };
}

function answer(metadata: object): Message {
  const shape = { id: 'm', role: 'assistant', type: 'suggestions', content: '', timestamp: '' };
  return { ...shape, metadata: metadata as Message['metadata'] };
}

test('findings of the model are told with provider and prompt version once their answer is read', () => {
  const origins = new Origins();
  expect(origins.of(finding('내놓는다'))).toEqual({});
  origins.heard(finding('내놓는다'), 'anthropic');
  expect(origins.of(finding('내놓는다'))).toEqual({ provider: 'anthropic' });
  const suggestions = [finding('내놓는다'), finding('몇일', 'both'), finding('됬다', 'rule')];
  origins.read([
    answer({}),
    answer({ provider: 'anthropic', promptVersion: 6, suggestions: [finding('내놓는다')] }),
    answer({ provider: 'bedrock', promptVersion: 7, suggestions }),
  ]);
  const found = suggestions.map((one) => origins.of(one));
  const origin = { provider: 'bedrock', promptVersion: 7 };
  expect(found).toEqual([origin, origin, {}]);
});

test('an answer of the rules alone has no provider', () => {
  const origins = new Origins();
  const suggestions = [finding('몇일', 'both')];
  origins.read([answer({ provider: null, promptVersion: 7, suggestions })]);
  origins.heard(finding('몇일', 'both'), null);
  expect(origins.of(finding('몇일', 'both'))).toEqual({});
});
