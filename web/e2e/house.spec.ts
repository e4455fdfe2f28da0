/** The dictionary and the rules. */
import { expect, type Page, test } from '@playwright/test';
import { desk, entries, rules } from './fixtures';
import { answer, error, signedInAs } from './mocks';
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

async function writable(page: Page) {
  let count = 8;
  return answer(page, /^\/dictionary/, ({ method, body }) => {
    if (method === 'GET') return null;
    if (method === 'DELETE') return { json: { message: 'done' } };
    const entry = body as { wrong: string };
    if (entry.wrong === '는') {
      return { status: 400, json: error('bad_entry', '한 글자는 사전에 넣을 수 없습니다.') };
    }
    count += 1;
    const added = {
      ...entry,
      id: `me:${count}`,
      createdBy: 'local',
      createdAt: '2026-11-27T00:00:00Z',
    };
    return { status: 201, json: added };
  });
}

test('words are added, refused with the reason, removed, and put back', async ({ page }) => {
  await desk(page);
  const asked = await writable(page);
  await page.goto(`${server.url}/house`);
  const rows = page.getByRole('row');
  await expect(rows).toHaveCount(entries.length + 1);
  await page.getByLabel('쓰지 말 것').fill('는');
  await page.getByLabel('쓸 것').fill('은');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('한 글자는 사전에 넣을 수 없습니다.');
  await expect(page.getByLabel('쓸 것')).toHaveValue('은');
  await page.getByLabel('쓰지 말 것').fill('수출액수');
  await page.getByLabel('쓸 것').fill('수출액');
  await page.getByLabel('이유 (없어도 됨)').fill('겹말');
  await page.getByLabel('적용 범위').selectOption('all');
  await page.getByRole('button', { name: '사전에 넣기' }).click();
  await expect(page.getByText('사전에 넣었습니다: 수출액수')).toBeVisible();
  await expect(rows.nth(1)).toContainText('수출액수');
  expect(asked.at(-1)?.body).toEqual({
    kind: 'replace',
    scope: 'all',
    wrong: '수출액수',
    right: '수출액',
    reason: '겹말',
  });
  await page.getByRole('button', { name: '컨퍼런스콜 빼기' }).click();
  await expect(page.getByText('사전에서 뺐습니다: 컨퍼런스콜')).toBeVisible();
  expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/dictionary/all%3A4' });
  await expect(page.getByText('콘퍼런스콜')).toHaveCount(0);
  await page.getByRole('button', { name: '되돌리기' }).click();
  await expect(page.getByText('콘퍼런스콜')).toBeVisible();
  expect(asked.at(-1)?.body).toEqual({
    scope: 'all',
    kind: 'replace',
    wrong: '컨퍼런스콜',
    right: '콘퍼런스콜',
  });
});

test('words are found by kind and by initials', async ({ page }) => {
  await desk(page);
  await page.goto(`${server.url}/house`);
  await page.getByRole('searchbox').fill('ㄱㄹㅇㅅ');
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').nth(1)).toContainText('금리 인상');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: '그대로 두기' }).last().click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByText('1건')).toBeVisible();
});

test('a reporter writes for himself only', async ({ page }) => {
  await desk(page);
  await signedInAs(page, 'user');
  await page.goto(`${server.url}/house`);
  await expect(page.getByRole('row')).toHaveCount(entries.length + 1);
  await expect(page.getByLabel('적용 범위').getByRole('option')).toHaveText(['나']);
  await expect(page.getByRole('button', { name: '컨퍼런스콜 빼기' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'spacing/unit 빼기' })).toBeVisible();
});

test('a rule is found, read, tried, and turned off', async ({ page }) => {
  await desk(page);
  const asked = await writable(page);
  const lists = await answer(page, '/rules', ({ query }) => {
    const wanted = query.get('q') ?? query.get('id') ?? '';
    const fitting = rules.filter((rule) => rule.id.includes(wanted));
    return { json: { rules: fitting, total: fitting.length } };
  });
  await answer(page, '/check', ({ body }) => {
    const { text } = body as { text: string };
    const start = text.indexOf('몇일');
    const finding = {
      id: 's1',
      start,
      end: start + 2,
      original: '몇일',
      replacements: ['며칠'],
      category: 'spelling',
      ruleId: 'spelling/confused-words',
      source: 'rule',
      severity: 'error',
      message: '',
      safe: true,
    };
    return { json: { suggestions: start < 0 ? [] : [finding] } };
  });
  await page.goto(`${server.url}/house/rules`);
  await page.getByRole('searchbox').fill('confused');
  await expect(page.getByText('규칙 1개')).toBeVisible();
  expect(lists.at(-1)?.query.get('q')).toBe('confused');
  await page.getByRole('button', { name: /spelling\/confused-words/ }).press('Enter');
  await expect(page.getByText('근거: 한글 맞춤법 제27항')).toBeVisible();
  await expect(page.getByText('며칠 동안 이어졌다.')).toBeVisible();
  const box = page.getByRole('region', { name: '시험해 보기' });
  await expect(box).toContainText('몇일 → 며칠 뒤 발표한다.');
  await expect(box).toContainText('이 규칙이 1곳을 찾았습니다.');
  await page.getByLabel('이 규칙으로 검사할 글').fill('며칠 뒤');
  await expect(box).toContainText('이 규칙은 아무것도 찾지 않았습니다.');
  await page.getByRole('button', { name: '이 규칙 끄기…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '사전에 넣기' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(asked.at(-1)?.body).toEqual({
    kind: 'ignore-rule',
    scope: 'me',
    wrong: '',
    ruleId: 'spelling/confused-words',
  });
});

test('the link of a finding leads to its rule on the real server', async ({ page }) => {
  await page.goto(`${server.url}/house/rules?q=spelling%2Ffixed-form`);
  await expect(page.getByRole('heading', { name: 'spelling/fixed-form' })).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveValue('spelling/fixed-form');
});
