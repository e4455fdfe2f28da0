/** The dictionary and the rules. */
import { expect, type Page, test } from '@playwright/test';
import { accounts, elsewhere, signIn } from './people';
import { served } from './served';

const server = served();

/** The dictionary as the server keeps it. */
async function kept(page: Page): Promise<Record<string, unknown>[]> {
  const answer = await page.request.get(`${server.url}/dictionary`);
  return (await answer.json()).entries;
}

async function enter(page: Page, entry: object): Promise<void> {
  const answer = await page.request.post(`${server.url}/dictionary`, { data: entry });
  expect(answer.status()).toBe(201);
}

test('words are added, refused with the reason, removed, and put back', async ({ page }) => {
  await enter(page, { scope: 'all', kind: 'replace', wrong: '컨퍼런스콜', right: '콘퍼런스콜' });
  await page.goto(`${server.url}/house`);
  const rows = page.getByRole('row');
  await expect(rows).toHaveCount(2);
  await page.getByLabel('쓰지 말 것').fill(' ');
  await page.getByLabel('쓸 것').fill('은');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('낱말을 적어 주세요.');
  await expect(page.getByLabel('쓸 것')).toHaveValue('은');
  await page.getByLabel('쓰지 말 것').fill('수출액수');
  await page.getByLabel('쓸 것').fill('수출액');
  await page.getByLabel('이유 (없어도 됨)').fill('겹말');
  await page.getByLabel('적용 범위').selectOption('all');
  await page.getByRole('button', { name: '사전에 넣기' }).click();
  await expect(page.getByText('사전에 넣었습니다: 수출액수')).toBeVisible();
  await expect(rows.nth(1)).toContainText('수출액수');
  const added = {
    kind: 'replace',
    scope: 'all',
    wrong: '수출액수',
    right: '수출액',
    reason: '겹말',
  };
  expect(await kept(page)).toContainEqual(expect.objectContaining(added));
  await page.getByRole('button', { name: '컨퍼런스콜 빼기' }).click();
  await expect(page.getByText('사전에서 뺐습니다: 컨퍼런스콜')).toBeVisible();
  await expect(page.getByText('콘퍼런스콜')).toHaveCount(0);
  expect((await kept(page)).map((one) => one.wrong)).toEqual(['수출액수']);
  await page.getByRole('button', { name: '되돌리기' }).click();
  await expect(page.getByText('콘퍼런스콜')).toBeVisible();
  const again = { scope: 'all', kind: 'replace', wrong: '컨퍼런스콜', right: '콘퍼런스콜' };
  expect(await kept(page)).toContainEqual(expect.objectContaining(again));
});

test('words are found by kind and by initials', async ({ page }) => {
  const everybody = { scope: 'all', kind: 'replace' };
  await enter(page, { ...everybody, wrong: '금리인상', right: '금리 인상' });
  await enter(page, { ...everybody, wrong: '컨퍼런스콜', right: '콘퍼런스콜' });
  await enter(page, { scope: 'all', kind: 'except', wrong: '몇일전자' });
  await page.goto(`${server.url}/house`);
  await expect(page.getByRole('row')).toHaveCount(4);
  await page.getByRole('searchbox').fill('ㄱㄹㅇㅅ');
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').nth(1)).toContainText('금리 인상');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: '그대로 두기' }).last().click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('row').nth(1)).toContainText('몇일전자');
  await expect(page.getByText('1건')).toBeVisible();
});

test('a reporter writes for himself only', async ({ page }) => {
  await server.end();
  accounts(server.path, { kim: 'user', lee: 'admin' });
  await server.again({ PRF_AUTH: 'local' });
  const [lee, kim] = [await elsewhere(server.url, 'lee'), await elsewhere(server.url, 'kim')];
  const words = { scope: 'all', kind: 'replace', wrong: '컨퍼런스콜', right: '콘퍼런스콜' };
  const own = { scope: 'me', kind: 'ignore-rule', wrong: '', ruleId: 'spelling/fixed-form' };
  const written = async (who: typeof lee, data: object) =>
    (await who.post(`${server.url}/dictionary`, { data })).status();
  expect(await written(lee, words)).toBe(201);
  expect(await written(lee, own)).toBe(201);
  expect(await written(kim, own)).toBe(201);
  expect(await written(kim, { ...words, wrong: '다른 말' })).toBe(403);
  await page.goto(`${server.url}/house`);
  await signIn(page, 'kim');
  await expect(page.getByRole('row')).toHaveCount(3);
  await expect(page.getByLabel('적용 범위').getByRole('option')).toHaveText(['나']);
  await expect(page.getByRole('button', { name: '컨퍼런스콜 빼기' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'spelling/fixed-form 빼기' })).toBeVisible();
  await Promise.all([lee.dispose(), kim.dispose()]);
});

test('a rule is found, read, tried, and turned off', async ({ page }) => {
  await page.goto(`${server.url}/house/rules`);
  await page.getByRole('searchbox').fill('fixed-form');
  await expect(page.getByText('규칙 1개')).toBeVisible();
  await page.getByRole('button', { name: /spelling\/fixed-form/ }).press('Enter');
  await expect(page.getByText('근거: 한글 맞춤법 제1항·표준국어대사전')).toBeVisible();
  await expect(page.getByText('수양버들')).toBeVisible();
  const box = page.getByRole('region', { name: '시험해 보기' });
  await expect(box).toContainText('몇일 → 며칠 뒤 금새 → 금세 나았다.');
  await expect(box).toContainText('이 규칙이 2곳을 찾았습니다.');
  await page.getByLabel('이 규칙으로 검사할 글').fill('며칠 뒤');
  await expect(box).toContainText('이 규칙은 아무것도 찾지 않았습니다.');
  await page.getByRole('button', { name: '이 규칙 끄기…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '사전에 넣기' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const entry = { kind: 'ignore-rule', scope: 'me', wrong: '', ruleId: 'spelling/fixed-form' };
  expect(await kept(page)).toContainEqual(expect.objectContaining(entry));
  // From now on checks pass over it.
  const checked = await page.request.post(`${server.url}/check`, { data: { text: '금새 왔다.' } });
  expect((await checked.json()).suggestions).toEqual([]);
});

test('the link of a finding leads to its rule on the real server', async ({ page }) => {
  await page.goto(`${server.url}/house/rules?q=spelling%2Ffixed-form`);
  await expect(page.getByRole('heading', { name: 'spelling/fixed-form' })).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveValue('spelling/fixed-form');
});
