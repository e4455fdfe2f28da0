/** Every payload where a desk writes and reads: dictionary, rules of house packs, prompts with their
 * versions and files, files that are opened, and what admins see of people whose very names are hostile. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { named, type Payload, payloads, send, shows, stepped, witness } from './hostile';
import { issue } from './issuer';
import { directory, model, type Running, serve } from './servers';

const tags = payloads.map((one) => one.tag);

// Each place is asked and looked at once for every payload; each test has a server of its own.
test.describe.configure({ mode: 'parallel', timeout: 600_000 });

let home: ReturnType<typeof directory>;
let server: Running;
let upstream: Running | null = null;

test.beforeEach(() => {
  home = directory();
});

test.afterEach(async () => {
  await server.end();
  await upstream?.end();
  upstream = null;
  home.remove();
});

/** A house rule whose every word is the payload; a pack that may not stand is refused. */
function pack(one: Payload): string {
  const said = JSON.stringify(named(one, 300));
  const word = `가람${one.tag}댁`;
  return [
    '[[rule]]',
    `id = "house-style/${one.tag}"`,
    'severity = "warning"',
    `norm = ${said}`,
    `message = ${said}`,
    `entries = [["${word}", ${said}]]`,
    `wrong = [["${word}", ${said}]]`,
    'keep = ["임금이 온다."]',
  ].join('\n');
}

test('the corpus is large and of every kind', async () => {
  server = await serve(home.path);
  expect(payloads.length).toBeGreaterThanOrEqual(60);
  expect(new Set(payloads.map((one) => one.kind)).size).toBeGreaterThanOrEqual(15);
});

test('the dictionary, and rules of house packs', async ({ page }) => {
  const packs = join(home.path, 'packs');
  mkdirSync(packs);
  for (const one of payloads) writeFileSync(join(packs, `${one.tag}.toml`), pack(one));
  server = await serve(home.path, { PRF_PACKS: packs });
  const entered: string[] = [];
  for (const [place, one] of payloads.entries()) {
    const scope = place % 2 ? { scope: 'all' } : { scope: 'desk', desk: named(one, 40) };
    const words = { wrong: named(one, 100), right: named(one, 99).slice(0, -1) };
    const entry = { kind: 'replace', ...words, reason: named(one), ...scope };
    const status = await send(page.request, 'POST', `${server.url}/dictionary`, entry);
    if (status === 201 && place % 2) entered.push(one.tag);
  }
  expect(entered.length).toBeGreaterThan(50);
  const heard = await witness(page, server.url);
  await page.goto(`${server.url}/house`);
  await shows(page, 'table', entered);
  const known = await page.request.get(`${server.url}/rules?category=house-style&limit=500`);
  const { rules } = (await known.json()) as { rules: { id: string }[] };
  const own = rules.map((rule) => rule.id).filter((id) => /\/p\d{3}$/.test(id));
  expect(own.length).toBeGreaterThan(50);
  await page.goto(`${server.url}/house/rules`);
  await page.getByRole('combobox', { name: '분류', exact: true }).selectOption('house-style');
  await expect(page.getByText(`규칙 ${rules.length}개`)).toBeVisible();
  for (const more = page.getByRole('button', { name: '더 보기' }); await more.count(); ) {
    const shown = await page.getByRole('listitem').count();
    await more.click();
    await expect.poll(() => page.getByRole('listitem').count()).toBeGreaterThan(shown);
  }
  for (const id of own) {
    await page.getByRole('button', { name: id }).click();
    await expect(page.getByRole('heading', { name: id, exact: true })).toBeVisible();
  }
  // The same words in an article are marked by those rules.
  const text = own.map((id) => `가람${id.split('/')[1]}댁이 온다.`).join('\n');
  const body = { conversationId: 'own', engineType: 'Basic', title: 'own' };
  await send(page.request, 'POST', `${server.url}/conversations`, body);
  const draft = { text, suggestions: [], version: 0 };
  await send(page.request, 'PUT', `${server.url}/conversations/own/draft`, draft);
  await page.goto(`${server.url}/articles/own`);
  const marked = await stepped(page, own.length);
  expect(marked.map((tag) => `house-style/${tag}`)).toEqual(own.sort());
  expect(heard).toEqual([]);
});

test('prompts, their versions and files, and files that are opened', async ({ page }) => {
  server = await serve(home.path);
  const path = `${server.url}/prompts/Basic`;
  const instruction = payloads.map((one) => `${one.tag} ${one.text.slice(0, 300)}`).join('\n');
  for (const [version, one] of payloads.entries()) {
    const prompt = {
      description: named(one),
      instruction: `${named(one)}\n${instruction}`,
      version,
    };
    expect(await send(page.request, 'PUT', path, prompt)).toBe(200);
    const file = { fileName: named(one), fileContent: one.text };
    expect(await send(page.request, 'POST', `${path}/files`, file)).toBe(201);
  }
  const heard = await witness(page, server.url);
  await page.goto(`${server.url}/engines`);
  await expect(page.getByRole('textbox', { name: '지시문' })).toContainText('p000');
  await page.getByRole('button', { name: /^파일/ }).click();
  await shows(page, 'table', tags);
  await page
    .getByRole('button', { name: /지우기/ })
    .first()
    .click();
  await expect(page.getByRole('dialog')).toContainText('p000');
  await page.keyboard.press('Escape');
  const buffer = Buffer.from('몇일 뒤 발표한다.');
  const names = payloads.filter(({ kind }) => ['file-name', 'html', 'bidi'].includes(kind));
  for (const one of names) {
    const file = { name: named(one), mimeType: 'text/plain', buffer };
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByText(`파일을 넣었습니다: ${one.tag}`)).toBeVisible();
  }
  await page.getByRole('button', { name: '판 이력' }).click();
  await shows(page, 'table', tags);
  await page.getByRole('button', { name: '판 6 보기' }).click();
  await expect(page.locator('.cm-changedLine').first()).toBeVisible();
  await page.goto(server.url);
  for (const one of names) {
    const broken = { name: named(one), mimeType: 'text/html', buffer: Buffer.from([0, 1, 2, 255]) };
    await page.locator('input[type=file]').setInputFiles(broken);
    await expect(page.getByRole('alert').filter({ hasText: one.tag })).toBeVisible();
  }
  expect(heard).toEqual([]);
});

test('people with hostile names in usage, quotas and the audit log', async ({ page, context }) => {
  const issuer = await issue();
  upstream = await model(home.path, { answer: '예.' });
  server = await serve(home.path, {
    PRF_AUTH: 'oidc',
    PRF_OIDC_ISSUER: issuer.url,
    PRF_OIDC_AUDIENCE: 'page',
    ANTHROPIC_API_KEY: 'test',
    ANTHROPIC_BASE_URL: upstream.url,
  });
  const by = (name: string, role = 'user') => ({
    authorization: `Bearer ${issuer.token(name, role)}`,
  });
  const boss = named(payloads[26] as Payload);
  const refused = { subject: { kind: 'all' } };
  const set: string[] = [];
  const began: string[] = [];
  for (const one of payloads) {
    const name = named(one);
    const turn = {
      action: 'sendMessage',
      message: '예?',
      engineType: 'Basic',
      conversationId: one.tag,
    };
    const status = await send(page.request, 'POST', `${server.url}/turns`, turn, by(name));
    if (status === 202) began.push(one.tag);
    expect(await send(page.request, 'PUT', `${server.url}/quotas`, refused, by(name))).toBe(403);
    const quota = { subject: { kind: 'user', name }, tokensPerMonth: 1000 };
    const saved = await send(page.request, 'PUT', `${server.url}/quotas`, quota, by(boss, 'admin'));
    if (saved === 200) set.push(one.tag);
  }
  expect(began.length).toBeGreaterThan(100);
  expect(set.length).toBeGreaterThan(100);
  const heard = await witness(page, server.url);
  await context.setExtraHTTPHeaders(by(boss, 'admin'));
  await page.goto(`${server.url}/reports`);
  await expect(page.locator('.who')).toContainText('p026');
  await shows(page, 'main', began);
  await page.getByRole('button', { name: '한도' }).click();
  await shows(page, 'table', set);
  await page.getByRole('button', { name: '감사 기록' }).click();
  const table = page.getByRole('region', { name: '감사 기록' });
  await expect(table).toBeVisible();
  for (const more = page.getByRole('button', { name: '더 오래된 기록' }); await more.count(); ) {
    const rows = await table.getByRole('row').count();
    await more.click();
    await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(rows);
  }
  await shows(page, 'table', tags);
  expect(heard).toEqual([]);
  issuer.end();
});
