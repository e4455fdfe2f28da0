/** Which screen the address names. */
import type { Engine } from '../api/types';

export type Route = { screen: 'list'; engine: Engine | null } | { screen: 'article'; id: string };

/** The screen of a path; unknown paths show the list. */
export function routeOf(path: string): Route {
  const article = /^\/articles\/([^/]+)$/.exec(path);
  if (article?.[1]) return { screen: 'article', id: decodeURIComponent(article[1]) };
  if (path === '/11') return { screen: 'list', engine: 'Basic' };
  if (path === '/22') return { screen: 'list', engine: 'Pro' };
  return { screen: 'list', engine: null };
}

let path = $state(globalThis.location?.pathname ?? '/');
globalThis.addEventListener?.('popstate', () => {
  path = location.pathname;
});

export const router = {
  get route(): Route {
    return routeOf(path);
  },
  go(to: string): void {
    history.pushState(null, '', to);
    path = to;
  },
};
