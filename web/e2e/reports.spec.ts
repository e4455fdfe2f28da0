/** Usage, acceptance, quotas, audit. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { paste } from './article';
import { desk, usage } from './fixtures';
import { answer } from './mocks';
import { accounts, elsewhere, signIn } from './people';
import { directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running;
let server: Running;

const findings = [
  { original: '내놓는다', replacement: '발표한다', category: 'sentence', message: '문맥' },
];

test.beforeEach(async () => {
  home = directory();
  upstream = await model(home.path, { findings, answer: '예.' });
});

test.afterEach(async () => {
  await server.end();
  await upstream.end();
  home.remove();
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const provider = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, { ...provider, ...env });
}

test('usage is summed, drawn, told in a table, and written as CSV', async ({ page }) => {
  await start();
  await desk(page);
  const asked = await answer(page, '/usage/days', () => ({ json: { rows: usage } }));
  await page.goto(`${server.url}/reports`);
  await expect(page.getByText('182,400 / 500,000')).toBeVisible();
  await expect(page.getByText('글 한 편 50,000자')).toBeVisible();
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

test('a turn and what was decided are told as they were', async ({ page }) => {
  await start();
  await page.goto(server.url);
  await paste(page, '그는 몇일 뒤 온다.\n정부는 대책을 내놓는다. 금새 됬다.');
  const card = (word: string) => page.locator('[data-card]').filter({ hasText: word });
  await expect(card('몇일')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(card('내놓는다')).toBeVisible();
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  for (const [word, key] of [
    ['내놓는다', 'Alt+Enter'],
    ['몇일', 'Alt+Enter'],
    ['금새', 'Alt+Backspace'],
  ] as const) {
    await card(word).click();
    await page.keyboard.press(key);
    await expect(card(word)).toHaveCount(0);
  }
  const id = new URL(page.url()).pathname.split('/').at(-1);
  await expect
    .poll(async () => {
      const answered = await page.request.get(`${server.url}/conversations/${id}/decisions`);
      return (await answered.json()).decisions.length;
    })
    .toBe(3);
  await page.goto(`${server.url}/reports`);
  const [sum] = await (await page.request.get(`${upstream.url}/_drill/sums`)).json();
  const { input_tokens: input, output_tokens: output } = sum.usage;
  const figures = page.locator('dl');
  await expect(figures).toContainText('교열·대화1');
  await expect(figures).toContainText((input + output).toLocaleString('ko-KR'));
  await page.getByRole('button', { name: '교열·대화', exact: true }).click();
  const days = page.getByRole('region', { name: '날짜별 교열·대화' });
  await expect(days.getByRole('row').nth(1).getByRole('cell').last()).toHaveText('1');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV 내려받기' }).click();
  const written = await readFile(await (await download).path(), 'utf8');
  expect(written.split('\r\n')[1]).toContain(`,local,Basic,1,${input},${output},`);
  await page.getByRole('button', { name: '수락률' }).click();
  const rules = page.getByRole('region', { name: '규칙·출처별' });
  const told = (word: string) => rules.getByRole('row').filter({ hasText: word });
  // Accepted, edited, rejected, always ignored, disliked, and the rate.
  await expect(told('spelling/fixed-form')).toContainText('규칙1010050.0%');
  await expect(told('AI')).toContainText('AI10000100.0%');
});

test('a reporter sees his own and nothing of others', async ({ page }) => {
  accounts(home.path, { kim: 'user', lee: 'admin' });
  await start({ PRF_AUTH: 'local' });
  const lee = await elsewhere(server.url, 'lee');
  const turn = { action: 'sendMessage', message: '예?', engineType: 'Basic', conversationId: 'c' };
  expect((await lee.post(`${server.url}/turns`, { data: turn })).status()).toBe(202);
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const spent = async (query: string) => {
    const days = `${server.url}/usage/days?from=${today}&to=${today}${query}`;
    return (await (await lee.get(days)).json()).rows.length;
  };
  await expect.poll(() => spent('&userId=lee')).toBe(1);
  await page.goto(`${server.url}/reports`);
  await signIn(page, 'kim');
  await expect(page.getByText('이 기간에는 쓴 것이 없습니다.')).toBeVisible();
  await expect(page.getByRole('button', { name: '한도' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '감사 기록' })).toHaveCount(0);
  const others = await page.request.get(
    `${server.url}/usage/days?from=${today}&to=${today}&userId=lee`,
  );
  // Not even whether there is anything.
  expect(others.status()).toBe(404);
  await lee.dispose();
});

test('quotas are set, refused, changed and removed; a broken audit log is said', async ({
  page,
}) => {
  accounts(home.path, { lee: 'admin' });
  await start({ PRF_AUTH: 'local' });
  await answer(page, '/audit', () => ({ json: { rows: [], intact: false } }));
  const lee = await elsewhere(server.url, 'lee');
  const kept = async () => {
    const { rows } = await (await lee.get(`${server.url}/quotas`)).json();
    return (rows as { source: string }[]).filter((one) => one.source === 'admin');
  };
  const subject = { kind: 'desk', name: '경제' };
  const first = { subject, costMicroUsdPerMonth: 120_000_000 };
  expect((await lee.put(`${server.url}/quotas`, { data: first })).status()).toBe(200);
  await page.goto(`${server.url}/reports`);
  await signIn(page, 'lee');
  await page.getByRole('button', { name: '한도' }).click();
  await page.locator('form select').selectOption('role');
  await page.getByLabel('이름').fill('없는 역할');
  await page.getByLabel('월 토큰').fill('1000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('값이 올바르지 않습니다.');
  await page.getByRole('button', { name: '부서 경제 고치기' }).click();
  await expect(page.getByLabel('월 비용 ($)')).toHaveValue('120');
  await page.getByLabel('월 비용 ($)').fill('99.5');
  await page.getByLabel('글 한 편 글자 수').fill('200001');
  await page.getByRole('button', { name: '한도 저장' }).click();
  await expect(page.getByRole('alert')).toHaveText('값이 올바르지 않습니다.');
  await page.getByLabel('글 한 편 글자 수').fill('30000');
  await page.getByRole('button', { name: '한도 저장' }).click();
  await expect(page.getByText('한도를 저장했습니다: 부서 경제')).toBeVisible();
  const set = { subject, costMicroUsdPerMonth: 99_500_000, textChars: 30_000, source: 'admin' };
  expect(await kept()).toEqual([set]);
  await expect(page.getByRole('row', { name: /부서 경제/ })).toContainText('30,000');
  await page.getByRole('button', { name: '부서 경제 지우기' }).click();
  await expect(page.getByText('한도를 지웠습니다: 부서 경제')).toBeVisible();
  expect(await kept()).toEqual([]);
  // What the operator's file says stays, and is not offered to be removed.
  await expect(page.getByText('설정 파일')).toBeVisible();
  await expect(page.getByRole('button', { name: /지우기$/ })).toHaveCount(0);
  await page.getByRole('button', { name: '감사 기록' }).click();
  await expect(page.getByRole('alert')).toContainText('기록의 사슬이 끊어졌습니다.');
  await lee.dispose();
});
