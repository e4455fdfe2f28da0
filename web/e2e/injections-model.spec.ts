/** Every payload as a model, the web and old clients could say it: answers as they stream and as they
 * were kept, claims, findings, and sources with their addresses, titles and quotes. */
import { expect, test } from '@playwright/test';
import { paste } from './article';
import { named, payloads, send, shows, stepped, witness } from './hostile';
import { askedOf, directory, model, type Running, serve } from './servers';

const tags = payloads.map((one) => one.tag);
/** Lines that a long answer keeps in one frame. */
const short = payloads.filter((one) => one.text.length < 300);
const flat = (text: string) => text.replace(/[\r\n\u2028\u2029]/g, ' ');

// Each place is asked and looked at once for every payload.
test.describe.configure({ timeout: 600_000 });

let home: ReturnType<typeof directory>;
let upstream: Running | null = null;
let server: Running;

async function begin(step: object | null): Promise<void> {
  home = directory();
  upstream = step ? await model(home.path, step) : null;
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream?.url ?? '' };
  server = await serve(home.path, upstream ? env : {});
}

test.afterEach(async () => {
  await server.end();
  await upstream?.end();
  upstream = null;
  home.remove();
});

test('answers that were kept, with sources an old client saved beside them', async ({ page }) => {
  await begin(null);
  const heard = await witness(page, server.url);
  for (let from = 0; from < payloads.length; from += 30) {
    const part = payloads.slice(from, from + 30);
    const messages = part.flatMap((one) => [
      { role: 'user', content: named(one) },
      {
        role: 'assistant',
        // A block begins where the payload does; the number leads to the source.
        content: `${one.tag} [1]\n\n${one.text}\n\n[1] [출처 2]`,
        metadata: {
          sources: [
            { url: one.text, title: named(one), quote: named(one) },
            { url: `https://outside.example/${one.text}`, title: one.tag, quote: null },
          ],
        },
      },
    ]);
    const conversationId = `talk-${from}`;
    const body = { conversationId, engineType: 'Basic', title: conversationId, messages };
    expect(await send(page.request, 'POST', `${server.url}/conversations`, body)).toBe(201);
    await page.goto(`${server.url}/articles/${conversationId}`);
    await page.getByRole('tab', { name: '대화' }).click();
    await shows(
      page,
      '[role=log]',
      part.map((one) => one.tag),
    );
    // What an answer says is drawn by a chunk that comes later.
    await expect(page.locator('.markdown .plain')).toHaveCount(0);
  }
  expect(heard).toEqual([]);
});

test('an answer as it streams, with what a search found', async ({ page }) => {
  const claims = short.map((one) => `- [확인] "${flat(named(one))}" — ${flat(named(one))} [1]`);
  const blocks = payloads.map((one) => `${one.tag}\n\n${one.text.slice(0, 300)}`);
  const answer = [...claims, ...blocks].join('\n\n').replaceAll('\0', '');
  const results = payloads.map((one) => {
    const isAddress = ['source-url', 'address', 'html'].includes(one.kind);
    const url = isAddress ? one.text : `https://outside.example/${one.tag}`;
    return { url, title: named(one), text: named(one) };
  });
  const citations = payloads.map((one, result) => ({
    claim: one.tag,
    result,
    cited_text: named(one),
  }));
  await begin({ answer, search: { query: 'x', results, citations }, delta_chars: 200 });
  const heard = await witness(page, server.url);
  await page.goto(server.url);
  await paste(page, '가람마을의 기사다.');
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  await page.getByRole('tab', { name: '대화' }).click();
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('사실인가?');
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: '대화' });
  await expect(page.getByRole('button', { name: '보내기', exact: true })).toBeVisible();
  await shows(page, '[role=log]', tags);
  // The sources that may stand do, whatever stands beside them.
  const links = log.locator('ul[aria-label] a');
  await expect.poll(() => links.count()).toBeGreaterThan(80);
  await page.getByRole('tab', { name: '사실 확인' }).click();
  const found = page.locator('.facts li.confirmed');
  await expect.poll(() => found.count()).toBeGreaterThan(80);
  await page.reload();
  await page.getByRole('tab', { name: '대화' }).click();
  await shows(page, '[role=log]', tags);
  expect(heard).toEqual([]);
});

test('what the model finds in an article', async ({ page }) => {
  const findings = payloads.map((one) => ({
    original: `가람${one.tag}마을`,
    replacement: named(one, 300),
    category: 'sentence',
    message: named(one, 300),
  }));
  await begin({ findings });
  const heard = await witness(page, server.url);
  await page.goto(server.url);
  await paste(
    page,
    `몇일 뒤다.\n${payloads.map((one) => `가람${one.tag}마을의 소식이다.`).join('\n')}`,
  );
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  // An answer that waits for nothing may be read before anybody could see that it is.
  await expect.poll(async () => (await askedOf(upstream))[0]?.state).toBe('completed');
  await expect(page.getByRole('button', { name: '교열 시작' })).toBeVisible();
  // What no correction could be is left out by the server; most are shown.
  const found = await stepped(page, payloads.length, payloads.length);
  expect(found.length).toBeGreaterThan(payloads.length / 3);
  expect(heard).toEqual([]);
});
