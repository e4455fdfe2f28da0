/** States of the workbench: runs that fail or are cut, quota, stale paragraphs, offline text, facts,
 * chat, versions and files. */

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { paste, saved } from './article';
import { barriers } from './axe';
import { askedOf, directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running | null = null;
let server: Running;

async function start(step: object | null): Promise<void> {
  home = directory();
  upstream = step ? await model(home.path, step) : null;
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream?.url ?? '' };
  server = await serve(home.path, upstream ? env : {});
}

test.afterEach(async () => {
  await server.end();
  await upstream?.end();
  home.remove();
});

async function begin(page: Page, text: string): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await paste(page, text);
}

const body = (page: Page) => page.getByRole('textbox', { name: '기사 본문' });

test('a paragraph whose finding died is read again, and only it', async ({ page }) => {
  const findings = [
    { original: '내놓는다', replacement: '발표한다', category: 'sentence', message: '문맥' },
  ];
  await start({ findings });
  await begin(page, '첫 문단이다.\n정부는 대책을 내놓는다.');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  await page.keyboard.press('Control+End');
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('!');
  await expect(page.getByText('AI 교열 뒤에 고친 문단 1곳')).toBeVisible();
  await page.keyboard.press('Backspace');
  await page.getByRole('button', { name: '다시 교열' }).click();
  await expect(page.locator('[data-card]').filter({ hasText: '내놓는다' })).toBeVisible();
  await expect(page.getByText('AI 교열 뒤에 고친 문단')).toHaveCount(0);
  expect(await askedOf(upstream)).toHaveLength(2);
});

// The frames are played here: a real model is cut between any two bytes, and what came by then is chance.
test('a cut run keeps what came and goes on; a used-up quota says until when', async ({ page }) => {
  await start(null);
  const asked: { action: string; turnId?: string }[] = [];
  await page.routeWebSocket('**/ws', (socket) => {
    const say = (frame: object) => socket.send(JSON.stringify(frame));
    const turn = { turnId: 't-1', conversationId: 'c', timestamp: '' };
    socket.onMessage((message) => {
      const frame = JSON.parse(String(message));
      if (frame.action === 'ping') return say({ type: 'pong' });
      asked.push(frame);
      if (frame.action === 'continue') {
        return say({
          type: 'error',
          code: 'quota_reached',
          message: '이번 달 사용량을 모두 썼습니다.',
        });
      }
      say({ type: 'turn_started', seq: 1, ...turn });
      const suggestion = {
        id: 'a-1',
        start: 4,
        end: 7,
        original: '대책을',
        replacements: ['방안을'],
        category: 'sentence',
        ruleId: null,
        source: 'ai',
        severity: 'hint',
        message: '문맥',
        safe: false,
      };
      say({ type: 'suggestion', seq: 2, turnId: 't-1', suggestion });
      say({ type: 'chat_end', seq: 3, ...turn, outcome: 'interrupted', message: '' });
    });
  });
  await begin(page, '정부는 대책을 낸다.');
  await page.keyboard.press('Control+Enter');
  await expect(
    page.getByText('교열이 중간에 끊겼습니다. 지금까지 찾은 1건은 남아 있습니다.'),
  ).toBeVisible();
  await expect(page.locator('[data-card]').filter({ hasText: '방안을' })).toBeVisible();
  await page.getByRole('button', { name: '이어서 하기' }).click();
  await expect(page.getByText('이번 달 사용량을 모두 썼습니다.')).toBeVisible();
  await expect(page.getByText(/다시 쓸 수 있습니다. 규칙 검사는 계속됩니다./)).toBeVisible();
  expect(asked.map((frame) => frame.action)).toEqual(['proofread', 'continue']);
  expect(asked[1]?.turnId).toBe('t-1');
});

test('a used-up quota says until when, and the rules go on', async ({ page }) => {
  await start({ findings: [] });
  const quota = { subject: { kind: 'all', name: '' }, tokensPerMonth: 1 };
  const answer = await page.request.put(`${server.url}/quotas`, { data: quota });
  expect(answer.status()).toBe(200);
  await begin(page, '그는 몇일 뒤 온다.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('이번 달 한도 1토큰 가운데 0토큰을 썼거나')).toBeVisible();
  await expect(
    page.getByText(/1일.*에 다시 쓸 수 있습니다. 규칙 검사는 계속됩니다./),
  ).toBeVisible();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' 금새 갔다.');
  await expect(page.locator('[data-card]').filter({ hasText: '금새' })).toBeVisible();
  expect(await askedOf(upstream)).toEqual([]);
});

test('a run that takes long says so and can be stopped', async ({ page }) => {
  await page.clock.install();
  const finding = { original: '내놓는다', replacement: '발표한다', category: 'sentence' };
  await start({
    findings: [{ ...finding, message: '문맥' }],
    first_byte_ms: 100_000,
  });
  await begin(page, '정부는 대책을 내놓는다.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('AI가 읽고 있습니다').first()).toBeVisible();
  await expect(page.getByText('평소보다 오래 걸립니다.')).toHaveCount(0);
  await page.clock.fastForward(21_000);
  await expect(page.getByText('평소보다 오래 걸립니다.')).toBeVisible();
  await page.getByRole('tabpanel').getByRole('button', { name: '중지' }).click();
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeEnabled();
  await expect(page.getByText('평소보다 오래 걸립니다.')).toHaveCount(0);
  await expect.poll(async () => (await askedOf(upstream))[0]?.state).toBe('cancelled');
});

test('claims are judged with their sources; an answer goes into the text as a suggestion', async ({
  page,
}) => {
  const said = [
    '- [확인] "기준금리를 동결했다" — 한국은행이 발표했다 [1]',
    '- [불일치] "연 2.75%" — 발표문은 연 2.50%다 [1]',
  ].join('\n');
  const results = [{ url: 'https://www.example.com/a', title: '통화정책방향', text: '동결' }];
  const citations = [{ claim: '동결', result: 0, cited_text: '기준금리를 2.50%에서 유지' }];
  await start({ answer: said, search: { query: '기준금리', results, citations } });
  await begin(page, '한국은행은 기준금리를 동결했다. 금리는 연 2.75%다.');
  await page.getByRole('tab', { name: '사실 확인' }).click();
  await expect(
    page.getByText('기사 안에서 어긋나는 숫자·이름·날짜를 찾지 못했습니다.'),
  ).toBeVisible();
  await page.getByRole('button', { name: '웹에서 사실 확인' }).click();
  const claim = page.locator('li.contradicted');
  await expect(claim).toContainText('발표문은 연 2.50%다');
  await expect(claim.getByRole('link')).toHaveAttribute('href', 'https://www.example.com/a');
  await expect(claim).toContainText('example.com');
  await claim.getByRole('button', { name: '연 2.75%' }).click();
  expect(await page.evaluate(() => String(document.getSelection()))).toBe('연 2.75%');
  await page.getByRole('tab', { name: '대화' }).click();
  await page.getByRole('button', { name: '본문에 넣기' }).click();
  await page.getByRole('tab', { name: /^지적/ }).click();
  await expect(page.locator('article.active')).toContainText('대화에서 가져온 글입니다.');
  await expect(page.locator('.cm-content')).toHaveText(/연 2.75%다.$/);
});

test('versions are listed, compared and brought back', async ({ page }) => {
  await start(null);
  await begin(page, '옛 글이다.');
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('옛 글이다.');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('새 글이다.');
  await page.getByRole('tab', { name: '판 이력' }).click();
  await page.getByRole('button', { name: '지금 판 남기기' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: '2판' })).toContainText('직접 남김');
  const first = page.getByRole('listitem').filter({ hasText: '1판' });
  await first.getByRole('button', { name: '비교' }).click();
  await expect(page.getByText('1판 ↔ 지금 글')).toBeVisible();
  await expect(page.locator('.compare del').first()).toHaveText('옛');
  await page.getByRole('button', { name: '교정으로 돌아가기' }).click();
  await first.getByRole('button', { name: '이 판으로 되돌리기' }).click();
  await expect(page.locator('.cm-content')).toHaveText('옛 글이다.');
  await expect(page.getByRole('listitem').filter({ hasText: '3판' })).toContainText('되돌림');
  await body(page).click();
  await page.keyboard.press('Control+z');
  await expect(page.locator('.cm-content')).toHaveText('새 글이다.');
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const answer = await page.request.get(`${server.url}/conversations/${id}/versions`);
  const { versions } = (await answer.json()) as { versions: { reason: string }[] };
  expect(versions.map((one) => one.reason)).toEqual(['restore', 'manual', 'draft']);
});

test('the article is taken away as text and as a page with its changes', async ({ page }) => {
  await start(null);
  await begin(page, '그는 몇일 뒤 온다.');
  await expect(page.locator('[data-card]')).toBeVisible();
  await page.keyboard.press('F8');
  await page.keyboard.press('Alt+Enter');
  const take = async (name: string) => {
    await page.getByRole('button', { name: '내보내기' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const download = await waiting;
    return [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
  };
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('그는');
  expect((await take('최종본 텍스트'))[1]).toBe('그는 며칠 뒤 온다.');
  const [name, html] = await take('교정 전후 HTML');
  expect(name).toMatch(/\.html$/);
  expect(html).toContain('<del>몇일</del>');
});

for (const [scheme, width] of [
  ['light', 1440],
  ['dark', 390],
] as const) {
  test(`panels keep nobody out: ${scheme}, ${width} px`, async ({ page }) => {
    test.setTimeout(120_000);
    await start(null);
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 844 });
    await begin(page, '그는 몇일 뒤 온다. 정부은 낸다.');
    await expect(page.locator('[data-card]').first()).toBeVisible();
    const check = async () => expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('F8');
    await page.keyboard.press('Alt+w');
    await expect(page.getByRole('form', { name: '사내 사전에 등록' })).toBeVisible();
    await page.keyboard.press('Control+.');
    await page.getByRole('button', { name: '내보내기' }).click();
    await check();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: '사실 확인' }).click();
    await page.getByRole('button', { name: '나란히' }).click();
    await check();
    await page.getByRole('tab', { name: '판 이력' }).click();
    await page.getByRole('button', { name: '최종본' }).click();
    await check();
  });
}
