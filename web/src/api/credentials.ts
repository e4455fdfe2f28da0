/** How requests show who is asking, and who hears that the server no longer believes it. */

interface Held {
  /** Sent with every request that changes something, where a cookie says who asks. */
  csrfToken: string | null;
  /** Sent as a bearer token; lives in memory only. */
  accessToken: string | null;
}

export const held: Held = { csrfToken: null, accessToken: null };

const listeners = new Set<() => void>();

/** Hears of every 401 and of a socket that was closed for the same reason. */
export function onRefused(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function refused(): void {
  for (const listener of listeners) listener();
}

const SAFE = ['GET', 'HEAD'];

/** The headers a request of that method carries. */
export function credentialHeaders(method: string): Record<string, string> {
  return {
    ...(held.accessToken ? { Authorization: `Bearer ${held.accessToken}` } : {}),
    ...(held.csrfToken && !SAFE.includes(method.toUpperCase())
      ? { 'X-CSRF-Token': held.csrfToken }
      : {}),
  };
}
