/** Sign-in by a company's identity provider, with tokens that the server verifies. */
import { expect, type Page, test } from '@playwright/test';
import { paste } from './article';
import { type Issuer, issue } from './issuer';
import { directory, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let issuer: Issuer;
let server: Running;

/** On the same port where it ran before. */
async function start(listen?: string): Promise<void> {
  const env = { PRF_AUTH: 'oidc', PRF_OIDC_ISSUER: issuer.url, PRF_OIDC_AUDIENCE: 'page' };
  server = await serve(home.path, { ...env, PRF_OIDC_SCOPES: 'openid profile' }, listen);
}

test.beforeEach(async () => {
  home = directory();
  issuer = await issue();
  await start();
});

test.afterEach(async () => {
  await server.end();
  issuer.end();
  home.remove();
});

/** From now on no token is right that was given before. */
async function revokeAll(): Promise<void> {
  issuer.changeKeys();
  await server.end();
  await start(new URL(server.url).host);
}

const signIn = (page: Page) => page.getByRole('button', { name: '회사 계정으로 로그인' });

test('code flow with PKCE, back to where one was, and silently after a reload', async ({
  page,
}) => {
  await page.goto(`${server.url}/settings`);
  await signIn(page).click();
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/settings');
  // That the verifier fits its challenge is what the issuer itself asks for.
  expect(Object.fromEntries(issuer.asked())).toMatchObject({
    response_type: 'code',
    client_id: 'page',
    scope: 'openid profile',
    code_challenge_method: 'S256',
    redirect_uri: `${server.url}/signed-in`,
  });
  const [grant] = issuer.grants;
  expect(grant).toMatchObject({ grant_type: 'authorization_code', code: 'c-1', client_id: 'page' });
  expect(grant?.code_verifier?.length).toBeGreaterThanOrEqual(43);
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  // No token is kept where another script could read it: each begins with the same header.
  expect(stored).toContain('prf');
  expect(stored).not.toContain('eyJ');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  expect(issuer.grants).toHaveLength(2);
});

for (const [what, says] of [
  ['wrong_state', { state: 'of somebody else' }],
  ['wrong_nonce', { nonce: 'of somebody else' }],
  ['access_denied', { error: 'access_denied' }],
] as const) {
  test(`a sign-in that is not ours is refused: ${what}`, async ({ page }) => {
    issuer.wrongs = says;
    await page.goto(server.url);
    await signIn(page).click();
    await expect(page.getByText(`로그인하지 못했습니다: ${what}`)).toBeVisible();
    await expect(signIn(page)).toBeVisible();
  });
}

test('a token that runs out is renewed, and without that one signs in in a window of its own', async ({
  page,
}) => {
  await page.goto(server.url);
  await signIn(page).click();
  await expect(page.getByRole('heading', { level: 1, name: '기사' })).toBeVisible();
  await paste(page, '첫 글입니다.');
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  await revokeAll();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' 둘째.');
  await expect.poll(() => issuer.grants.at(-1)?.grant_type).toBe('refresh_token');
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  issuer.isForgetful = true;
  await revokeAll();
  await page.keyboard.type(' 셋째.');
  await expect(page.getByText('로그인이 끝났습니다.')).toBeVisible();
  await page.getByRole('button', { name: '다시 로그인' }).click();
  await signIn(page).click();
  await expect(page.getByText('다시 로그인했습니다.')).toBeVisible();
  await expect(page.locator('.cm-content')).toContainText('첫 글입니다. 둘째. 셋째.');
  await expect(page.getByText('로그인이 끝났습니다.')).toHaveCount(0);
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const headers = { authorization: `Bearer ${issuer.token('kim', 'user')}` };
  await expect
    .poll(async () => {
      const draft = await page.request.get(`${server.url}/conversations/${id}/draft`, { headers });
      return (await draft.json()).text;
    })
    .toBe('첫 글입니다. 둘째. 셋째.');
});
