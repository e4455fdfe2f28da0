/** What could not be saved yet, kept in the browser's database until it is. */
import type { Decision, TrackedSuggestion } from '../../api/types';

export interface Unsaved {
  id: string;
  text: string;
  suggestions: TrackedSuggestion[];
  decisions: Decision[];
  /** The version of the server's draft that this goes on from. */
  version: number;
  /** RFC 3339. */
  keptAt: string;
}

export interface Outbox {
  keep(unsaved: Unsaved): Promise<void>;
  find(id: string): Promise<Unsaved | null>;
  remove(id: string): Promise<void>;
}

const STORE = 'unsaved';

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('prf', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    opened.close();
  }
}

/** The database of this browser; one that refuses keeps nothing and breaks nothing. */
export const browserOutbox: Outbox = {
  keep: async (unsaved) => {
    await run('readwrite', (store) => store.put(unsaved)).catch(() => undefined);
  },
  find: async (id) => {
    const found = await run<Unsaved | undefined>('readonly', (store) => store.get(id)).catch(
      () => undefined,
    );
    return found ?? null;
  },
  remove: async (id) => {
    await run('readwrite', (store) => store.delete(id)).catch(() => undefined);
  },
};
