/** Every payload of the corpus in every place the page shows such text, on real servers: nothing runs,
 * nothing is loaded from elsewhere, and nothing stands in the page that it is not made of. */
import { expect, type Page, test } from '@playwright/test';
import { named, type Payload, payloads, send, shows, stepped, witness } from './hostile';
import { served } from './served';

// Each place is asked and looked at once for every payload.
test.describe.configure({ timeout: 600_000 });

const server = served();

const tags = (all: Payload[]) => all.map((one) => one.tag);

async function create(page: Page, fields: object): Promise<number> {
  const body = { engineType: 'Basic', ...fields };
  return send(page.request, 'POST', `${server.url}/conversations`, body);
}

test('titles, reporters, desks and ids in lists, in the search and in dialogs', async ({
  page,
}) => {
  for (const one of payloads) {
    const id = named(one, 60);
    const made = await create(page, { conversationId: id, title: named(one) });
    const known = made < 300 ? id : one.tag;
    if (made >= 300)
      expect(await create(page, { conversationId: known, title: named(one) })).toBe(201);
    const path = `${server.url}/conversations/${encodeURIComponent(known)}`;
    const names = { reporter: named(one, 100), desk: named(one, 100) };
    expect(await send(page.request, 'PATCH', path, names)).toBe(200);
    const draft = { text: `가람마을 ${named(one)}`, suggestions: [], version: 0 };
    expect(await send(page.request, 'PUT', `${path}/draft`, draft)).toBe(200);
  }
  const heard = await witness(page, server.url);
  await page.goto(server.url);
  for (;;) {
    const rows = await page.locator('[data-row]').count();
    if (rows >= payloads.length) break;
    await page.locator('[data-row]').last().scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('[data-row]').count()).toBeGreaterThan(rows);
  }
  await shows(page, 'table', tags(payloads));
  // Whatever its id is, a row leads to its article and the article lists the others.
  for (const one of payloads.filter(({ kind }) => ['address', 'bidi'].includes(kind))) {
    await page.goto(server.url);
    await page.getByRole('searchbox').fill(one.tag);
    // A row of the list that what was found is about to take the place of leads nowhere.
    await expect(page.getByText(`“${one.tag}” 찾은 기사`)).toBeVisible();
    await page.locator('[data-row]').filter({ hasText: one.tag }).first().click();
    await expect(page.locator('.cm-content')).toContainText(`가람마을 ${one.tag}`);
  }
  expect(heard).toEqual([]);
});

test('the text of an article, its findings, versions and the difference of two', async ({
  page,
}) => {
  const lines = payloads.map((one) => named(one, 90).replace(/[\p{Cc}\u2028\u2029]/gu, ' '));
  const text = lines.join('\n');
  let end = 0;
  const suggestions = payloads.map((one, place) => {
    const start = end;
    end += (lines[place]?.length ?? 0) + 1;
    const said = named(one, 300);
    return {
      id: one.tag,
      start,
      end: start + 4,
      original: one.tag,
      replacements: [said, `${said} 2`, ''],
      category: place % 5 === 0 ? 'fact' : 'spelling',
      ruleId: said,
      // What rules find is found anew.
      source: (['ai', 'both'] as const)[place % 2],
      severity: 'error',
      message: said,
      reference: said,
      confidence: 0.5,
      safe: true,
      state: 'open',
    };
  });
  await create(page, { conversationId: 'text', title: 'p000' });
  const path = `${server.url}/conversations/text`;
  const draft = { text, suggestions, version: 0 };
  expect(await send(page.request, 'PUT', `${path}/draft`, draft)).toBe(200);
  for (const one of payloads) {
    const version = { reason: 'manual', label: named(one) };
    expect(await send(page.request, 'POST', `${path}/versions`, version)).toBeLessThan(300);
  }
  const heard = await witness(page, server.url);
  await page.goto(`${server.url}/articles/text`);
  expect(await stepped(page, payloads.length)).toEqual(tags(payloads));
  await page.getByRole('tab', { name: '사실 확인' }).click();
  await shows(page, '.facts', tags(payloads.filter((_, place) => place % 5 === 0)));
  await page.getByRole('tab', { name: '판 이력' }).click();
  await page.getByRole('button', { name: /비교/ }).first().click();
  await expect(page.getByText('p000').first()).toBeVisible();
  expect(heard).toEqual([]);
});
