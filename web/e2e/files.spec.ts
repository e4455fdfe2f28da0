/** Files that the server itself reads: good ones become articles, broken ones say what is wrong. */
import { expect, test } from '@playwright/test';
import { served } from './served';

const server = served('file');

test('a Word file and an old text file become articles, a broken one says so', async ({ page }) => {
  const sides = { title: '제목', before: '그는 몇일 뒤 온다.', after: '그는 며칠 뒤 온다. 😀' };
  const made = await page.request.post(`${server.url}/files/docx`, { data: sides });
  expect(made.status()).toBe(200);
  const docx = await made.body();
  const files: readonly (readonly [string, Buffer, string])[] = [
    // Its tracked changes count as accepted.
    ['기사.docx', docx, '그는 며칠 뒤 온다. 😀'],
    // CP949.
    ['옛글.txt', Buffer.from([0xb0, 0xa1, 0xb3, 0xaa, 0xb4, 0xd9]), '가나다'],
  ];
  for (const [name, buffer, text] of files) {
    await page.goto(server.url);
    const file = { name, mimeType: 'application/octet-stream', buffer };
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.locator('.cm-content')).toContainText(text);
  }
  await page.goto(server.url);
  const broken = docx.subarray(0, docx.length / 2);
  const file = { name: '깨진.docx', mimeType: 'application/octet-stream', buffer: broken };
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.getByRole('alert')).toContainText('깨진.docx');
  await expect(page.getByRole('heading', { level: 1, name: '기사' })).toBeVisible();
});
