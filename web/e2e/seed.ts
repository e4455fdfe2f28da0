/** Articles as they lie on a server, written by its API. */
import { type APIRequestContext, expect } from '@playwright/test';

export interface Seed {
  title: string;
  engineType?: 'Basic' | 'Pro';
  text?: string;
  desk?: string;
  reporter?: string;
  state?: string;
}

async function done(answer: Promise<{ ok: () => boolean; text: () => Promise<string> }>) {
  const given = await answer;
  expect(given.ok(), await given.text()).toBe(true);
}

/** Writes one article with its text and what the rules find in it, all of it open; gives its id. */
export async function write(api: APIRequestContext, url: string, seed: Seed): Promise<string> {
  const conversationId = crypto.randomUUID();
  const { title, engineType = 'Basic', text, ...metadata } = seed;
  await done(api.post(`${url}/conversations`, { data: { conversationId, engineType, title } }));
  const place = `${url}/conversations/${conversationId}`;
  if (text !== undefined) {
    const checked = await api.post(`${url}/check`, { data: { text } });
    const found = (await checked.json()).suggestions as object[];
    const suggestions = found.map((one) => ({ ...one, state: 'open' }));
    await done(api.put(`${place}/draft`, { data: { text, suggestions, version: 0 } }));
  }
  if (Object.keys(metadata).length > 0) await done(api.patch(place, { data: metadata }));
  return conversationId;
}

/** Writes them so that the first is the newest; gives their ids in that order. */
export async function writeAll(
  api: APIRequestContext,
  url: string,
  seeds: Seed[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const seed of seeds.toReversed()) ids.unshift(await write(api, url, seed));
  return ids;
}
