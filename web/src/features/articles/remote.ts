/** The calls of the list: pages of articles, search, changes. */
import { client, taken } from '../../api/http';
import type { components } from '../../api/schema';
import type { Conversation, Engine } from '../../api/types';
import type { ArticleState, RowChange } from './rows';

export type Found = components['schemas']['SearchResult'];

export interface Filter {
  engineType?: Engine;
  state?: ArticleState;
  cursor?: string;
}

interface Page {
  conversations: Conversation[];
  nextCursor?: string | null;
}

const of = (id: string) => ({ params: { path: { id } } });

export const remote = {
  page: (filter: Filter): Promise<Page> =>
    taken(client.GET('/conversations', { params: { query: { ...filter, limit: 50 } } })),

  search: async (q: string): Promise<Found[]> =>
    (await taken(client.GET('/search', { params: { query: { q, limit: 50 } } }))).results,

  change: async (id: string, body: RowChange): Promise<void> => {
    await taken(client.PATCH('/conversations/{id}', { ...of(id), body }));
  },

  remove: async (id: string): Promise<void> => {
    await taken(client.DELETE('/conversations/{id}', of(id)));
  },
};
