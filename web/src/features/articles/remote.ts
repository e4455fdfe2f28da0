/** The calls of the list: pages of articles, search, changes. */
import { client, send, taken } from '../../api/http';
import type { Conversation, Engine } from '../../api/types';
import type { ArticleState, RowChange } from './rows';

export interface Found {
  conversationId: string;
  title: string;
  engineType: string;
  updatedAt: string;
  where: 'title' | 'article' | 'message';
  snippet: string;
  /** UTF-16 offsets in the snippet. */
  marks: [number, number][];
}

export interface Filter {
  engineType?: Engine;
  state?: ArticleState;
  cursor?: string;
}

interface Page {
  conversations: Conversation[];
  nextCursor?: string | null;
}

export const remote = {
  page: (filter: Filter): Promise<Page> =>
    send('GET', '/conversations', { query: { ...filter, limit: 50 } }),

  search: async (q: string): Promise<Found[]> =>
    (await send<{ results: Found[] }>('GET', '/search', { query: { q, limit: 50 } })).results,

  change: async (id: string, change: RowChange): Promise<void> => {
    await send('PATCH', `/conversations/${encodeURIComponent(id)}`, { body: change });
  },

  remove: async (id: string): Promise<void> => {
    await taken(client.DELETE('/conversations/{id}', { params: { path: { id } } }));
  },
};
