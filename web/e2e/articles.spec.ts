/** The list of articles: search, filters, changes, files, keys, and what goes wrong. */
import { expect, type Page, test } from '@playwright/test';
import { paste } from './article';
import { barriers } from './axe';
import { answer, error } from './mocks';
import { encryptedPdf, scannedPdf } from './pdf';
import { type Seed, write, writeAll } from './seed';
import { served } from './served';

const server = served();

/** Two findings of one kind and ten of another. */
const faulty = `${'몇일 뒤다.\n'.repeat(2)}${'금새 왔다.\n'.repeat(10)}`;

/** So many articles on the server, 기사 1 the newest, with twelve findings; gives their ids. */
function list(page: Page, count: number): Promise<string[]> {
  const seeds = Array.from({ length: count }, (_, place): Seed => {
    return { title: `기사 ${place + 1}`, engineType: place % 2 ? 'Pro' : 'Basic' };
  });
  seeds[0] = { ...seeds[0], title: '기사 1', text: faulty, desk: '경제부', reporter: '김기자' };
  seeds[0].state = 'review';
  return writeAll(page.request, server.url, seeds);
}

/** An article's header as the server has it; none once it is deleted. */
async function header(page: Page, id: string | undefined): Promise<Record<string, unknown> | null> {
  const given = await page.request.get(`${server.url}/conversations/${id}`);
  return given.status() === 404 ? null : given.json();
}

test('rows tell state, desk, reporter and what is left; more come as one scrolls', async ({
  page,
}) => {
  await list(page, 120);
  await page.goto(server.url);
  const first = page.getByRole('row').nth(1);
  for (const said of ['기사 1', '검토 필요', '12', '경제부', '김기자', '비즈니스']) {
    await expect(first).toContainText(said);
  }
  await expect(page.getByRole('row')).toHaveCount(51);
  await page.getByRole('link', { name: '기사 50', exact: true }).scrollIntoViewIfNeeded();
  await expect(page.getByRole('link', { name: '기사 100', exact: true })).toBeAttached();
  await page.getByRole('link', { name: '기사 100', exact: true }).scrollIntoViewIfNeeded();
  await expect(page.getByRole('row')).toHaveCount(121);
});

test('a state is filtered on the server', async ({ page }) => {
  await list(page, 3);
  await page.goto(server.url);
  await expect(page.getByRole('row')).toHaveCount(4);
  const asked = page.waitForRequest((request) => request.url().includes('state=review'));
  await page.getByRole('button', { name: '검토 필요' }).click();
  await asked;
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').nth(1)).toContainText('기사 1');
  await page.getByRole('button', { name: '완료' }).click();
  await expect(page.getByText('이 조건에 맞는 기사가 없습니다.')).toBeVisible();
});

test('the list is worked by keyboard: arrows, rename, delete, open', async ({ page }) => {
  const ids = await list(page, 3);
  await page.goto(server.url);
  await page.getByRole('link', { name: '기사 1', exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: '기사 2', exact: true })).toBeFocused();
  await page.keyboard.press('F2');
  await expect(page.getByRole('textbox', { name: '이름 바꾸기' })).toBeFocused();
  await page.keyboard.type('새 이름');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: '새 이름' })).toBeFocused();
  expect(await header(page, ids[1])).toMatchObject({ title: '새 이름' });
  await page.keyboard.press('F2');
  await page.keyboard.type('버린 이름');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: '새 이름' })).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: '기사를 지울까요?' })).toContainText('새 이름');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: '새 이름' })).toBeFocused();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: '지우기' }).press('Enter');
  await expect(page.getByText('지웠습니다: 새 이름')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(3);
  const left = await Promise.all(ids.map((id) => header(page, id)));
  expect(left.map((one) => one?.title)).toEqual(['기사 1', undefined, '기사 3']);
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('nothing is said to be done that the server has refused', async ({ page }) => {
  await list(page, 2);
  const refuse = { isOn: true };
  await answer(page, /^\/conversations\/[^/]+$/, ({ method }) =>
    method !== 'GET' && refuse.isOn
      ? { status: 503, json: error('unavailable', '지금은 저장할 수 없습니다.') }
      : null,
  );
  await page.goto(server.url);
  await page.getByRole('button', { name: '기사 1 메뉴' }).click();
  await expect(page.getByRole('menuitem', { name: '위에 고정' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('지금은 저장할 수 없습니다.')).toBeVisible();
  await expect(page.getByRole('img', { name: '고정됨' })).toHaveCount(0);
  await page.getByRole('link', { name: '기사 1', exact: true }).focus();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: '기사를 지울까요?' });
  await dialog.getByRole('button', { name: '지우기' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('지금은 저장할 수 없습니다.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row')).toHaveCount(3);
  refuse.isOn = false;
  await page.getByRole('button', { name: '다시 시도' }).click();
  await expect(page.getByRole('img', { name: '고정됨' })).toBeVisible();
});

test('desk, reporter and state are written down', async ({ page }) => {
  const ids = await list(page, 2);
  await page.goto(server.url);
  await page.getByRole('button', { name: '기사 2 메뉴' }).click();
  await page.getByRole('menuitem', { name: '부서·기자 적기' }).click();
  await page.getByRole('textbox', { name: '부서' }).fill('정치부');
  await page.getByRole('textbox', { name: '기자' }).fill('이기자');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByRole('row').nth(2)).toContainText('정치부이기자');
  const kept = { metadata: { desk: '정치부', reporter: '이기자' } };
  expect(await header(page, ids[1])).toMatchObject(kept);
});

test('articles are found by their text, with what was found marked', async ({ page }) => {
  await list(page, 2);
  const text = '😀 한국은행은 오늘 기준금리를 동결했다.';
  await write(page.request, server.url, { title: '한은, 동결', text });
  await page.goto(server.url);
  const search = page.getByRole('searchbox');
  // By initials, by a word whose particle is another, and by words that stand apart.
  for (const [typed, marked] of [
    ['ㄱㅈㄱㄹ', ['기준금리']],
    ['기준금리를', ['기준금리']],
    ['동결 한국은행', ['한국은행', '동결']],
  ] as const) {
    await search.fill(typed);
    await expect(page.getByText(`“${typed}” 찾은 기사 1건`)).toBeVisible();
    for (const word of marked) await expect(page.locator('mark', { hasText: word })).toBeVisible();
  }
  expect(await barriers(page)).toEqual([]);
  await search.fill('없다');
  await expect(page.getByText('“없다”을(를) 찾지 못했습니다.')).toBeVisible();
  await search.fill('');
  await expect(page.getByRole('row')).toHaveCount(4);
});

test('a file becomes an article, and a bad one says what is wrong with it', async ({ page }) => {
  const good = await page.request.post(`${server.url}/files/docx`, {
    data: { title: '제목', before: '그는 몇일 뒤 온다.', after: '그는 몇일 뒤 온다. 😀' },
  });
  const docx = await good.body();
  const bad: readonly (readonly [string, Buffer, string])[] = [
    ['스캔.pdf', scannedPdf(), '스캔한 문서'],
    ['암호.pdf', encryptedPdf(), '암호가 걸린'],
    ['반쪽.docx', docx.subarray(0, docx.length / 2), '망가졌거나'],
    ['사진.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]), '열 수 없는 형식'],
    ['큰 글.txt', Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), '20MB가 넘는'],
  ];
  await page.goto(server.url);
  const input = page.locator('input[type=file]');
  const file = (name: string, buffer: Buffer) => {
    return { name, mimeType: 'application/octet-stream', buffer };
  };
  const refusal = page.getByRole('alert');
  for (const [name, buffer, said] of bad) {
    await input.setInputFiles(file(name, buffer));
    await expect(refusal).toContainText(said);
    await expect(refusal).toContainText(name);
  }
  const slow = { status: 422, json: error('file_too_slow', '거절') };
  await answer(page, '/files/extract', () => slow);
  await input.setInputFiles(file('느린 파일.pdf', scannedPdf()));
  await expect(refusal).toContainText('너무 복잡해');
  await page.unrouteAll();
  // Dropped anywhere on the page.
  const drop = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], '기사.docx'));
      return data;
    },
    [...docx],
  );
  await page.dispatchEvent('h1', 'dragover', { dataTransfer: drop });
  await expect(page.getByText('여기에 놓으면 새 기사가 됩니다')).toBeVisible();
  await page.dispatchEvent('h1', 'drop', { dataTransfer: drop });
  await expect(page.locator('.cm-content')).toContainText('그는 몇일 뒤 온다. 😀');
});

test('an empty list, a sample, and a server that is away', async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByText('아직 기사가 없습니다.')).toBeVisible();
  await page.getByRole('button', { name: '예문으로 시작' }).click();
  await expect(page.locator('[data-card]').first()).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByRole('row')).toHaveCount(2);
  await server.end();
  await paste(page, '끊긴 동안의 글');
  await expect(page.getByText('서버에 연결할 수 없습니다.')).toBeVisible();
  await server.again({}, new URL(server.url).host);
  await page.getByRole('button', { name: '다시 시도' }).click();
  await expect(page.locator('.cm-content')).toContainText('끊긴 동안의 글');
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`the list keeps nobody out: ${scheme}, ${width} px`, async ({ page }) => {
      await list(page, 20);
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(server.url);
      await expect(page.getByRole('row')).toHaveCount(21);
      expect(await barriers(page)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      await page.getByRole('button', { name: '기사 1 메뉴' }).click();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('menuitem', { name: '지우기' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await barriers(page)).toEqual([]);
    });
  }
}
