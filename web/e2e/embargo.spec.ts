/** An embargo: set in the article's header, kept by the server, and what it forbids is not offered. */
import { expect, type Page, test } from '@playwright/test';
import { paste } from './article';
import { askedOf, directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running;
let server: Running;

test.beforeEach(async () => {
  home = directory();
  upstream = await model(home.path, { answer: '한국은행이 정합니다.' });
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env);
});

test.afterEach(async () => {
  await server.end();
  await upstream.end();
  home.remove();
});

const languages = {
  ko: {
    field: '엠바고',
    model: '엠바고(AI 금지): 이 기사는 AI에 보내지 않습니다. 규칙 검사만 합니다.',
    search: '엠바고(웹 검색 금지): AI는 웹을 검색하지 않습니다.',
    changed: '엠바고를 바꿨습니다: AI 금지',
    inList: '엠바고: 웹 검색 금지',
    untitled: '새 기사',
    text: '기사 본문',
    start: '교열 시작',
    chat: '대화',
    ask: '이 기사에 대해 묻기',
    facts: '사실 확인',
    checkFacts: '웹에서 사실 확인',
    undo: '되돌리기',
    send: '보내기',
  },
  en: {
    field: 'Embargo',
    model: 'Embargo (no AI): no model sees this article. Only the rules check it.',
    search: 'Embargo (no web search): the model does not search the web.',
    changed: 'Embargo changed: No AI',
    inList: 'Embargo: no web search',
    untitled: 'New article',
    text: 'Article text',
    start: 'Proofread',
    chat: 'Chat',
    ask: 'Ask about this article',
    facts: 'Facts',
    checkFacts: 'Check facts on the web',
    undo: 'undo',
    send: 'Send',
  },
} as const;

/** The embargo as the server keeps it. */
async function kept(page: Page): Promise<string> {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const answer = await page.request.get(`${server.url}/conversations/${id}`);
  return (await answer.json()).metadata.embargo;
}

for (const [language, said] of Object.entries(languages)) {
  test(`an embargo forbids what it is for, says so, and can be taken back: ${language}`, async ({
    page,
  }) => {
    await page.addInitScript((chosen) => localStorage.setItem('prf-language', chosen), language);
    await page.goto(server.url);
    await page.getByRole('button', { name: said.untitled }).click();
    await page.getByRole('textbox', { name: said.text }).click();
    await paste(page, '그는 몇일 뒤 온다.');
    const field = page.getByRole('combobox', { name: said.field });
    const start = page.getByRole('button', { name: said.start });
    await expect(start).toBeEnabled();

    await field.selectOption('no-model');
    await expect(page.getByText(said.changed)).toBeVisible();
    await expect(field).toHaveValue('no-model');
    expect(await kept(page)).toBe('no-model');
    await expect(start).toBeDisabled();
    await expect(start).toHaveAccessibleDescription(said.model);
    await page.getByRole('textbox', { name: said.text }).press('Control+Enter');
    await expect(page.locator('.toast').getByText(said.model)).toBeVisible();
    await page.getByRole('tab', { name: said.facts }).click();
    await expect(page.getByRole('button', { name: said.checkFacts })).toBeDisabled();
    await expect(page.getByRole('tabpanel').getByText(said.model)).toBeVisible();
    await page.getByRole('tab', { name: said.chat }).click();
    await expect(page.getByRole('textbox', { name: said.ask })).toBeDisabled();
    await expect(page.getByRole('log').getByText(said.model)).toBeVisible();
    // The rules go on, and no model was asked for anything.
    await page.getByRole('tab').first().click();
    await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
    expect(await askedOf(upstream)).toEqual([]);

    await page.locator('.toast').getByRole('button', { name: said.undo }).click();
    await expect(field).toHaveValue('none');
    await expect(start).toBeEnabled();
    expect(await kept(page)).toBe('none');

    await field.selectOption('no-search');
    await expect(page.locator('#embargo-said')).toContainText(said.search);
    await page.getByRole('tab', { name: said.facts }).click();
    await expect(page.getByRole('button', { name: said.checkFacts })).toBeDisabled();
    await page.getByRole('tab', { name: said.chat }).click();
    await page.getByRole('textbox', { name: said.ask }).fill('금리는?');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('log')).toContainText('한국은행이 정합니다.');
    await page.reload();
    await expect(field).toHaveValue('no-search');
    await page.goto(server.url);
    await expect(page.getByText(said.inList)).toBeVisible();
  });
}
