/** How large the first load is, and how fast the workbench with 20,000 characters and 500 different
 * suggestions: three runs in headless Chromium, medians and 95th percentiles beside the bounds, and the
 * processor time of each press with what follows it. It prints and judges nothing. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';
import { paste } from '../e2e/article';
import { directory, serve } from '../e2e/servers';
import { counter, RUNS, told, toldWork, type Work, worked } from './figures';

const KEYS = 60;
const COUNT = 500;
const filler = '관계 부처는 이번 주 안에 세부 방안을 빠짐없이 모두 정리한다.';
const article = Array.from({ length: COUNT }, (_, n) => `오류${n}말 ${filler}`).join('\n');
const BOUNDS = { key: 32, next: 50, accept: 50, all: 60 };
type Part = keyof typeof BOUNDS;

/** Every `오류…말` is a finding of its own, so that no two share a row. */
function findings(text: string): object[] {
  return [...text.matchAll(/오류(\d+)말/g)].map((match) => ({
    id: `r-${match[1]}`,
    start: match.index,
    end: match.index + match[0].length,
    original: match[0],
    replacements: [`바른${match[1]}말`],
    category: ['spelling', 'spacing', 'number', 'sentence'][Number(match[1]) % 4],
    ruleId: `measure/${match[1]}`,
    source: 'rule',
    severity: 'error',
    message: '바르게 적습니다.',
    safe: true,
  }));
}

/** Times from each key to the paint after it, in milliseconds. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    addEventListener(
      'keydown',
      (event) => {
        if (['Control', 'Alt', 'Shift'].includes(event.key)) return;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => times.push(performance.now() - event.timeStamp);
          channel.port2.postMessage(null);
        });
      },
      true,
    );
  });
}

async function taken(page: Page, run: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    (window as unknown as { times: number[] }).times.length = 0;
  });
  await run();
  await page.waitForTimeout(300);
  return page.evaluate(() => [...(window as unknown as { times: number[] }).times]);
}

/** The line of the workbench in what `npm run size` prints; it is the same in every run. */
function firstLoad(): string {
  const cwd = join(import.meta.dirname, '..');
  const said = execFileSync(process.execPath, ['scripts/size.mjs'], { cwd, encoding: 'utf8' });
  return said.split('\n').find((line) => line.includes('Workbench.svelte')) ?? 'not built';
}

test('the workbench with 20,000 characters and 500 suggestions', async ({ browser }) => {
  const home = directory();
  const server = await serve(home.path);
  const all: Record<Part, number[]> = { key: [], next: [], accept: [], all: [] };
  const works: Record<Part, Work[]> = { key: [], next: [], accept: [], all: [] };
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'ko-KR' });
    await watch(page);
    await page.route('**/check', async (route) => {
      const { text } = route.request().postDataJSON() as { text: string };
      await route.fulfill({ json: { suggestions: findings(text) } });
    });
    await page.goto(server.url);
    await page.getByRole('button', { name: '새 기사' }).click();
    await page.getByRole('textbox', { name: '기사 본문' }).click();
    await paste(page, article);
    await page.getByRole('tab', { name: `지적 ${COUNT}` }).waitFor();
    await page.keyboard.press('Control+Home');
    const spent = await counter(page);
    const measured = async (part: Part, presses: number, run: () => Promise<void>) => {
      const before = await spent();
      all[part].push(...(await taken(page, run)));
      works[part].push(worked(before, await spent(), presses));
    };
    const press = (key: string) => async () => {
      for (let count = 0; count < KEYS; count += 1) {
        await page.keyboard.press(key);
        await page.waitForTimeout(30);
      }
    };
    await measured('key', KEYS, press('a'));
    await page.keyboard.press('Control+Home');
    await measured('next', KEYS, press('F8'));
    await measured('accept', KEYS, press('Alt+Enter'));
    await measured('all', 1, () => page.keyboard.press('Control+Shift+Enter'));
    await page.close();
  }
  await server.end();
  home.remove();
  const names = { key: 'key to paint', next: 'next', accept: 'accept', all: 'accept all' };
  const parts = Object.keys(BOUNDS) as Part[];
  const lines = [
    ...parts.map((part) => told(names[part], all[part], BOUNDS[part])),
    ...parts.map((part) => toldWork(names[part], works[part])),
  ];
  const load = `first load: ${firstLoad()}; bounds 150 and 20 KiB`;
  process.stdout.write(
    `\n${load}\n${article.length} characters, ${COUNT} suggestions\n${lines.join('\n')}\n`,
  );
});
