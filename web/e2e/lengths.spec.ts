/** A text that is longer than its writer may send. */
import { expect, test } from '@playwright/test';
import { paste, saved } from './article';
import { served } from './served';

const server = served();

test('a text over the limit of its writer is said before it is sent', async ({ page }) => {
  const quota = { subject: { kind: 'all', name: '' }, textChars: 12 };
  const set = await page.request.put(`${server.url}/quotas`, { data: quota });
  expect(set.status()).toBe(200);
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  const body = page.getByRole('textbox', { name: '기사 본문' });
  await body.click();
  const said = page.getByText(/글이 12자 한도를/);
  // Twelve characters, of which one is two units.
  await paste(page, '그는 몇일 뒤 온다 😀');
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await expect(said).toHaveCount(0);
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('그는 몇일 뒤 온다 😀');
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('!!');
  await expect(said).toContainText('글이 12자 한도를 2자 넘어');
  // The server says the same of what is sent all the same, and keeps what it has.
  await expect(page.getByText('글이 너무 깁니다. 한 번에 12자까지')).toBeVisible();
  await expect(page.getByText('저장 못 함').first()).toBeVisible();
  expect((await saved(page, server.url)).text).toBe('그는 몇일 뒤 온다 😀');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await expect(said).toHaveCount(0);
  await expect(page.getByText('저장됨')).toBeVisible();
});

test('a limit that was narrowed meanwhile is said by what cannot be saved', async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await paste(page, '그는 몇일 뒤 온다.');
  await expect(page.getByText('저장됨')).toBeVisible();
  const quota = { subject: { kind: 'all', name: '' }, textChars: 5 };
  await page.request.put(`${server.url}/quotas`, { data: quota });
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('!');
  await expect(page.getByText('글이 길어 서버에 저장하지 못했습니다.')).toBeVisible();
  await expect(page.getByText('글이 너무 깁니다. 한 번에 5자까지')).toBeVisible();
});
