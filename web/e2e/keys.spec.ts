/** Every key of the workbench, by keyboard alone, and syllables composed around suggestions. */
import { expect, type Page, test } from '@playwright/test';
import { paste, saved } from './article';
import { served } from './served';

const server = served('file');

const text = '그는 몇일 뒤 온다.\n정부은 몇일 안에 대책을 낸다. 금새 됬다.';
const content = (page: Page) => page.locator('.cm-content');
const active = (page: Page) => page.locator('article.active');

async function begin(page: Page, pasted = text): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await paste(page, pasted);
  await expect(page.locator('[data-card]').first()).toBeVisible();
  await page.keyboard.press('Control+Home');
}

test('a quick review needs single keys only, and lets no letter into the text', async ({
  page,
}) => {
  await begin(page);
  await page.keyboard.press('Control+.');
  await expect(page.getByText('빠른 검토: 본문이 잠겼습니다.')).toBeVisible();
  await expect(active(page)).toContainText('2건 중 1번째');
  await page.keyboard.press('j');
  await expect(active(page)).toContainText('정부');
  await page.keyboard.press('k');
  await expect(active(page)).toContainText('2건 중 1번째');
  await page.keyboard.press('a');
  await expect(content(page)).toContainText('그는 며칠 뒤');
  await expect(active(page)).toContainText('정부');
  await page.keyboard.press('x');
  await expect(content(page)).toContainText('정부은');
  await page.keyboard.type('qw한글');
  await page.keyboard.press('d');
  await expect(page.getByRole('form', { name: '사내 사전에 등록' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect(page.locator('[data-card]').filter({ hasText: '정부은' })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page.getByText('빠른 검토: 본문이 잠겼습니다.')).toHaveCount(0);
  await page.keyboard.type('!');
  await expect(content(page)).toContainText('!');
  await expect(content(page)).not.toContainText('qw');
});

test('views, find, print and the list of keys open by key', async ({ page }) => {
  await page.addInitScript(() => {
    const watch = window as unknown as { printed: string };
    window.print = () => {
      watch.printed = document.querySelector('.proof')?.textContent ?? '';
      dispatchEvent(new Event('afterprint'));
    };
  });
  await begin(page);
  await page.keyboard.press('F8');
  await page.keyboard.press('Alt+Enter');
  const pressed = (name: string) => page.getByRole('button', { name, pressed: true });
  await page.keyboard.press('Alt+v');
  await expect(pressed('변경 보기')).toBeVisible();
  await expect(page.locator('.compare del').first()).toHaveText('몇일');
  await expect(page.locator('.compare ins').first()).toHaveText('며칠');
  await page.keyboard.press('Alt+v');
  await expect(pressed('나란히')).toBeVisible();
  await expect(page.locator('.compare.side')).toContainText('고친 뒤');
  await page.keyboard.press('Alt+v');
  await expect(page.getByRole('region', { name: '최종본' })).toContainText('그는 며칠 뒤 온다.');
  await page.keyboard.press('Alt+v');
  await expect(pressed('교정')).toBeVisible();

  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: '본문에서 찾기' }).fill('대책');
  await expect(page.getByText('1/1')).toBeVisible();
  await expect(page.locator('.found-at')).toHaveText('대책');
  await page.keyboard.press('Escape');
  await expect(page.locator('.found-at')).toHaveCount(0);

  await page.keyboard.press('Control+p');
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { printed?: string }).printed))
    .toContain('그는 몇일며칠 뒤 온다.');
  // Nothing of the page around it is on the paper.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('로그인 없음: 이 컴퓨터 전용')).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.keyboard.press('Control+/');
  await expect(page.getByRole('dialog')).toContainText('빠른 검토: 수락·무시');
});

test('long paragraphs beside each other are shown whole', async ({ page }) => {
  const long = '서울시는 내년 봄부터 출근 시간대 열차를 늘려 혼잡을 덜겠다고 밝혔다. '
    .repeat(6)
    .trim();
  const paragraphs = Array.from({ length: 8 }, (_, n) => `${n + 1}. 그는 몇일 뒤 온다. ${long}`);
  await begin(page, paragraphs.join('\n\n'));
  await page.keyboard.press('Control+Shift+Enter');
  await page.getByRole('button', { name: '나란히' }).click();
  const side = page.locator('.compare.side');
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const word of ['1.', '8.']) {
      const cells = side.locator('p').filter({ hasText: new RegExp(`^${word} `) });
      await expect(cells).toHaveCount(2);
      await cells.first().scrollIntoViewIfNeeded();
      const cut = () =>
        cells.evaluateAll((all) => all.map((one) => one.scrollHeight - one.clientHeight));
      await expect.poll(cut, `${width} ${word}`).toEqual([0, 0]);
    }
  }
});

test('a repeated error is one row, accepted together, and ignored for the article', async ({
  page,
}) => {
  await begin(page);
  await page.keyboard.press('F8');
  await page.getByRole('button', { name: '같은 2건 모두 수락' }).click();
  await expect(content(page)).toContainText('그는 며칠 뒤 온다.');
  await expect(content(page)).toContainText('정부은 며칠 안에');
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await page.keyboard.press('Control+z');
  await expect(content(page)).toContainText('정부은 몇일 안에');
  await page.keyboard.press('Control+Home');
  const card = page.locator('[data-card]').filter({ hasText: '몇일' });
  await expect(card).toContainText('×2');
  await page.keyboard.press('F8');
  await page.keyboard.press('Alt+i');
  await expect(page.getByRole('button', { name: '이 기사에서' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(card).toHaveCount(0);
  await page.keyboard.press('Control+End');
  const checked = page.waitForResponse('**/check');
  await page.keyboard.type(' 또 몇일이다.');
  await checked;
  await expect(card).toHaveCount(0);
});

test('a word goes to the dictionary with its scope and reason', async ({ page }) => {
  await begin(page);
  await page.keyboard.press('F8');
  await page.keyboard.press('Alt+w');
  await expect(page.getByRole('textbox', { name: '쓰지 말 것' })).toBeFocused();
  await page.getByRole('textbox', { name: '이유' }).fill('표준어');
  await page.keyboard.press('Enter');
  await expect(page.getByText('사전에 등록했습니다.').first()).toBeVisible();
  const answer = await page.request.get(`${server.url}/dictionary`);
  const entry = { scope: 'me', kind: 'replace', wrong: '몇일', right: '며칠', reason: '표준어' };
  expect((await answer.json()).entries).toEqual([expect.objectContaining(entry)]);
});

test('filters hide by category and by who found it, and bulk takes what is shown', async ({
  page,
}) => {
  await begin(page);
  await page
    .getByRole('button', { name: /^맞춤법/ })
    .first()
    .click();
  await expect(page.locator('[data-card]').filter({ hasText: '몇일' })).toHaveCount(0);
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(content(page)).toContainText('그는 몇일 뒤');
  await page.getByRole('button', { name: '모두 보기' }).click();
  await page
    .getByRole('group', { name: '누가 찾았나' })
    .getByRole('button', { name: 'AI' })
    .click();
  await expect(page.locator('[data-card]')).toHaveCount(0);
});

test('syllables composed before and after a suggestion leave it where its word is', async ({
  page,
}) => {
  await begin(page, '그는 몇일 뒤 떠났다.');
  const session = await page.context().newCDPSession(page);
  const compose = async (syllables: string[]) => {
    for (const one of syllables) {
      await session.send('Input.imeSetComposition', {
        text: one,
        selectionStart: one.length,
        selectionEnd: one.length,
      });
    }
    await session.send('Input.insertText', { text: syllables.at(-1) ?? '' });
  };
  await compose(['ㅇ', '오', '온']);
  await expect(content(page)).toHaveText('온그는 몇일 뒤 떠났다.');
  await expect(content(page).locator('.mark')).toHaveText('몇일');
  for (let count = 0; count < 5; count += 1) await page.keyboard.press('ArrowRight');
  await compose(['ㅇ', '이', '인']);
  await expect(content(page)).toHaveText('온그는 몇일인 뒤 떠났다.');
  // While a syllable is being composed no key acts.
  await session.send('Input.imeSetComposition', { text: 'ㅎ', selectionStart: 1, selectionEnd: 1 });
  await session.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    code: 'KeyV',
    key: 'Process',
    modifiers: 1,
    windowsVirtualKeyCode: 229,
  });
  await session.send('Input.insertText', { text: '하' });
  await expect(page.getByRole('button', { name: '교정', pressed: true })).toBeVisible();
  await expect
    .poll(async () => (await saved(page, server.url)).text)
    .toBe('온그는 몇일인하 뒤 떠났다.');
});
