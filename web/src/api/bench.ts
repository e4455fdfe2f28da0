/** Routes of the workbench beside the article itself: versions, house dictionary, Word files, quota. */
import { client, taken } from './http';
import type { TrackedSuggestion } from './types';

export type Reason = 'draft' | 'run' | 'restore' | 'manual';

export interface Version {
  version: number;
  createdAt: string;
  author: string;
  reason: Reason;
  label?: string | null;
  characters: number;
  openSuggestions: number;
}

export interface VersionText extends Version {
  text: string;
  suggestions: TrackedSuggestion[];
}

export type Scope = 'me' | 'desk' | 'all';

export interface DictionaryEntry {
  scope: Scope;
  kind: 'replace' | 'except' | 'ignore-rule';
  wrong: string;
  right?: string;
  reason?: string;
  ruleId?: string;
}

export interface OwnQuota {
  tokensUsed: number;
  tokensLimit?: number | null;
  resetsAt: string;
}

interface Loose {
  data?: unknown;
  error?: unknown;
  response: Response;
}

type Call = (path: string, init?: object) => Promise<Loose>;

/** The client without the schema's paths: what these answer is told by the types above. */
const open = client as unknown as { GET: Call; POST: Call };
const answer = <T>(call: Promise<Loose>): Promise<T> =>
  taken(call as Promise<{ data?: T; response: Response }>);
const of = (id: string) => ({ params: { path: { id } } });

export const bench = {
  versions: async (id: string): Promise<Version[]> =>
    (await answer<{ versions: Version[] }>(open.GET('/conversations/{id}/versions', of(id))))
      .versions,

  version: (id: string, version: number): Promise<VersionText> =>
    answer(open.GET('/conversations/{id}/versions/{n}', { params: { path: { id, n: version } } })),

  keepVersion: (id: string, reason: Reason, label?: string): Promise<Version> =>
    answer(
      open.POST('/conversations/{id}/versions', {
        ...of(id),
        body: { reason, ...(label ? { label } : {}) },
      }),
    ),

  enter: (entry: DictionaryEntry): Promise<DictionaryEntry> =>
    answer(open.POST('/dictionary', { body: entry })),

  quota: (): Promise<OwnQuota> => answer(open.GET('/quotas/mine')),

  /** Word's own file with the changes tracked. */
  docx: (title: string, before: string, after: string): Promise<Blob> =>
    answer(open.POST('/files/docx', { body: { title, before, after }, parseAs: 'blob' })),
};
