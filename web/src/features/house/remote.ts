/** The calls of the dictionary and of the rules. */
import { client, taken } from '../../api/http';
import type { components } from '../../api/schema';
import type { Suggestion } from '../../api/types';
import { preferences } from '../../shared/preferences.svelte';

type Schemas = components['schemas'];

export type Kind = Schemas['KindWire'];
export type Scope = Schemas['ScopeWire'];
export type NewEntry = Schemas['NewEntryWire'];
export type Entry = Schemas['EntryWire'];
export type Rule = Schemas['RuleWire'];

export const kinds: readonly Kind[] = ['replace', 'except', 'ignore-rule'];

export const remote = {
  entries: (cursor: string | null): Promise<Schemas['DictionaryPage']> => {
    const desk = preferences.current.desk.trim();
    const query = { ...(cursor === null ? {} : { cursor }), ...(desk ? { desk } : {}) };
    return taken(client.GET('/dictionary', { params: { query } }));
  },

  add: (body: NewEntry): Promise<Entry> => taken(client.POST('/dictionary', { body })),

  remove: async (id: string): Promise<void> => {
    await taken(client.DELETE('/dictionary/{id}', { params: { path: { id } } }));
  },

  rules: (query: {
    q?: string;
    category?: string;
    cursor?: string;
  }): Promise<Schemas['RulesPage']> => taken(client.GET('/rules', { params: { query } })),

  rule: async (id: string): Promise<Rule | null> =>
    (await taken(client.GET('/rules', { params: { query: { id } } }))).rules[0] ?? null,

  check: async (text: string, profile: string | null): Promise<Suggestion[]> => {
    const body = { text, hints: true, ...(profile ? { profile } : {}) };
    return (await taken(client.POST('/check', { body }))).suggestions;
  },
};
