/** Text that is written without a network outlives the page and reaches the server later. */
import { expect, test } from '@playwright/test';
import { paste, saved } from './article';
import { served } from './served';

const server = served('file');

test('text and decisions made offline come back after a reload and are sent', async ({
  context,
}) => {
  let page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await paste(page, '그는 몇일 뒤 온다.');
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('그는 몇일 뒤 온다.');
  const article = page.url();
  const id = new URL(article).pathname.split('/').at(-1) ?? '';

  // What a page sends as it goes is not held back by the browser's switch: so the server is away too.
  await context.setOffline(true);
  await server.end();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  await page.keyboard.press('Alt+Enter');
  await page.getByRole('textbox', { name: '기사 본문' }).press('Control+End');
  await page.keyboard.insertText(' 끊긴 채 쓴 한글 😀');
  const written = '그는 며칠 뒤 온다. 끊긴 채 쓴 한글 😀';
  await expect(page.getByText('고친 글은 이 컴퓨터에 보관하고')).toBeVisible();
  // What the browser's own database holds of it.
  const kept = () =>
    page.evaluate(
      (wanted) =>
        new Promise<string | undefined>((resolve) => {
          const request = indexedDB.open('prf', 1);
          request.onsuccess = () => {
            const found = request.result.transaction('unsaved').objectStore('unsaved').get(wanted);
            found.onsuccess = () => resolve(found.result?.text);
          };
        }),
      id,
    );
  await expect.poll(kept).toBe(written);
  // The page goes while there is no network, and nothing answers for it.
  await expect(page.reload()).rejects.toThrow('ERR_INTERNET_DISCONNECTED');

  // A browser reloads its own page of errors by itself: closed before, so that it is done once, here.
  await page.close();
  await server.again({}, new URL(server.url).host);
  const draft = await context.request.get(`${server.url}/conversations/${id}/draft`);
  expect((await draft.json()).text).toBe('그는 몇일 뒤 온다.');
  await context.setOffline(false);
  page = await context.newPage();
  await page.goto(article);
  await expect(page.locator('.cm-content')).toHaveText(written);
  await expect(page.getByText('저장하지 못했던 글을 이 컴퓨터에서 되살렸습니다.')).toBeVisible();
  await expect.poll(async () => (await saved(page, server.url)).text).toBe(written);
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  await expect.poll(kept).toBe(undefined);
  const answer = await page.request.get(`${server.url}/conversations/${id}/decisions`);
  const { decisions } = await answer.json();
  expect(decisions).toMatchObject([{ original: '몇일', action: 'accepted', replacement: '며칠' }]);
  // Once saved it is nobody's leftover.
  await page.reload();
  await expect(page.locator('.cm-content')).toHaveText(written);
  await expect(page.getByText('저장하지 못했던 글')).toHaveCount(0);
});
