/** Typed calls of the REST routes; a refusal becomes an `ApiError` with the server's sentence. */
import createClient from 'openapi-fetch';
import type { paths } from './schema';
import type {
  Conversation,
  Decision,
  Draft,
  Engine,
  Status,
  Suggestion,
  TrackedSuggestion,
} from './types';

export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });

/** A refusal of the server, or a server that cannot be reached (`code` is `offline`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export async function taken<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch(() => null);
  if (!answer) throw new ApiError('offline', '서버에 연결할 수 없습니다.', 0);
  if (answer.data !== undefined) return answer.data;
  const body = (answer.error ?? {}) as { code?: string; error?: string };
  throw new ApiError(
    body.code ?? 'unknown',
    body.error ?? '처리하지 못했습니다.',
    answer.response.status,
  );
}

export const api = {
  status: (): Promise<Status> => taken(client.GET('/status')),

  check: async (text: string): Promise<Suggestion[]> =>
    (await taken(client.POST('/check', { body: { text } }))).suggestions,

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

  change: async (id: string, change: { title?: string; pinned?: boolean }): Promise<void> => {
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
