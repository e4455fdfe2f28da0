/** Usage, acceptance, quotas, audit. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { acceptance, desk, usage } from './fixtures';
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

test('usage is summed, drawn, told in a table, and written as CSV', async ({ page }) => {
  await desk(page);
  const asked = await answer(page, '/usage/days', () => ({ json: { rows: usage } }));
  await page.goto(`${server.url}/reports`);
  await expect(page.getByText('182,400 / 500,000')).toBeVisible();
  expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({
    from: '2026-10-30',
    to: '2026-11-28',
  });
  const turns = usage.reduce((sum, row) => sum + row.turns, 0);
  await expect(page.locator('dl')).toContainText(`교열·대화${turns}`);
  await page.getByRole('button', { name: '교열·대화', exact: true }).click();
  const table = page.getByRole('region', { name: '날짜별 교열·대화' });
  const last = usage
    .filter((row) => row.day === '2026-11-28')
    .reduce((sum, row) => sum + row.turns, 0);
  await expect(table.getByRole('row').nth(1)).toContainText(`11-28`);
  await expect(table.getByRole('row').nth(1).getByRole('cell').last()).toHaveText(String(last));
  await expect(page.locator('figure svg rect.first')).toHaveCount(30);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV 내려받기' }).click();
  const written = await readFile(await (await download).path(), 'utf8');
  expect(written.split('\r\n')).toHaveLength(usage.length + 2);
  expect(written.startsWith('\ufeff날짜,사용자,엔진,교열·대화,입력,출력')).toBe(true);
  await page.getByRole('button', { name: '지난달' }).click();
  await expect.poll(() => asked.at(-1)?.query.get('from')).toBe('2026-10-01');
  expect(asked.at(-1)?.query.get('to')).toBe('2026-10-31');
});

test('acceptance by category and rule', async ({ page }) => {
  await desk(page);
  await page.goto(`${server.url}/reports`);
  await page.getByRole('button', { name: '수락률' }).click();
  const first = page.getByRole('row').nth(1);
  await expect(first).toContainText('띄어쓰기');
  await expect(first).toContainText('424 / 457');
  await expect(first).toContainText('92.8%');
  const rules = page.getByRole('region', { name: '규칙·출처별' });
  await expect(rules.getByRole('row')).toHaveCount(acceptance.length + 1);
});

test('a reporter sees his own and nothing of others', async ({ page }) => {
  await desk(page);
  await signedInAs(page, 'user');
  const asked = await answer(page, '/usage/days', () => ({ json: { rows: [] } }));
  await page.goto(`${server.url}/reports`);
  await expect(page.getByText('이 기간에는 쓴 것이 없습니다.')).toBeVisible();
  expect(asked[0]?.query.get('userId')).toBe('김기자');
  await expect(page.getByRole('button', { name: '한도' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '감사 기록' })).toHaveCount(0);
});

test('quotas are set, refused, changed and removed; a broken audit log is said', async ({
  page,
}) => {
  // Played here: a server without accounts knows nobody and refuses no name, and the chain of a log
  // that runs is whole.
  await answer(page, '/quotas', ({ method, body }) => {
    const { subject } = (body ?? {}) as { subject?: { name: string } };
    return method === 'PUT' && subject?.name === '없는 사람'
      ? { status: 400, json: error('bad_value', '그런 사용자가 없습니다.') }
      : null;
  });
  await answer(page, '/audit', () => ({ json: { rows: [], intact: false } }));
  const kept = async () => {
    const { rows } = await (await page.request.get(`${server.url}/quotas`)).json();
    return (rows as { source: string }[]).filter((one) => one.source === 'admin');
  };
  const subject = { kind: 'desk', name: '경제' };
  const first = { subject, costMicroUsdPerMonth: 120_000_000 };
  await page.request.put(`${server.url}/quotas`, { data: first });
  await page.goto(`${server.url}/reports`);
  await page.getByRole('button', { name: '한도' }).click();
  await page.getByLabel('이름').fill('없는 사람');
  await page.getByLabel('월 토큰').fill('1000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('그런 사용자가 없습니다.');
  await page.getByRole('button', { name: '부서 경제 고치기' }).click();
  await expect(page.getByLabel('월 비용 ($)')).toHaveValue('120');
  await page.getByLabel('월 비용 ($)').fill('99.5');
  await page.getByRole('button', { name: '한도 저장' }).click();
  await expect(page.getByText('한도를 저장했습니다: 부서 경제')).toBeVisible();
  expect(await kept()).toEqual([{ subject, costMicroUsdPerMonth: 99_500_000, source: 'admin' }]);
  await page.getByRole('button', { name: '부서 경제 지우기' }).click();
  await expect(page.getByText('한도를 지웠습니다: 부서 경제')).toBeVisible();
  expect(await kept()).toEqual([]);
  // What the operator's file says stays, and is not offered to be removed.
  await expect(page.getByText('설정 파일')).toBeVisible();
  await expect(page.getByRole('button', { name: /지우기$/ })).toHaveCount(0);
  await page.getByRole('button', { name: '감사 기록' }).click();
  await expect(page.getByRole('alert')).toContainText('기록의 사슬이 끊어졌습니다.');
});
