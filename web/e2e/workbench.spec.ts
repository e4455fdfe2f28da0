/** The main job without a model: paste, see findings, accept, reject, undo, reload. */
import { expect, type Page, test } from '@playwright/test';
import { article, faults, paste, saved } from './article';
import { barriers } from './axe';
import { served } from './served';

const server = served();

async function newArticle(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
}

function card(page: Page, original: string) {
  return page.locator('[data-card]').filter({ hasText: original });
}

test('an article is pasted, corrected by keyboard, and is still there after a reload', async ({
  page,
}) => {
  expect(article.length).toBeGreaterThan(1_900);
  await newArticle(page);
  // The time from the paste to the first drawn finding, taken inside the page.
  await page.evaluate(() => {
    const watch = window as unknown as { pastedAt: number; shownAt: number };
    document.addEventListener(
      'paste',
      () => {
        watch.pastedAt = performance.now();
      },
      true,
    );
    new MutationObserver(() => {
      if (watch.pastedAt && !watch.shownAt && document.querySelector('.cm-content .mark')) {
        watch.shownAt = performance.now();
      }
    }).observe(document.body, { subtree: true, childList: true });
  });
  await paste(page, article);
  await expect(page.locator('.cm-content .mark').first()).toBeVisible();
  const took = await page.evaluate(() => {
    const watch = window as unknown as { pastedAt: number; shownAt: number };
    return watch.shownAt - watch.pastedAt;
  });
  expect(took).toBeGreaterThan(0);
  expect(took).toBeLessThan(300);
  for (const [original] of faults) await expect(card(page, original).first()).toBeVisible();

  await page.getByRole('textbox', { name: '기사 본문' }).click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  await expect(page.locator('article.active')).toContainText('정부');
  await page.keyboard.press('Alt+Enter');
  await expect(page.locator('.cm-content')).toContainText('정부는 몇일 안에');
  await expect(page.locator('article.active')).toContainText('몇일');
  await page.keyboard.press('Alt+Backspace');
  await expect(card(page, '몇일')).toHaveCount(0);
  await expect(page.locator('.cm-content')).toContainText('정부는 몇일 안에');

  // Undo takes back the rejection, then the acceptance with its text.
  await page.keyboard.press('Control+z');
  await expect(card(page, '몇일')).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(page.locator('.cm-content')).toContainText('정부은 몇일 안에');
  await expect(card(page, '정부은')).toHaveCount(1);

  await page.keyboard.press('Control+y');
  await page.keyboard.press('Control+y');
  await expect(card(page, '몇일')).toHaveCount(0);
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  await expect.poll(async () => (await saved(page, server.url)).text).toContain('정부는 몇일 안에');

  await page.reload();
  await expect(page.locator('.cm-content')).toContainText('정부는 몇일 안에');
  await expect(card(page, '전세값')).toHaveCount(1);
  await expect(card(page, '몇일')).toHaveCount(0);
  const { suggestions } = await saved(page, server.url);
  const states = suggestions.map((one) => `${one.original} ${one.state}`);
  expect(states).toContain('정부은 accepted');
  expect(states).toContain('몇일 rejected');
  await page.goto(server.url);
  await expect(page.getByRole('link', { name: '한은, 기준금리 동결' })).toBeVisible();
});

test('everything shown can be accepted at once, and undone at once', async ({ page }) => {
  await newArticle(page);
  await paste(page, article);
  await expect(card(page, '몇일')).toBeVisible();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(page.locator('.cm-content')).toContainText(
    '정부는 며칠 안에 대책을 내놓는다. 금리를 올릴 수밖에 없다는',
  );
  await page.keyboard.press('Control+z');
  await expect(page.locator('.cm-content')).toContainText('정부은 몇일 안에');
  await expect(card(page, '몇일')).toBeVisible();
});

test('a syllable composed in a suggestion is not lost', async ({ page }) => {
  await newArticle(page);
  await paste(page, '그는 몇일 뒤 떠났다.');
  await expect(card(page, '몇일')).toBeVisible();
  await page.keyboard.press('Control+Home');
  for (let count = 0; count < 4; count += 1) await page.keyboard.press('ArrowRight');
  const session = await page.context().newCDPSession(page);
  for (const text of ['ㅎ', '하', '한']) {
    await session.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  }
  await session.send('Input.insertText', { text: '한' });
  await expect(page.locator('.cm-content')).toHaveText('그는 몇한일 뒤 떠났다.');
  await expect(card(page, '몇일')).toHaveCount(0);
  await page.keyboard.press('Backspace');
  await expect(card(page, '몇일')).toBeVisible();
});

test('an empty text, a clean text and a paste on the list are each answered', async ({ page }) => {
  await newArticle(page);
  await expect(page.getByText('본문을 붙여 넣으면 바로 검사합니다.')).toBeVisible();
  await paste(page, '정부는 대책을 내놓았다.');
  await expect(page.getByText('지적이 없습니다.')).toBeVisible();
  await expect(page.getByText('AI 꺼짐: 규칙 검사만 합니다')).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: '새 기사' })).toBeVisible();
  await paste(page, '몇일 뒤 발표한다.\r\n끝');
  await expect(card(page, '몇일')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('몇일 뒤 발표한다.');
});

test('a pasted text outlives a server that fails before it is opened', async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: '새 기사' })).toBeVisible();
  await page.route(/\/conversations\/[^/]+$/, (route) => route.fulfill({ status: 503 }), {
    times: 1,
  });
  await paste(page, '몇일 뒤 발표한다.');
  await page.getByRole('button', { name: '다시 시도' }).click();
  await expect(card(page, '몇일')).toBeVisible();
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('몇일 뒤 발표한다.');
});

test('a second window reads until it takes over, and nothing of the first is lost', async ({
  page,
  context,
}) => {
  await newArticle(page);
  await paste(page, '첫 창의 글');
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByText('다른 창에서 이 기사를 편집하고 있어')).toBeVisible();
  await other.getByRole('textbox', { name: '기사 본문' }).click();
  await other.keyboard.type('막힘');
  await page.bringToFront();
  await page.keyboard.type(' 방금 쓴 말');
  await other.bringToFront();
  await other.getByRole('button', { name: '여기서 편집' }).click();
  await expect(other.locator('.cm-content')).toHaveText('첫 창의 글 방금 쓴 말');
  await other.getByRole('textbox', { name: '기사 본문' }).click();
  await other.keyboard.press('Control+End');
  await other.keyboard.type(' 둘째');
  await expect
    .poll(async () => (await saved(page, server.url)).text)
    .toBe('첫 창의 글 방금 쓴 말 둘째');
  await expect(page.getByRole('button', { name: '여기서 편집' })).toBeVisible();
});

test('what another browser saved first is not overwritten unless one says so', async ({
  page,
  browser,
}) => {
  await newArticle(page);
  await paste(page, '첫 글');
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('첫 글');
  const elsewhere = await browser.newContext({ locale: 'ko-KR' });
  const other = await elsewhere.newPage();
  await other.goto(page.url());
  await expect(other.locator('.cm-content')).toHaveText('첫 글');
  await other.keyboard.press('Control+End');
  await other.keyboard.type(' 남의 말');
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('첫 글 남의 말');
  await page.bringToFront();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' 내 말');
  await expect(page.getByText('다른 곳에서 이 기사를 먼저 저장했습니다.')).toBeVisible();
  expect((await saved(page, server.url)).text).toBe('첫 글 남의 말');
  await page.getByRole('button', { name: '저장된 글 불러오기' }).click();
  await expect(page.locator('.cm-content')).toHaveText('첫 글 남의 말');
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await page.keyboard.press('Control+z');
  await expect(page.locator('.cm-content')).toHaveText('첫 글 내 말');
  await expect.poll(async () => (await saved(page, server.url)).text).toBe('첫 글 내 말');
  await elsewhere.close();
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`nothing keeps anybody out: ${scheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 844 });
      await newArticle(page);
      await paste(page, article);
      await expect(card(page, '몇일')).toBeVisible();
      await page.keyboard.press('F8');
      await expect(page.locator('article.active')).toBeVisible();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('tab', { name: '대화' }).click();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('button', { name: '변경 보기' }).click();
      expect(await barriers(page)).toEqual([]);
      await page.goto(server.url);
      await expect(page.getByRole('link', { name: '한은, 기준금리 동결' })).toBeVisible();
      expect(await barriers(page)).toEqual([]);
    });
  }
}

test('the page asks nobody else for anything and runs under its policy', async ({ page }) => {
  const others: string[] = [];
  const refused: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      others.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await newArticle(page);
  await paste(page, article);
  await expect(card(page, '몇일')).toBeVisible();
  await page.getByRole('tab', { name: '대화' }).click();
  expect(others).toEqual([]);
  expect(refused).toEqual([]);
});
