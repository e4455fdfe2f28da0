/** Routes of the workbench beside the article itself: versions, house dictionary, Word files, quota. */
import { client, taken } from './http';
import type { components } from './schema';
import type { Decision } from './types';

export type Reason = 'draft' | 'run' | 'restore' | 'manual';

export type VersionNote = components['schemas']['VersionNoteWire'];
export type VersionText = components['schemas']['VersionWire'];

export type Scope = components['schemas']['ScopeWire'];
export type NewEntry = components['schemas']['NewEntryWire'];

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

  enter: async (body: NewEntry): Promise<void> => {
    await taken(client.POST('/dictionary', { body }));
  },

  quota: (): Promise<components['schemas']['OwnQuota']> => taken(client.GET('/quotas/mine')),

  /** Word's own file with the changes tracked. */
  docx: (title: string, before: string, after: string): Promise<Blob> =>
    taken(client.POST('/files/docx', { body: { title, before, after }, parseAs: 'blob' })),
};
