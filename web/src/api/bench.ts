/** Routes of the workbench beside the article itself: versions, house dictionary, Word files, quota. */
import { client, taken } from './http';
import type { components } from './schema';
import type { Decision } from './types';

export type Reason = 'draft' | 'run' | 'restore' | 'manual';

export type VersionNote = components['schemas']['VersionNoteWire'];
export type VersionText = components['schemas']['VersionWire'];

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
  versions: async (id: string): Promise<VersionNote[]> =>
    (await taken(client.GET('/conversations/{id}/versions', of(id)))).versions,

  version: (id: string, version: number): Promise<VersionText> =>
    taken(
      client.GET('/conversations/{id}/versions/{version}', { params: { path: { id, version } } }),
    ),

  keepVersion: (id: string, reason: Reason): Promise<VersionNote> =>
    taken(client.POST('/conversations/{id}/versions', { ...of(id), body: { reason } })),

  /** Every decision about the article's findings, oldest first. */
  decisions: async (id: string): Promise<Decision[]> =>
    (await taken(client.GET('/conversations/{id}/decisions', of(id)))).decisions,

  enter: (entry: DictionaryEntry): Promise<DictionaryEntry> =>
    answer(open.POST('/dictionary', { body: entry })),

  quota: (): Promise<OwnQuota> => answer(open.GET('/quotas/mine')),

  /** Word's own file with the changes tracked. */
  docx: (title: string, before: string, after: string): Promise<Blob> =>
    answer(open.POST('/files/docx', { body: { title, before, after }, parseAs: 'blob' })),
};
