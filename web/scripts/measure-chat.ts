/** How a chat of 500 messages opens, scrolls and takes an answer that streams in: the times from frame
 * to frame, and tasks that held the page for more than 50 ms. */
import { type Browser, type Page, test } from '@playwright/test';
import { longChat } from '../e2e/long-chat';
import { directory, model, serve } from '../e2e/servers';
import { RUNS, told } from './figures';

const MESSAGES = 500;
const answer = Array.from({ length: 120 }, (_, n) => `${n + 1}. **“항목 ${n}”**은 그대로다.`).join(
  '\n',
);

interface Figures {
  open: number[];
  scroll: number[];
  stream: number[];
  long: number[];
}

/** From the press on the tab to the first frame that shows the last message. */
function opened(page: Page): Promise<number> {
  return page.evaluate(
    (last) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        document.getElementById('tab-chat')?.click();
        const look = () => {
          const text = document.querySelector('[role="log"]')?.textContent ?? '';
          if (text.includes(last)) resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    `답 ${MESSAGES / 2}:`,
  );
}

/** Frames while the conversation is scrolled up, a screen in ten steps. */
function scrolled(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const log = document.querySelector('[role="log"]') as HTMLElement;
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const times: number[] = [];
    let before = await frame();
    for (let step = 0; step < 120; step += 1) {
      log.scrollTop -= log.clientHeight / 10;
      const now = await frame();
      times.push(now - before);
      before = now;
    }
    log.scrollTop = log.scrollHeight;
    return times;
  });
}

/** Frames from now on, until they are asked for. */
async function watched(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    let before = performance.now();
    const next = (now: number) => {
      frames.push(now - before);
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return () => page.evaluate(() => (window as unknown as { frames: number[] }).frames);
}

async function run(browser: Browser, url: string, figures: Figures): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'ko-KR' });
  await page.addInitScript(() => {
    const long: number[] = [];
    Object.assign(window, { long });
    const note = (list: PerformanceObserverEntryList) =>
      long.push(...list.getEntries().map((entry) => entry.duration));
    new PerformanceObserver(note).observe({ type: 'longtask' });
  });
  const id = await longChat(page, url, MESSAGES);
  await page.goto(`${url}/articles/${id}`);
  await page.locator('.cm-content').waitFor();
  await page.evaluate(() => {
    (window as unknown as { long: number[] }).long.length = 0;
  });
  figures.open.push(await opened(page));
  figures.scroll.push(...(await scrolled(page)));
  await page.getByRole('textbox', { name: '이 기사에 대해 묻기' }).fill('목록을 달라');
  const frames = await watched(page);
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('“항목 119”은 그대로다.').waitFor();
  figures.stream.push(...(await frames()));
  figures.long.push(...(await page.evaluate(() => (window as unknown as { long: number[] }).long)));
  await page.close();
}

test('a chat of 500 messages', async ({ browser }) => {
  const home = directory();
  const upstream = await model(home.path, { answer, delay_ms: 8 });
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  const server = await serve(home.path, env);
  const figures: Figures = { open: [], scroll: [], stream: [], long: [] };
  for (let count = 0; count < RUNS; count += 1) await run(browser, server.url, figures);
  await server.end();
  await upstream.end();
  home.remove();
  const lines = [
    told('chat opens', figures.open, null),
    told('frame while scrolling', figures.scroll, null),
    told('frame while streaming', figures.stream, null),
    `${'tasks over 50 ms'.padEnd(24)} ${figures.long.length} in ${RUNS} runs, longest ${Math.max(0, ...figures.long).toFixed(0)} ms`,
  ];
  process.stdout.write(`\nchat of ${MESSAGES} messages\n${lines.join('\n')}\n`);
});
