/** The list of articles: search, filters, changes, files, keys, and what goes wrong. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { paste } from './article';
import { answer, error } from './mocks';
import { directory, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let server: Running;

test.beforeAll(async () => {
  home = directory();
  server = await serve(home.path);
});

test.afterAll(async () => {
  await server.end();
  home.remove();
});

function row(n: number, metadata: object = {}) {
  return {
    conversationId: `c${n}`,
    userId: 'local',
    engineType: n % 2 ? 'Basic' : 'Pro',
    title: `기사 ${n}`,
    messages: [],
    createdAt: '2026-11-27T00:00:00Z',
    updatedAt: '2026-11-26T23:30:00Z',
    pinned: false,
    metadata: {
      pinned: false,
      state: 'waiting',
      reporter: '',
      desk: '',
      openSuggestions: 0,
      ...metadata,
    },
  };
}

/** A list of so many articles, in pages of fifty, whose changes are refused until told otherwise. */
async function list(page: Page, count: number) {
  const refuse = { isOn: false };
  const rows = Array.from({ length: count }, (_, place) => row(place + 1));
  rows[0] = row(1, { state: 'review', desk: '경제부', reporter: '김기자', openSuggestions: 12 });
  const asked = await answer(page, '/conversations', ({ method, query }) => {
    if (method !== 'GET') return null;
    const from = Number(query.get('cursor') ?? 0);
    const state = query.get('state');
    const fitting = rows.filter((one) => !state || one.metadata.state === state);
    const conversations = fitting.slice(from, from + 50);
    const nextCursor = from + 50 < fitting.length ? String(from + 50) : null;
    return { json: { conversations, count: conversations.length, nextCursor } };
  });
  const changes = await answer(page, /^\/conversations\/c\d+$/, ({ method }) => {
    if (method === 'GET') return null;
    return refuse.isOn
      ? { status: 503, json: error('unavailable', '지금은 저장할 수 없습니다.') }
      : { json: { message: 'done' } };
  });
  return { asked, changes, refuse };
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
  const { asked } = await list(page, 3);
  await page.goto(server.url);
  await page.getByRole('button', { name: '검토 필요' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  expect(asked.at(-1)?.query.get('state')).toBe('review');
  await page.getByRole('button', { name: '완료' }).click();
  await expect(page.getByText('이 조건에 맞는 기사가 없습니다.')).toBeVisible();
});

test('the list is worked by keyboard: arrows, rename, delete, open', async ({ page }) => {
  const { changes } = await list(page, 3);
  await page.goto(server.url);
  await page.getByRole('link', { name: '기사 1', exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: '기사 2', exact: true })).toBeFocused();
  await page.keyboard.press('F2');
  await expect(page.getByRole('textbox', { name: '이름 바꾸기' })).toBeFocused();
  await page.keyboard.type('새 이름');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: '새 이름' })).toBeFocused();
  expect(changes.at(-1)).toMatchObject({
    method: 'PATCH',
    path: '/conversations/c2',
    body: { title: '새 이름' },
  });
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
  expect(changes.filter((one) => one.method === 'DELETE')).toHaveLength(1);
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('nothing is said to be done that the server has refused', async ({ page }) => {
  const { refuse } = await list(page, 2);
  refuse.isOn = true;
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
  const { changes } = await list(page, 2);
  await page.goto(server.url);
  await page.getByRole('button', { name: '기사 2 메뉴' }).click();
  await page.getByRole('menuitem', { name: '부서·기자 적기' }).click();
  await page.getByRole('textbox', { name: '부서' }).fill('정치부');
  await page.getByRole('textbox', { name: '기자' }).fill('이기자');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByRole('row').nth(2)).toContainText('정치부이기자');
  expect(changes.at(-1)?.body).toEqual({ desk: '정치부', reporter: '이기자' });
});

test('articles are found by their text, with what was found marked', async ({ page }) => {
  await list(page, 2);
  const searches = await answer(page, '/search', ({ query }) => ({
    json: {
      results:
        query.get('q') === 'ㄱㅈㄱㄹ'
          ? [
              {
                conversationId: 'c2',
                title: '한은, 동결',
                engineType: 'Pro',
                updatedAt: '2026-11-26T23:30:00Z',
                where: 'article',
                snippet: '😀 …는 기준금리를 동결했다…',
                marks: [[6, 10]],
              },
            ]
          : [],
    },
  }));
  await page.goto(server.url);
  await page.getByRole('searchbox').fill('ㄱㅈㄱㄹ');
  await expect(page.getByText('“ㄱㅈㄱㄹ” 찾은 기사 1건')).toBeVisible();
  await expect(page.locator('mark')).toHaveText('기준금리');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('searchbox').fill('없다');
  await expect(page.getByText('“없다”을(를) 찾지 못했습니다.')).toBeVisible();
  expect(searches.map((one) => one.query.get('q'))).toEqual(['ㄱㅈㄱㄹ', '없다']);
  await page.getByRole('searchbox').fill('');
  await expect(page.getByRole('row')).toHaveCount(3);
});

test('a file becomes an article, and a bad one says what is wrong with it', async ({ page }) => {
  const bad = [
    { code: 'scanned_pdf', status: 422, said: '스캔한 문서' },
    { code: 'encrypted_file', status: 422, said: '암호가 걸린' },
    { code: 'unreadable_file', status: 422, said: '망가졌거나' },
    { code: 'unknown_file_kind', status: 415, said: '열 수 없는 형식' },
    { code: 'file_too_slow', status: 422, said: '너무 복잡해' },
    { code: 'body_too_large', status: 413, said: '20MB가 넘는' },
  ];
  let next: (typeof bad)[number] | undefined;
  const asked = await answer(page, '/files/extract', () =>
    next
      ? { status: next.status, json: error(next.code, '거절') }
      : {
          json: {
            text: '몇일 뒤 발표한다.\n',
            kind: 'hwp',
            title: '파일 제목',
            warnings: [{ code: 'pictures_left_out', message: '그림은 뺐습니다.' }],
          },
        },
  );
  await page.goto(server.url);
  const input = page.locator('input[type=file]');
  const file = (name: string) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('x'),
  });
  for (const one of bad) {
    next = one;
    await input.setInputFiles(file('나쁜 파일.pdf'));
    await expect(page.getByRole('alert')).toContainText(one.said);
    await expect(page.getByRole('alert')).toContainText('나쁜 파일.pdf');
  }
  next = undefined;
  // Dropped anywhere on the page.
  const drop = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], '기사.hwp'));
    return data;
  });
  await page.dispatchEvent('h1', 'dragover', { dataTransfer: drop });
  await expect(page.getByText('여기에 놓으면 새 기사가 됩니다')).toBeVisible();
  await page.dispatchEvent('h1', 'drop', { dataTransfer: drop });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('파일 제목');
  await expect(page.locator('.cm-content')).toContainText('몇일 뒤 발표한다.');
  await expect(page.getByText('그림은 뺐습니다.')).toBeVisible();
  expect(asked.at(-1)?.query.get('name')).toBe('기사.hwp');
});

test('an empty list, a sample, and a server that is away', async ({ page }) => {
  await answer(page, '/conversations', ({ method }) =>
    method === 'GET' ? { json: { conversations: [], count: 0 } } : null,
  );
  await page.goto(server.url);
  await expect(page.getByText('아직 기사가 없습니다.')).toBeVisible();
  await page.getByRole('button', { name: '예문으로 시작' }).click();
  await expect(page.locator('[data-card]').first()).toBeVisible();
  await page.goto(server.url);
  await page.route('**/conversations', (route) => route.abort());
  await paste(page, '끊긴 동안의 글');
  await expect(page.getByText('서버에 연결할 수 없습니다.')).toBeVisible();
  await page.unroute('**/conversations');
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
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      await page.getByRole('button', { name: '기사 1 메뉴' }).click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole('menuitem', { name: '지우기' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  }
}
