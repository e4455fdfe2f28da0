/** Which screen the address names. Paths of screens are never paths of the API. */
import type { Engine } from '../api/types';

export type Route =
  | { screen: 'list'; engine: Engine | null }
  | { screen: 'article'; id: string }
  | { screen: 'house'; tab: 'dictionary' | 'rules' }
  | { screen: 'engines'; engine: Engine }
  | { screen: 'reports' }
  | { screen: 'settings' }
  | { screen: 'signed-in' };

const fixed: Record<string, Route> = {
  '/11': { screen: 'list', engine: 'Basic' },
  '/22': { screen: 'list', engine: 'Pro' },
  '/house': { screen: 'house', tab: 'dictionary' },
  '/house/rules': { screen: 'house', tab: 'rules' },
  '/engines': { screen: 'engines', engine: 'Basic' },
  '/engines/Pro': { screen: 'engines', engine: 'Pro' },
  '/reports': { screen: 'reports' },
  '/settings': { screen: 'settings' },
  '/signed-in': { screen: 'signed-in' },
};

/** The screen of a path; unknown paths show the list. */
export function routeOf(path: string): Route {
  const article = /^\/articles\/([^/]+)$/.exec(path);
  const id = article?.[1] ? decoded(article[1]) : null;
  if (id) return { screen: 'article', id };
  return fixed[path] ?? { screen: 'list', engine: null };
}

/** None where somebody wrote an address by hand that encodes nothing. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

let path = $state(globalThis.location?.pathname ?? '/');
globalThis.addEventListener?.('popstate', () => {
  path = location.pathname;
});

export const router = {
  get path(): string {
    return path;
  },
  get route(): Route {
    return routeOf(path);
  },
  go(to: string): void {
    history.pushState(null, '', to);
    path = location.pathname;
  },
  /** Goes there without a way back to where one was. */
  replace(to: string): void {
    history.replaceState(null, '', to);
    path = location.pathname;
  },
};
