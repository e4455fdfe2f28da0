/** Answers in the server's shapes, only for what no real server can be brought to while a test runs:
 * - a month of usage by day, and all of `fixtures.ts`: days come from the server's clock;
 * - a write that is refused with 503 while everything else goes on: a disk is full for all writes;
 * - a file that takes too long to read: none that is small does;
 * - an audit log whose chain is broken: whoever could break it would have to write into the database. */
import type { Page, Route } from '@playwright/test';

export interface Answer {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
}

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Record<string, string>;
}

/** Answers what a script fetches at a path; pages a browser opens go to the server. Gives the list
 * of what was asked, which grows. */
export async function answer(
  page: Page,
  path: string | RegExp,
  how: (asked: Asked) => Answer | null,
): Promise<Asked[]> {
  const all: Asked[] = [];
  const isIt = (url: URL) =>
    typeof path === 'string' ? url.pathname === path : path.test(url.pathname);
  await page.route(isIt, async (route: Route) => {
    const request = route.request();
    if (request.isNavigationRequest()) return route.fallback();
    const url = new URL(request.url());
    const asked: Asked = {
      method: request.method(),
      path: url.pathname,
      query: url.searchParams,
      body: bodyOf(request.postData()),
      headers: await request.allHeaders(),
    };
    const given = how(asked);
    if (!given) return route.fallback();
    all.push(asked);
    const { status = 200, json, headers = {} } = given;
    await route.fulfill({
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: json === undefined ? '' : JSON.stringify(json),
    });
  });
  return all;
}

function bodyOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return text;
  }
}

export function error(code: string, sentence: string): unknown {
  return { error: sentence, code, requestId: 'r1' };
}
