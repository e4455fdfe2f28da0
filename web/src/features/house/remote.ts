/** The calls of the dictionary and of the rules. */
import { send } from '../../api/http';
import type { Suggestion } from '../../api/types';
import { preferences } from '../../shared/preferences.svelte';

export const kinds = ['replace', 'except', 'ignore-rule'] as const;
export type Kind = (typeof kinds)[number];
export type Scope = 'me' | 'desk' | 'all';

export interface NewEntry {
  scope: Scope;
  desk?: string;
  kind: Kind;
  wrong: string;
  right?: string;
  reason?: string;
  ruleId?: string;
}

export interface Entry {
  id: string;
  scope: Scope;
  desk?: string | null;
  kind: Kind;
  wrong: string;
  right?: string | null;
  reason?: string | null;
  ruleId?: string | null;
  createdBy: string;
  createdAt: string;
}

export interface Rule {
  id: string;
  category: string;
  severity: 'error' | 'warning' | 'hint';
  norm: string;
  /** `{wrong}` and `{right}` stand for the texts. */
  message: string;
  profileOnly?: string[] | null;
  examples: { wrong: string; right: string }[];
  keep: string[];
  entries: number;
  words?: string[][];
  code?: boolean;
}

export const remote = {
  entries: (cursor: string | null): Promise<{ entries: Entry[]; next?: string | null }> => {
    const desk = preferences.current.desk.trim() || null;
    return send('GET', '/dictionary', { query: { cursor, desk } });
  },

  add: (entry: NewEntry): Promise<Entry> => send('POST', '/dictionary', { body: entry }),

  remove: async (id: string): Promise<void> => {
    await send('DELETE', `/dictionary/${encodeURIComponent(id)}`);
  },

  rules: (query: {
    q?: string;
    category?: string;
    cursor?: string | null;
  }): Promise<{ rules: Rule[]; next?: string | null; total?: number }> =>
    send('GET', '/rules', { query }),

  rule: async (id: string): Promise<Rule | null> =>
    (await send<{ rules: Rule[] }>('GET', '/rules', { query: { id } })).rules[0] ?? null,

  check: async (text: string, profile: string | null): Promise<Suggestion[]> => {
    const body = { text, hints: true, ...(profile ? { profile } : {}) };
    return (await send<{ suggestions: Suggestion[] }>('POST', '/check', { body })).suggestions;
  },
};
