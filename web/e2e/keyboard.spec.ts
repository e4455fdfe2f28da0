/** The whole of the work by keyboard alone: paste, review, export. */
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { saved } from './article';
import { served } from './served';
import { wordText } from './zip';

const server = served('file');

const article = '정부은 대책을 낸다.\n그는 몇일 뒤 온다. 전세값이 오른다.\n금새 됬다며 웃었다. 😀';
const reviewed =
  '정부는 대책을 낸다.\n그는 몇일 뒤 온다. 전세 가격이 오른다.\n금새 됐다며 웃었다. 😀';

/** Goes on with Tab, or back with Shift+Tab, to the button of that name. */
async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  const isThere = () => button.evaluate((one) => one === document.activeElement);
  // A menu that has closed gives the focus back to its button.
  for (let count = 0; count < 12 && !(await isThere()); count += 1) await page.keyboard.press(key);
  if (await isThere()) return;
  throw new Error(`${name} is not reached by ${key}`);
}

async function exported(page: Page, name: string): Promise<Buffer> {
  await tabTo(page, '내보내기', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '복사', exact: true })).toBeFocused();
  await tabTo(page, name, 'Tab');
  const waiting = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  return readFileSync(await (await waiting).path());
}

test('an article is pasted, reviewed and exported by keyboard alone', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    const pointed: string[] = [];
    Object.assign(window, { pointed });
    for (const kind of ['pointerdown', 'mousedown', 'touchstart']) {
      addEventListener(kind, (event) => pointed.push(event.type), true);
    }
  });
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: '새 기사' })).toBeVisible();
  await page.evaluate((text) => navigator.clipboard.writeText(text), article);
  await page.keyboard.press('Control+v');
  const active = page.locator('article.active');
  await expect(page.locator('[data-card]').filter({ hasText: '됬' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: '기사 본문' })).toBeFocused();

  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  await expect(active).toContainText('정부');
  await page.keyboard.press('Alt+Enter');
  await expect(active).toContainText('몇일');
  await page.keyboard.press('Alt+Backspace');
  // A word of one's own in place of what was found: the cursor stands before it.
  await expect(active).toContainText('전세값');
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.insertText('전세 가격');
  await page.keyboard.press('F8');
  await expect(active).toContainText('금새');
  await page.keyboard.press('Alt+i');
  await expect(page.getByRole('button', { name: '이 기사에서' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(active).toContainText('됬');
  await page.keyboard.press('Alt+Enter');
  await expect(page.locator('[data-card]')).toHaveCount(0);
  await expect.poll(async () => (await saved(page, server.url)).text).toBe(reviewed);

  expect((await exported(page, '최종본 텍스트')).toString('utf8')).toBe(reviewed);
  const docx = await exported(page, '워드(변경 내용 추적)');
  expect(wordText(docx, 'after')).toBe(reviewed);
  expect(wordText(docx, 'before')).toBe(article);

  const id = new URL(page.url()).pathname.split('/').at(-1);
  const answer = await page.request.get(`${server.url}/conversations/${id}/decisions`);
  const { decisions } = (await answer.json()) as {
    decisions: { original: string; action: string }[];
  };
  expect(decisions.map(({ original, action }) => `${original} ${action}`)).toEqual([
    '정부은 accepted',
    '몇일 rejected',
    '금새 always_ignored',
    '됬 accepted',
  ]);
  const pointed = await page.evaluate(() => (window as unknown as { pointed: string[] }).pointed);
  expect(pointed).toEqual([]);
});
