/** The one place where requests leave the page: credentials go out with them, refusals come back as
 * `ApiError` with the server's sentence. */
import createClient from 'openapi-fetch';
import { credentialHeaders, refused } from './credentials';
import type { paths } from './schema';

export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });

client.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(credentialHeaders(request.method))) {
      request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response }) {
    if (response.status === 401)
      ended(
        await response
          .clone()
          .json()
          .catch(() => null),
      );
  },
});

/** Tells of a session that has ended; a wrong password is no end of one. */
export function ended(body: unknown): void {
  const code = body && typeof body === 'object' && 'code' in body ? body.code : null;
  if (code !== 'bad_credentials') refused();
}

/** A refusal of the server, or a server that cannot be reached (`code` is `offline`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    /** How long to wait before asking again, where the server said so. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The error a refusal tells of. */
export function refusal(body: unknown, response: Pick<Response, 'status' | 'headers'>): ApiError {
  const { code, error } = (body && typeof body === 'object' ? body : {}) as {
    code?: string;
    error?: string;
  };
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiError(
    code ?? 'unknown',
    error ?? `처리하지 못했습니다. (${response.status})`,
    response.status,
    Number.isFinite(wait) ? wait : null,
  );
}

export function unreachable(): ApiError {
  return new ApiError('offline', '서버에 연결할 수 없습니다.', 0);
}

/** What a call brought, or the refusal as an error. */
export async function taken<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch(() => null);
  if (!answer) throw unreachable();
  if (answer.data !== undefined) return answer.data;
  if (answer.response.ok) return undefined as T;
  throw refusal(answer.error, answer.response);
}

/** The sentence of an error for the person who meets it. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
