/** A long conversation stays light: few lines are in the page, fewer are drawn, and an answer that
 * streams in touches none of the others. How long that takes is for `npm run measure`. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { longChat } from './long-chat';
import { directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running;
let server: Running;

const answer = Array.from({ length: 12 }, (_, n) => `${n + 1}. **“항목 ${n}”**은 그대로다.`).join(
  '\n\n',
);

test.beforeAll(async () => {
  home = directory();
  upstream = await model(home.path, { answer, delay_ms: 10 });
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env);
});

test.afterAll(async () => {
  await server.end();
  await upstream.end();
  home.remove();
});

/** How many lines there are, of how many the inside is drawn, and how many elements that makes. */
function counted(page: Page): Promise<{ lines: number; drawn: number; elements: number }> {
  return page.getByRole('log').evaluate((log) => {
    const lines = [...log.querySelectorAll('article')];
    const isDrawn = (line: Element) =>
      line.firstElementChild?.checkVisibility({ contentVisibilityAuto: true }) ?? false;
    return {
      lines: lines.length,
      drawn: lines.filter(isDrawn).length,
      elements: log.querySelectorAll('*').length,
    };
  });
}

/** A conversation of so many messages, opened at its end. */
async function openChat(page: Page, count: number): Promise<Locator> {
  const id = await longChat(page, server.url, count);
  await page.goto(`${server.url}/articles/${id}`);
  await page.getByRole('tab', { name: '대화' }).click();
  const log = page.getByRole('log', { name: '대화' });
  await expect(log.getByText(`답 ${count / 2}:`)).toBeInViewport();
  return log;
}

test('of 500 messages 80 are in the page and those in view are drawn', async ({ page }) => {
  const log = await openChat(page, 500);
  await expect(log.locator('article')).toHaveCount(80);
  const opened = await counted(page);
  expect(opened.drawn).toBeGreaterThan(0);
  expect(opened.drawn).toBeLessThan(30);
  expect(opened.elements).toBeLessThan(2_000);

  // Whoever wants all of them gets them, and still only those in view are drawn.
  for (let shown = 80; shown < 500; shown += 80) {
    await log.getByRole('button', { name: /^이전 대화/ }).click();
  }
  await expect(log.getByRole('button', { name: /^이전 대화/ })).toHaveCount(0);
  await log.evaluate((one) => one.scrollTo({ top: 0 }));
  await expect(log.getByText('질문 1:')).toBeInViewport();
  const all = await counted(page);
  expect(all.lines).toBe(500);
  expect(all.drawn).toBeLessThan(60);
});

test('an answer that streams in is followed, and no other line is touched', async ({ page }) => {
  const log = await openChat(page, 500);
  // Marks are drawn as such a little later than their text.
  await expect(log.locator('article.assistant strong')).toHaveCount(40);
  await log.evaluate((one) => {
    const old = new Set(one.querySelectorAll('article'));
    const watch = { touched: 0, steps: 0 };
    Object.assign(window, { watch });
    new MutationObserver((changes) => {
      watch.steps += 1;
      for (const { target, type } of changes) {
        const line = (target instanceof Element ? target : target.parentElement)?.closest(
          'article',
        );
        // Its buttons are turned off while an answer is on its way.
        if (line && old.has(line) && type !== 'attributes') watch.touched += 1;
      }
    }).observe(one, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('목록을 달라');
  await page.keyboard.press('Enter');
  await expect(log.getByText('“항목 11”은 그대로다.')).toBeInViewport();
  await expect(page.getByRole('button', { name: '보내기', exact: true })).toBeVisible();
  const watch = await page.evaluate(
    () => (window as unknown as { watch: { touched: number; steps: number } }).watch,
  );
  expect(watch.touched).toBe(0);
  expect(watch.steps).toBeGreaterThan(5);
  expect((await counted(page)).lines).toBe(80);
});

/** How far the end of the conversation is below what is shown. */
const below = (page: Page) =>
  page
    .getByRole('log')
    .evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));

test('an answer is followed though the list moves by itself', async ({ page }) => {
  const log = await openChat(page, 40);
  // What lines above measure when they are drawn pushes the list up, and words lengthen it, before its
  // own scroll is told: forced here, four times.
  await log.evaluate((one) => {
    const scroll = one.scrollTo.bind(one);
    let count = 0;
    one.scrollTo = (...to: unknown[]) => {
      scroll(...(to as [ScrollToOptions]));
      count += 1;
      if (count > 4) return;
      one.scrollTop -= 300;
      const more = document.createElement('p');
      more.style.height = '150px';
      one.querySelector('article:last-of-type')?.append(more);
    };
  });
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('목록을 달라');
  await page.keyboard.press('Enter');
  await expect(log.getByText('“항목 11”은 그대로다.')).toBeInViewport();
  await expect(page.getByRole('button', { name: '보내기', exact: true })).toBeVisible();
  // What takes the place of the finished answer is measured only when it is drawn.
  await expect.poll(() => below(page)).toBeLessThan(3);
});

test('who reads further up is left there while an answer comes', async ({ page }) => {
  const log = await openChat(page, 40);
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('목록을 달라');
  await page.keyboard.press('Enter');
  await expect(log.getByText('“항목 0”은 그대로다.')).toBeAttached();
  await log.hover();
  await page.mouse.wheel(0, -2_000);
  await expect(page.getByRole('button', { name: '보내기', exact: true })).toBeVisible();
  await expect(log.getByText('“항목 11”은 그대로다.')).toBeAttached();
  expect(await below(page)).toBeGreaterThan(500);
});
