/** What stands around every screen: navigation, palette, keys, look, language, sign-in. */
import { expect, test } from '@playwright/test';
import { article, paste } from './article';
import { barriers } from './axe';
import { accounts, password, signIn } from './people';
import { served } from './served';
import { directory, type Running, serve } from './servers';

const server = served('file');

test('it is said on every screen that nobody has to sign in, and that there is no model', async ({
  page,
}) => {
  await page.goto(server.url);
  await expect(page.getByText('로그인 없음: 이 컴퓨터 전용')).toBeVisible();
  await expect(page.getByText('AI 꺼짐: 규칙 검사만 합니다')).toBeVisible();
  await page.getByRole('link', { name: '설정' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  await expect(page).toHaveTitle('설정 · 넥스 교열');
  await expect(page.getByText('로그인 없음: 이 컴퓨터 전용')).toBeVisible();
  await page.goto(server.url);
  await page.getByRole('button', { name: '새 기사' }).click();
  await expect(page.getByRole('textbox', { name: '기사 본문' })).toBeVisible();
  await expect(page.getByText('로그인 없음: 이 컴퓨터 전용')).toBeVisible();
});

test('the palette finds screens, commands and articles by keyboard', async ({ page }) => {
  await page.goto(server.url);
  await paste(page, article);
  await expect(page.getByRole('textbox', { name: '기사 본문' })).toBeFocused();
  // From within the editor too, and the editor has the keys again afterwards.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: '찾기·명령' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: '기사 본문' })).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ㅅㅈ');
  await expect(page.getByRole('option', { name: '설정' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('기준금리 동결');
  await expect(page.getByRole('option', { name: '한은, 기준금리 동결' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('한은, 기준금리 동결');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('없는 것');
  await expect(page.getByText('찾은 것이 없습니다.')).toBeVisible();
});

test('a palette that is asked for again while it closes opens again', async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: '찾기·명령' });
  await expect(field).toBeFocused();
  // The browser tells of the end in a task of its own: the key comes before it.
  await page.locator('dialog').evaluate((dialog) => {
    const again = new KeyboardEvent('keydown', { code: 'KeyK', ctrlKey: true, cancelable: true });
    dialog.addEventListener('cancel', () => queueMicrotask(() => window.dispatchEvent(again)));
  });
  await page.keyboard.press('Escape');
  await page.keyboard.type('ㅅㅈ');
  await expect(page.getByRole('option', { name: '설정' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
});

test('the keys are listed', async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+/');
  await expect(page.getByRole('dialog', { name: '키 목록' })).toContainText('다음 지적');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('look and language are chosen, shown, and kept', async ({ page }) => {
  await page.goto(`${server.url}/settings`);
  await page.getByRole('radio', { name: '어둡게' }).check();
  await expect(page.locator('body')).toHaveCSS('color-scheme', 'dark');
  const ground = await page.evaluate(
    () => getComputedStyle(document.documentElement).backgroundColor,
  );
  expect(ground).toBe('rgb(20, 22, 26)');
  await page.getByRole('radio', { name: '아주 크게' }).check();
  await expect(page.locator('html')).toHaveCSS('font-size', '20px');
  await page.getByRole('radio', { name: 'English' }).check();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('html')).toHaveCSS('font-size', '20px');
});

test('what was chosen for checks goes with every check', async ({ page }) => {
  await page.goto(`${server.url}/settings`);
  await page.getByRole('radio', { name: '연합' }).check();
  await page.getByRole('textbox', { name: '부서' }).fill('경제');
  await page.getByRole('checkbox', { name: '문체 참고 지적도 보기' }).check();
  const asked = page.waitForRequest((request) => request.url().endsWith('/check'));
  await page.getByRole('link', { name: '기사', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: '기사' })).toBeVisible();
  await paste(page, '몇일 뒤');
  expect((await asked).postDataJSON()).toEqual({
    text: '몇일 뒤',
    profile: 'yonhap',
    desk: '경제',
    hints: true,
  });
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`settings, palette and keys keep nobody out: ${scheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${server.url}/settings`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await barriers(page)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox')).toBeFocused();
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+/');
      expect(await barriers(page)).toEqual([]);
    });
  }
}

test.describe('sign-in', () => {
  let own: ReturnType<typeof directory>;
  let guarded: Running;

  test.beforeEach(async () => {
    own = directory();
    accounts(own.path, { kim: 'user', lee: 'admin' });
    guarded = await serve(own.path, { PRF_AUTH: 'local' });
  });

  test.afterEach(async () => {
    await guarded.end();
    own.remove();
  });

  test('name and password, a mistake, what is shown to whom, and the way out', async ({ page }) => {
    await page.goto(`${guarded.url}/settings`);
    await expect(page.getByRole('heading', { name: '로그인' })).toBeVisible();
    await expect(page.getByRole('navigation')).toHaveCount(0);
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel('아이디').fill('kim');
    await page.getByLabel('비밀번호').fill('틀린 비밀번호 2026');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText('아이디나 비밀번호가 맞지 않습니다.');
    await page.getByLabel('비밀번호').fill(password);
    await page.keyboard.press('Enter');
    // Back where one wanted to be.
    await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
    await expect(page.locator('.who')).toContainText('kim');
    await expect(page.getByRole('link', { name: '프롬프트·엔진' })).toHaveCount(0);
    await page.goto(`${guarded.url}/engines`);
    await expect(page.getByText('이 화면을 볼 권한이 없습니다.')).toBeVisible();
    await page.goto(`${guarded.url}/settings`);
    const left = page.waitForRequest((request) => request.method() === 'DELETE');
    await page.getByRole('button', { name: '로그아웃' }).click();
    await expect(page.getByRole('heading', { name: '로그인' })).toBeVisible();
    expect((await left).headers()['x-csrf-token']).toMatch(/^[0-9a-f]{64}$/);
    expect((await page.request.get(`${guarded.url}/conversations`)).status()).toBe(401);
    await signIn(page, 'lee');
    await expect(page.getByRole('link', { name: '프롬프트·엔진' })).toBeVisible();
  });

  test('whoever guesses too often is told how long to wait', async ({ page }) => {
    await page.goto(guarded.url);
    await page.getByLabel('아이디').fill('kim');
    await page.getByLabel('비밀번호').fill('틀린 비밀번호 2026');
    for (let count = 0; count < 5; count += 1) {
      const refused = page.waitForResponse((one) => one.request().method() === 'POST');
      await page.keyboard.press('Enter');
      expect((await refused).status()).toBe(401);
      await expect(page.getByRole('alert')).toHaveText('아이디나 비밀번호가 맞지 않습니다.');
    }
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText(/(29|30)초 뒤에/);
    // The right one comes too soon as well.
    await page.getByLabel('비밀번호').fill(password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText(/[12]\d초 뒤에|30초 뒤에/);
    await expect(page.getByRole('navigation')).toHaveCount(0);
  });

  test('a session that ends is said, and signing in again loses no text', async ({ page }) => {
    await page.goto(guarded.url);
    await signIn(page, 'kim');
    await paste(page, '첫 글입니다.');
    await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
    // Ended by another window of the same browser, which this page does not hear of.
    const { csrfToken } = await (await page.request.get(`${guarded.url}/session`)).json();
    const headers = { 'x-csrf-token': csrfToken };
    expect((await page.request.delete(`${guarded.url}/session`, { headers })).ok()).toBe(true);
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' 끝난 뒤에 쓴 글');
    await expect(page.getByText('로그인이 끝났습니다.')).toBeVisible();
    await expect(page.locator('.cm-content')).toContainText('끝난 뒤에 쓴 글');
    await page.getByRole('button', { name: '다시 로그인' }).click();
    await page.getByLabel('비밀번호').fill(password);
    await page.keyboard.press('Enter');
    await expect(page.getByText('다시 로그인했습니다.')).toBeVisible();
    await expect(page.getByText('로그인이 끝났습니다.')).toHaveCount(0);
    const id = new URL(page.url()).pathname.split('/').at(-1);
    await expect
      .poll(async () => {
        const draft = await page.request.get(`${guarded.url}/conversations/${id}/draft`);
        return (await draft.json()).text;
      })
      .toBe('첫 글입니다. 끝난 뒤에 쓴 글');
  });
});
