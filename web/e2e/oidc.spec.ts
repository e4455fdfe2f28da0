/** Sign-in by a company's identity provider, played by the browser's router. The server here has no
 * such provider in its policy, so the test stands aside from it. */
import { createHash } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { paste } from './article';
import { answer, error } from './mocks';
import { directory, type Running, serve } from './servers';

test.use({ bypassCSP: true });

const ISSUER = 'https://id.example';
let home: ReturnType<typeof directory>;
let server: Running;

test.beforeAll(async () => {
  home = directory();
  server = await serve(home.path);
});

test.afterAll(async () => {
  await server.end();
  home.remove();
});

/** A provider that says yes at once; `says` may change what it answers. */
async function provider(page: Page, says: { nonce?: string; state?: string; error?: string } = {}) {
  const grants: Record<string, string>[] = [];
  let asked = new URLSearchParams();
  let serial = 0;
  const context = page.context();
  await context.route(`${ISSUER}/.well-known/openid-configuration`, (route) =>
    route.fulfill({
      headers: { 'access-control-allow-origin': '*' },
      json: { authorization_endpoint: `${ISSUER}/authorize`, token_endpoint: `${ISSUER}/token` },
    }),
  );
  await context.route(`${ISSUER}/authorize*`, (route) => {
    asked = new URL(route.request().url()).searchParams;
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('state', says.state ?? asked.get('state') ?? '');
    if (says.error) back.searchParams.set('error', says.error);
    else back.searchParams.set('code', 'c-1');
    // A redirect of a routed request is not routed again; a page that goes on is.
    return route.fulfill({
      contentType: 'text/html',
      body: `<script>location.replace(${JSON.stringify(back.href)})</script>`,
    });
  });
  await context.route(`${ISSUER}/token`, (route) => {
    const grant = Object.fromEntries(new URLSearchParams(route.request().postData() ?? ''));
    grants.push(grant);
    serial += 1;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const nonce = says.nonce ?? asked.get('nonce');
    return route.fulfill({
      headers: { 'access-control-allow-origin': '*' },
      json: {
        access_token: `token-${serial}`,
        refresh_token: 'refresh',
        id_token: `${part({ alg: 'none' })}.${part({ nonce, name: '김' })}.x`,
        expires_in: 3600,
      },
    });
  });
  return { grants, asked: () => asked };
}

/** A server that believes tokens but those that are revoked. */
async function believing(page: Page, revoked: Set<string>) {
  const oidc = { issuer: ISSUER, clientId: 'prf', scopes: 'openid profile' };
  await page.context().route(
    (url) => url.pathname === '/session',
    async (route) => {
      const bearer = (await route.request().allHeaders()).authorization ?? '';
      const token = bearer.replace('Bearer ', '');
      const user = token && !revoked.has(token) ? { id: 'kim', role: 'user' } : null;
      return route.fulfill({ json: { user, auth: 'oidc', oidc } });
    },
  );
  return answer(page, /^\/conversations/, ({ headers }) => {
    const token = (headers.authorization ?? '').replace('Bearer ', '');
    return revoked.has(token) ? { status: 401, json: error('unauthorized', '로그인') } : null;
  });
}

test('code flow with PKCE, back to where one was, and silently after a reload', async ({
  page,
}) => {
  const { grants, asked } = await provider(page);
  await believing(page, new Set());
  await page.goto(`${server.url}/settings`);
  await page.getByRole('button', { name: '회사 계정으로 로그인' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/settings');
  const [grant] = grants;
  const challenge = createHash('sha256')
    .update(grant?.code_verifier ?? '')
    .digest('base64url');
  expect(Object.fromEntries(asked())).toMatchObject({
    response_type: 'code',
    client_id: 'prf',
    scope: 'openid profile',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    redirect_uri: `${server.url}/signed-in`,
  });
  expect(grant).toMatchObject({ grant_type: 'authorization_code', code: 'c-1', client_id: 'prf' });
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  expect(stored).not.toContain('token-1');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible();
  expect(grants).toHaveLength(2);
});

for (const [what, says] of [
  ['wrong_state', { state: 'of somebody else' }],
  ['wrong_nonce', { nonce: 'of somebody else' }],
  ['access_denied', { error: 'access_denied' }],
] as const) {
  test(`a sign-in that is not ours is refused: ${what}`, async ({ page }) => {
    await provider(page, says);
    await believing(page, new Set());
    await page.goto(server.url);
    await page.getByRole('button', { name: '회사 계정으로 로그인' }).click();
    await expect(page.getByText(`로그인하지 못했습니다: ${what}`)).toBeVisible();
    await expect(page.getByRole('button', { name: '회사 계정으로 로그인' })).toBeVisible();
  });
}

test('a token that runs out is renewed, and without that one signs in in a window of its own', async ({
  page,
}) => {
  const revoked = new Set<string>();
  const { grants } = await provider(page);
  await believing(page, revoked);
  await page.goto(server.url);
  await page.getByRole('button', { name: '회사 계정으로 로그인' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '기사' })).toBeVisible();
  await paste(page, '첫 글입니다.');
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  revoked.add('token-1');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' 둘째.');
  await expect.poll(() => grants.at(-1)?.grant_type).toBe('refresh_token');
  await expect(page.locator('[data-saving="saved"]')).toContainText('저장됨');
  await page.context().unroute(`${ISSUER}/token`);
  await page.context().route(`${ISSUER}/token`, (route) =>
    route.fulfill({
      status: 400,
      headers: { 'access-control-allow-origin': '*' },
      json: { error: 'invalid_grant' },
    }),
  );
  revoked.add('token-2');
  await page.keyboard.type(' 셋째.');
  await expect(page.getByText('로그인이 끝났습니다.')).toBeVisible();
  await page.context().unroute(`${ISSUER}/token`);
  await provider(page);
  revoked.clear();
  await page.getByRole('button', { name: '다시 로그인' }).click();
  await page.getByRole('button', { name: '회사 계정으로 로그인' }).click();
  await expect(page.getByText('다시 로그인했습니다.')).toBeVisible();
  await expect(page.locator('.cm-content')).toContainText('첫 글입니다. 둘째. 셋째.');
  await expect(page.getByText('로그인이 끝났습니다.')).toHaveCount(0);
});
