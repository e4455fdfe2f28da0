/** Prompts: compare, save, conflict, versions, files, trial. */
import { expect, type Page, test } from '@playwright/test';
import { instruction } from './fixtures';
import { accounts, elsewhere, signIn } from './people';
import { askedOf, directory, model, type Running, serve } from './servers';

let home: ReturnType<typeof directory>;
let upstream: Running | null = null;
let server: Running;

const description = '경제·금융·산업·증권·부동산 기사';

test.beforeEach(() => {
  home = directory();
});

test.afterEach(async () => {
  await server.end();
  await upstream?.end();
  upstream = null;
  home.remove();
});

/** A server whose prompt has those texts as its versions. */
async function start(page: Page, texts: string[], env: Record<string, string> = {}): Promise<void> {
  server = await serve(home.path, env);
  for (const [version, one] of texts.entries()) {
    const data = { description, instruction: one, version };
    const answer = await page.request.put(`${server.url}/prompts/Basic`, { data });
    expect(answer.status()).toBe(200);
  }
}

/** What the server has live. */
async function live(
  page: Page,
): Promise<{ instruction: string; version: number; updatedBy: string }> {
  return (await (await page.request.get(`${server.url}/prompts/Basic`)).json()).prompt;
}

const field = (page: Page) => page.getByRole('textbox', { name: '지시문' });

test('a change is compared with what is live and saved as the next version', async ({ page }) => {
  await start(page, [instruction]);
  await page.goto(`${server.url}/engines`);
  await expect(page.getByText('지금 판과 같습니다.')).toBeVisible();
  const cache = await (await page.request.get(`${server.url}/prompts/Basic/cache`)).json();
  expect(cache.characters).toBeGreaterThan(instruction.length);
  await expect(
    page.getByText(`${cache.characters}자 · 약 ${cache.estimatedTokens}토큰`),
  ).toBeVisible();
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n새 줄');
  await expect(page.getByText('저장하지 않은 글이 있습니다.')).toBeVisible();
  await page.getByRole('checkbox', { name: '바뀐 곳 보기' }).check();
  await expect(page.locator('.cm-changedLine').last()).toContainText('새 줄');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('판 2(으)로 저장했습니다.')).toBeVisible();
  expect((await live(page)).instruction).toBe(`${instruction}\n새 줄`);
  await expect(page.getByText('지금 판 2')).toBeVisible();
});

test('who saves too late sees both texts and chooses', async ({ page }) => {
  accounts(home.path, { lee: 'admin', park: 'admin' });
  await start(page, [], { PRF_AUTH: 'local' });
  const park = await elsewhere(server.url, 'park');
  const others = async (text: string, version: number) => {
    const data = { description, instruction: text, version };
    const answer = await park.put(`${server.url}/prompts/Basic`, { data });
    expect(answer.status()).toBe(200);
  };
  await others(instruction, 0);
  await page.goto(`${server.url}/engines`);
  await signIn(page, 'lee');
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n내 줄');
  await others(`${instruction}\n남의 줄`, 1);
  await page.keyboard.press('Control+s');
  const conflict = page.getByRole('alert', { name: '다른 사람이 먼저 저장했습니다' });
  await expect(conflict).toContainText('park님이 판 2');
  await expect(conflict).toContainText('남의 줄');
  await expect(conflict).toContainText('내 줄');
  const theirs = { instruction: `${instruction}\n남의 줄`, version: 2, updatedBy: 'park' };
  expect(await live(page)).toMatchObject(theirs);
  await page.getByRole('button', { name: '내 글로 새 판 저장' }).click();
  await expect(page.getByText('판 3(으)로 저장했습니다.')).toBeVisible();
  const mine = { instruction: `${instruction}\n내 줄`, version: 3, updatedBy: 'lee' };
  expect(await live(page)).toMatchObject(mine);
  await others('그 뒤의 글', 3);
  await field(page).click();
  await page.keyboard.type('!');
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: '저장된 판 불러오기' }).click();
  await expect(field(page)).toHaveText('그 뒤의 글');
  await expect(page.getByText('지금 판과 같습니다.')).toBeVisible();
  await park.dispose();
});

test('an older version is looked at and comes back as the newest', async ({ page }) => {
  const older = instruction.replace('직접 인용은 고치지 않는다.\n', '');
  await start(page, ['첫 글', older, instruction]);
  await page.goto(`${server.url}/engines`);
  await page.getByRole('button', { name: '판 이력' }).click();
  await page.getByRole('button', { name: '판 2 보기' }).click();
  await expect(page.locator('.cm-changedLine')).toContainText('직접 인용은 고치지 않는다.');
  await page.getByRole('button', { name: '이 판으로 되돌리기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '이 판으로 되돌리기' }).click();
  await expect(page.getByText('판 2의 글을 판 4(으)로 저장했습니다.')).toBeVisible();
  expect(await live(page)).toMatchObject({ instruction: older, version: 4 });
  const kept = await page.request.get(`${server.url}/prompts/Basic/versions/3`);
  expect((await kept.json()).instruction).toBe(instruction);
});

test('files are added, replaced and deleted', async ({ page }) => {
  await start(page, [instruction]);
  const kept = async () => {
    const answer = await page.request.get(`${server.url}/prompts/Basic`);
    const { files } = (await answer.json()) as {
      files: { fileName: string; fileContent: string }[];
    };
    return files.map(({ fileName, fileContent }) => [fileName, fileContent]);
  };
  await page.goto(`${server.url}/engines`);
  await page.getByRole('button', { name: '파일 0' }).click();
  await expect(page.getByText('파일이 없습니다.')).toBeVisible();
  const input = page.locator('input[type=file]');
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'text/plain', buffer });
  await input.setInputFiles(file('그림.txt', Buffer.from([0x50, 0, 1])));
  await expect(page.getByText('글 파일이 아닙니다: 그림.txt')).toBeVisible();
  // An old file in CP949.
  await input.setInputFiles(file('원칙.txt', Buffer.from([0xb0, 0xa1, 0xb3, 0xaa])));
  await expect(page.getByText('파일을 넣었습니다: 원칙.txt')).toBeVisible();
  expect(await kept()).toEqual([['원칙.txt', '가나']]);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '원칙.txt 바꾸기' }).click();
  await (await chooser).setFiles(file('새 원칙.txt', Buffer.from('다라마')));
  await expect(page.getByText('파일을 바꿨습니다: 새 원칙.txt')).toBeVisible();
  expect(await kept()).toEqual([['새 원칙.txt', '다라마']]);
  await page.getByRole('button', { name: '새 원칙.txt 지우기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '지우기' }).click();
  await expect(page.getByText('파일을 지웠습니다: 새 원칙.txt')).toBeVisible();
  await expect(page.getByText('파일이 없습니다.')).toBeVisible();
  expect(await kept()).toEqual([]);
});

test('the unsaved instruction is tried on a saved article', async ({ page }) => {
  const findings = [
    { original: '내놓는다', replacement: '발표한다', category: 'sentence', message: '문맥' },
  ];
  upstream = await model(home.path, { findings });
  const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: upstream.url };
  await start(page, [instruction], env);
  const article = { conversationId: 'a', engineType: 'Basic', title: '대책' };
  await page.request.post(`${server.url}/conversations`, { data: article });
  const draft = { text: '정부는 대책을 내놓는다.', suggestions: [], version: 0 };
  await page.request.put(`${server.url}/conversations/a/draft`, { data: draft });
  const run = async () => {
    await page.getByRole('button', { name: '시험 교열' }).click();
    await expect(page.getByText('지적 1건')).toBeVisible();
    const last = (await askedOf(upstream)).at(-1);
    if (!last) throw new Error('the model was asked nothing');
    return last;
  };
  await page.goto(`${server.url}/engines`);
  await page.getByRole('button', { name: '시험', exact: true }).click();
  await page.getByLabel('저장된 기사에서 고르기').selectOption('대책');
  await expect(page.getByLabel('시험할 글')).toHaveValue('정부는 대책을 내놓는다.');
  const before = await run();
  const row = page.getByRole('region', { name: '시험' }).getByRole('row').nth(1);
  await expect(row).toContainText('내놓는다 → 발표한다');
  const { input_tokens: input, output_tokens: output } = before.usage;
  const [sum] = await (await page.request.get(`${upstream.url}/_drill/sums`)).json();
  const cost = (sum.cost_nanodollars / 1e9).toFixed(4);
  await expect(page.getByText(`입력 ${input} · 출력 ${output} 토큰 · $${cost}`)).toBeVisible();
  // What is written now goes to the model, and nothing of it is saved.
  await page.getByRole('button', { name: '지시문', exact: true }).click();
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n제목은 스무 자를 넘지 않는다.');
  await page.getByRole('button', { name: '시험', exact: true }).click();
  await page.getByLabel('시험할 글').fill(draft.text);
  const after = await run();
  expect(after.prompt_tokens).toBeGreaterThan(before.prompt_tokens);
  expect(await live(page)).toMatchObject({ instruction, version: 1 });
});

test('who is no administrator is turned away', async ({ page }) => {
  accounts(home.path, { choi: 'desk' });
  await start(page, [], { PRF_AUTH: 'local' });
  await page.goto(`${server.url}/engines`);
  await signIn(page, 'choi');
  await expect(page.getByText('이 화면을 볼 권한이 없습니다.')).toBeVisible();
  const choi = await elsewhere(server.url, 'choi');
  const data = { description, instruction, version: 0 };
  expect((await choi.put(`${server.url}/prompts/Basic`, { data })).status()).toBe(403);
  await choi.dispose();
});
