/** People with accounts of the server's own: one sits at the browser, the others ask the API beside. */
import { type APIRequestContext, expect, type Page, request } from '@playwright/test';
import { account } from './servers';

export const password = '맞는 비밀번호 2026';

/** An account of that name for each, with that role; for a server with `PRF_AUTH=local`. */
export function accounts(data: string, roles: Record<string, string>): void {
  for (const [name, role] of Object.entries(roles)) account(data, name, role, password);
}

/** Signs in through the form that the page shows. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('아이디').fill(name);
  await page.getByLabel('비밀번호').fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '화면' })).toBeVisible();
}

/** Somebody at another computer; dispose of it in the end. */
export async function elsewhere(url: string, name: string): Promise<APIRequestContext> {
  const door = await request.newContext();
  const answer = await door.post(`${url}/session`, { data: { name, password } });
  expect(answer.status()).toBe(200);
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const state = await door.storageState();
  await door.dispose();
  return request.newContext({
    storageState: state,
    extraHTTPHeaders: { 'x-csrf-token': csrfToken },
  });
}
