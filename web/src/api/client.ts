/** Typed calls of the REST routes; a refusal becomes an `ApiError` with the server's sentence. */
import { preferences } from '../shared/preferences.svelte';
import { ApiError, client, taken } from './http';
import type { SessionAnswer } from './session.svelte';
import type {
  Conversation,
  Decision,
  Draft,
  Engine,
  Status,
  Suggestion,
  TrackedSuggestion,
} from './types';

export { ApiError };

export const api = {
  status: (): Promise<Status> => taken(client.GET('/status')),

  session: (): Promise<SessionAnswer> => taken(client.GET('/session')),

  signIn: (name: string, password: string): Promise<SessionAnswer> =>
    taken(client.POST('/session', { body: { name, password } })),

  signOut: (): Promise<void> => taken(client.DELETE('/session')),

  changePassword: (old: string, next: string): Promise<void> =>
    taken(client.POST('/session/password', { body: { old, new: next } })),

  check: async (text: string): Promise<Suggestion[]> =>
    (await taken(client.POST('/check', { body: { text, ...preferences.checkOptions } })))
      .suggestions,

  conversations: async (query: {
    engineType?: Engine;
    q?: string;
    cursor?: string;
  }): Promise<{ rows: Conversation[]; next: string | null }> => {
    const page = await taken(client.GET('/conversations', { params: { query } }));
    return { rows: page.conversations, next: page.nextCursor ?? null };
  },

  conversation: (id: string): Promise<Conversation> =>
    taken(client.GET('/conversations/{id}', { params: { path: { id } } })),

  create: (conversationId: string, engineType: Engine, title: string): Promise<Conversation> =>
    taken(
      client.POST('/conversations', { body: { conversationId, engineType, title, messages: [] } }),
    ),

  change: async (
    id: string,
    change: { title?: string; pinned?: boolean; embargo?: string },
  ): Promise<void> => {
    await taken(client.PATCH('/conversations/{id}', { params: { path: { id } }, body: change }));
  },

  remove: async (id: string): Promise<void> => {
    await taken(client.DELETE('/conversations/{id}', { params: { path: { id } } }));
  },

  draft: async (id: string): Promise<Draft | null> => {
    try {
      return await taken(client.GET('/conversations/{id}/draft', { params: { path: { id } } }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  },

  saveDraft: (
    id: string,
    body: { text: string; suggestions: TrackedSuggestion[]; version: number },
  ): Promise<{ version: number; updatedAt: string }> =>
    taken(
      client.PUT('/conversations/{id}/draft', {
        params: { path: { id } },
        body,
        // A save on leaving the page must outlive it; browsers take up to 64 KB so.
        keepalive: body.text.length < 8_000 && body.suggestions.length < 60,
      }),
    ),

  decide: async (id: string, decisions: Decision[]): Promise<void> => {
    await taken(
      client.POST('/conversations/{id}/decisions', {
        params: { path: { id } },
        body: { decisions },
        keepalive: decisions.length < 60,
      }),
    );
  },
};
