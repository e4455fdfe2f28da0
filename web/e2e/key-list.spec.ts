/** Every key of the workbench with its effect, as a list that must name all keys people are shown. */
import { expect, type Page, test } from '@playwright/test';
import { keyList } from '../src/shared/key-list';
import { paste } from './article';
import { askedOf, directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running;
let server: Running;

test.beforeAll(async () => {
  home = directory();
  upstream = await model(home.path, { findings: [] });
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  server = await serve(home.path, env);
});

test.afterAll(async () => {
  await server.end();
  await upstream.end();
  home.remove();
});

interface Key {
  /** As the list of keys shows it. */
  shown: string;
  /** What is pressed, after `first`. */
  press: string;
  first?: readonly string[];
  effect: (page: Page) => Promise<void>;
}

const article = '정부은 대책을 낸다.\n그는 몇일 뒤 온다.\n서툴은 솜씨로 됬다고 한다.';
const text = (page: Page) => page.locator('.cm-content');
const active = (page: Page) => page.locator('article.active');
const card = (page: Page, word: string) => page.locator('[data-card]').filter({ hasText: word });
const review = ['Control+.'] as const;

const keys: readonly Key[] = [
  {
    shown: 'F8',
    press: 'F8',
    effect: (page) => expect(active(page)).toContainText('정부'),
  },
  {
    shown: 'Shift F8',
    press: 'Shift+F8',
    effect: (page) => expect(active(page)).toContainText('됬'),
  },
  {
    shown: 'Alt Enter',
    press: 'Alt+Enter',
    first: ['F8'],
    effect: async (page) => {
      await expect(text(page)).toContainText('정부는 대책을');
      await expect(active(page)).toContainText('몇일');
    },
  },
  {
    shown: 'Alt Backspace',
    press: 'Alt+Backspace',
    first: ['F8'],
    effect: async (page) => {
      await expect(text(page)).toContainText('정부은 대책을');
      await expect(card(page, '정부은')).toHaveCount(0);
      await expect(active(page)).toContainText('몇일');
    },
  },
  {
    shown: 'Alt 2…9',
    press: 'Alt+2',
    first: ['F8', 'F8', 'F8'],
    effect: (page) => expect(text(page)).toContainText('서투른 솜씨로'),
  },
  {
    shown: 'Ctrl Shift Enter',
    press: 'Control+Shift+Enter',
    effect: async (page) => {
      await expect(text(page)).toContainText('정부는 대책을');
      await expect(text(page)).toContainText('그는 며칠 뒤');
    },
  },
  {
    shown: 'Alt W',
    press: 'Alt+w',
    effect: (page) => expect(page.getByRole('textbox', { name: '쓰지 말 것' })).toBeFocused(),
  },
  {
    shown: 'Alt I',
    press: 'Alt+i',
    effect: (page) => expect(page.getByRole('button', { name: '이 기사에서' })).toBeFocused(),
  },
  {
    shown: 'Alt V',
    press: 'Alt+v',
    effect: (page) =>
      expect(page.getByRole('button', { name: '변경 보기', pressed: true })).toBeVisible(),
  },
  {
    shown: 'Ctrl Enter',
    press: 'Control+Enter',
    effect: () => expect.poll(async () => (await askedOf(upstream)).length).toBe(1),
  },
  {
    shown: 'Ctrl K',
    press: 'Control+k',
    effect: (page) => expect(page.getByRole('combobox', { name: '찾기·명령' })).toBeFocused(),
  },
  {
    shown: 'Ctrl /',
    press: 'Control+/',
    effect: (page) => expect(page.getByRole('dialog', { name: '키 목록' })).toBeVisible(),
  },
  {
    shown: 'Ctrl .',
    press: 'Control+.',
    effect: (page) => expect(page.getByText('빠른 검토: 본문이 잠겼습니다.')).toBeVisible(),
  },
  {
    shown: 'J · K',
    press: 'j',
    first: review,
    effect: async (page) => {
      await expect(active(page)).toContainText('몇일');
      await page.keyboard.press('k');
      await expect(active(page)).toContainText('정부');
    },
  },
  {
    shown: 'A · X',
    press: 'a',
    first: review,
    effect: async (page) => {
      await expect(text(page)).toContainText('정부는 대책을');
      await expect(active(page)).toContainText('몇일');
      await page.keyboard.press('x');
      await expect(card(page, '몇일')).toHaveCount(0);
      await expect(text(page)).toContainText('그는 몇일 뒤');
    },
  },
  {
    shown: 'D · E',
    press: 'd',
    first: review,
    effect: async (page) => {
      await expect(page.getByRole('form', { name: '사내 사전에 등록' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(text(page)).toBeFocused();
      await page.keyboard.press('e');
      await expect(page.getByText('빠른 검토: 본문이 잠겼습니다.')).toHaveCount(0);
      await page.keyboard.insertText('다시 쓴다');
      await expect(text(page)).toContainText('다시 쓴다');
    },
  },
  {
    shown: 'Ctrl F',
    press: 'Control+f',
    effect: (page) => expect(page.getByRole('textbox', { name: '본문에서 찾기' })).toBeFocused(),
  },
  {
    shown: 'Ctrl P',
    press: 'Control+p',
    effect: async (page) => {
      const printed = () => page.evaluate(() => document.body.dataset.printed);
      await expect.poll(printed).toContain('정부은 대책을 낸다.');
    },
  },
  {
    shown: 'Ctrl Z',
    press: 'Control+z',
    first: ['F8', 'Alt+Enter'],
    effect: async (page) => {
      await expect(text(page)).toContainText('정부은 대책을');
      await expect(card(page, '정부은')).toHaveCount(1);
    },
  },
];

test('every key people are shown is in the list', () => {
  const groups = keyList.filter(({ group }) => group !== 'list');
  const shown = groups.flatMap(({ rows }) => rows.map(([key]) => key));
  expect(keys.map((key) => key.shown).sort()).toEqual([...shown].sort());
});

for (const { shown, press, first = [], effect } of keys) {
  test(`${shown} does what it is for`, async ({ page }) => {
    await page.addInitScript(() => {
      window.print = () => {
        document.body.dataset.printed = document.querySelector('.proof')?.textContent ?? '';
        dispatchEvent(new Event('afterprint'));
      };
    });
    await page.goto(server.url);
    await page.getByRole('button', { name: '새 기사' }).click();
    await text(page).click();
    await paste(page, article);
    await expect(card(page, '됬')).toBeVisible();
    await page.keyboard.press('Control+Home');
    for (const key of [...first, press]) await page.keyboard.press(key);
    await effect(page);
  });
}
