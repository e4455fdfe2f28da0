/** The main job with a model: a local server speaks its streaming API. */
import { expect, test } from '@playwright/test';
import { article, paste, saved } from './article';
import { askedOf, directory, model, type Running, serve } from './servers';

const findings = [
  { original: '몇일', replacement: '며칠', category: 'spelling', message: '며칠이 맞습니다' },
  {
    original: '내놓는다',
    replacement: '발표한다',
    category: 'sentence',
    message: '문맥에 맞춥니다',
  },
  { original: '반겼다', replacement: '환영했다', category: 'sentence', message: '문맥에 맞춥니다' },
];

let home: ReturnType<typeof directory>;
let upstream: Running;
let server: Running;

async function begin(step: object): Promise<void> {
  home = directory();
  upstream = await model(home.path, step);
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env);
}

test.afterEach(async () => {
  await server.end();
  await upstream.end();
  home.remove();
});

test('the model finds one by one beside the rules, without doubles, and the bill is exact', async ({
  page,
}) => {
  await begin({ findings, delay_ms: 1000 });
  await page.goto(server.url);
  await paste(page, article);
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('AI가 읽고 있습니다')).toBeVisible();
  const first = page.locator('[data-card]').filter({ hasText: '내놓는다' });
  const last = page.locator('[data-card]').filter({ hasText: '반겼다' });
  // An expectation looks only now and then; waiting sees the card in the frame that draws it.
  await first.waitFor();
  expect(await last.count()).toBe(0);
  // Editing goes on meanwhile: what comes later still finds its place.
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('[속보] ');
  await expect(last).toBeVisible();
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toHaveCount(1);
  await page.locator('[data-card]').filter({ hasText: '몇일' }).click();
  await expect(page.locator('article.active')).toContainText('규칙·AI');
  await last.click();
  await page.keyboard.press('Alt+Enter');
  await expect
    .poll(async () => (await saved(page, server.url)).text)
    .toContain('축제가 됬다며 환영했다.');
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const decided = async () => {
    const answered = await page.request.get(`${server.url}/conversations/${id}/decisions`);
    return (await answered.json()).decisions;
  };
  const origin = { source: 'ai', provider: 'anthropic_api', promptVersion: 0 };
  await expect.poll(decided).toMatchObject([{ original: '반겼다', action: 'accepted', ...origin }]);
  const answer = await page.request.get(`${server.url}/usage/local/Basic`);
  const { data } = await answer.json();
  const [sum] = await (await page.request.get(`${upstream.url}/_drill/sums`)).json();
  const { input_tokens: inputTokens, output_tokens: outputTokens } = sum.usage;
  expect(inputTokens).toBeGreaterThan(100);
  expect(data).toMatchObject({ inputTokens, outputTokens, messageCount: 1 });
  expect(data.costUsd).toBeCloseTo(sum.cost_nanodollars / 1e9, 9);
});

test('stop ends the run upstream and keeps what came', async ({ page }) => {
  await begin({ findings, delay_ms: 400 });
  await page.goto(server.url);
  await paste(page, article);
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
  await page.getByRole('button', { name: '중지' }).click();
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
  await expect.poll(async () => (await askedOf(upstream))[0]?.state).toBe('cancelled');
});

test('a question is answered in a stream about the article as it stands', async ({ page }) => {
  await begin({ answer: '**“기준금리”**는 동결됐습니다. 😀', delay_ms: 20 });
  await page.goto(server.url);
  await paste(page, article);
  await page.getByRole('tab', { name: '대화' }).click();
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('금리는?');
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: '대화' });
  await expect(log).toContainText('“기준금리”는 동결됐습니다. 😀');
  await expect(log.locator('strong')).toHaveText('“기준금리”');
  await expect(page.getByRole('button', { name: '보내기', exact: true })).toBeVisible();
  await page.reload();
  await page.getByRole('tab', { name: '대화' }).click();
  await expect(page.getByRole('log', { name: '대화' })).toContainText('동결됐습니다');
});

test('a server killed in mid-run loses no text, and the page comes back by itself', async ({
  page,
}) => {
  await begin({ findings, delay_ms: 300 });
  await page.goto(server.url);
  await paste(page, article);
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
  await expect.poll(async () => (await saved(page, server.url)).text).toContain('정부은');
  const port = new URL(server.url).port;
  await server.end();
  await expect(page.getByText('연결 끊김')).toBeVisible();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('끊긴 동안 쓴 글 ');
  await expect(page.locator('[data-saving="unsaved"]')).toBeVisible();
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env, `127.0.0.1:${port}`);
  await expect(page.getByText('연결됨')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  await expect.poll(async () => (await saved(page, server.url)).text).toContain('끊긴 동안 쓴 글');
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
});

test('a server killed in the middle of an answer keeps what it said', async ({ page }) => {
  const sentences = Array.from({ length: 40 }, (_, n) => `${n + 1}째 문장은 그대로다.`);
  await begin({ answer: sentences.join(' '), delay_ms: 100 });
  await page.goto(server.url);
  await paste(page, article);
  await page.getByRole('tab', { name: '대화' }).click();
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('문장을 세어 달라');
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: '대화' });
  await expect(log).toContainText('3째 문장은 그대로다.');
  const port = new URL(server.url).port;
  await server.end();
  await expect(page.getByText('연결 끊김')).toBeVisible();
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env, `127.0.0.1:${port}`);
  await expect(log).toContainText('답이 중간에 끊겼습니다.');
  await expect(log).toContainText('3째 문장은 그대로다.');
  // The server has what it had written down by then, as an answer that can go on.
  await page.reload();
  await page.getByRole('tab', { name: '대화' }).click();
  await expect(log).toContainText('1째');
  await expect(log.getByRole('button', { name: '이어서 하기' })).toBeVisible();
});
