/** Prompts: compare, save, conflict, versions, files, trial. */
import { expect, type Page, test } from '@playwright/test';
import { desk, instruction, prompt } from './fixtures';
import { answer, error, signedInAs } from './mocks';
import { directory, type Running, serve } from './servers';

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

/** A prompt that keeps what is saved; `others` saves meanwhile. */
async function prompts(page: Page) {
  let live = { ...prompt };
  await desk(page);
  const asked = await answer(page, '/prompts/Basic', ({ method, body }) => {
    if (method === 'GET') return { json: { prompt: live, files: [] } };
    const saved = body as { instruction: string; description: string; version: number };
    if (saved.version !== live.version) {
      return { status: 409, json: error('conflict', '다른 사람이 먼저 저장했습니다.') };
    }
    live = { ...live, ...saved, version: live.version + 1, updatedBy: 'local' };
    return { json: { message: '저장했습니다.', version: live.version } };
  });
  const others = (text: string) => {
    live = { ...live, instruction: text, version: live.version + 1, updatedBy: 'park' };
  };
  return { asked, others, live: () => live };
}

const field = (page: Page) => page.getByRole('textbox', { name: '지시문' });

test('a change is compared with what is live and saved as the next version', async ({ page }) => {
  const { live } = await prompts(page);
  await page.goto(`${server.url}/engines`);
  await expect(page.getByText('지금 판과 같습니다.')).toBeVisible();
  await expect(page.getByText('139,210자 · 약 65,100토큰')).toBeVisible();
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n새 줄');
  await expect(page.getByText('저장하지 않은 글이 있습니다.')).toBeVisible();
  await page.getByRole('checkbox', { name: '바뀐 곳 보기' }).check();
  await expect(page.locator('.cm-changedLine').last()).toContainText('새 줄');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('판 8(으)로 저장했습니다.')).toBeVisible();
  expect(live().instruction).toBe(`${instruction}\n새 줄`);
  await expect(page.getByText('지금 판 8')).toBeVisible();
});

test('who saves too late sees both texts and chooses', async ({ page }) => {
  const { others, live } = await prompts(page);
  await page.goto(`${server.url}/engines`);
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n내 줄');
  others(`${instruction}\n남의 줄`);
  await page.keyboard.press('Control+s');
  const conflict = page.getByRole('alert', { name: '다른 사람이 먼저 저장했습니다' });
  await expect(conflict).toContainText('park님이 판 8');
  await expect(conflict).toContainText('남의 줄');
  await expect(conflict).toContainText('내 줄');
  expect(live().instruction).toBe(`${instruction}\n남의 줄`);
  await page.getByRole('button', { name: '내 글로 새 판 저장' }).click();
  await expect(page.getByText('판 9(으)로 저장했습니다.')).toBeVisible();
  expect(live().instruction).toBe(`${instruction}\n내 줄`);
  others('그 뒤의 글');
  await field(page).click();
  await page.keyboard.type('!');
  await page.keyboard.press('Control+s');
  await page.getByRole('button', { name: '저장된 판 불러오기' }).click();
  await expect(field(page)).toHaveText('그 뒤의 글');
  await expect(page.getByText('지금 판과 같습니다.')).toBeVisible();
});

test('an older version is looked at and comes back as the newest', async ({ page }) => {
  const { asked } = await prompts(page);
  await page.goto(`${server.url}/engines`);
  await page.getByRole('button', { name: '판 이력' }).click();
  await page.getByRole('button', { name: '판 6 보기' }).click();
  await expect(page.locator('.cm-changedLine')).toContainText('직접 인용은 고치지 않는다.');
  await page.getByRole('button', { name: '이 판으로 되돌리기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '이 판으로 되돌리기' }).click();
  await expect(page.getByText('판 6의 글을 판 8(으)로 저장했습니다.')).toBeVisible();
  const put = asked.find((one) => one.method === 'PUT');
  expect(put?.body).toEqual({
    description: prompt.description,
    instruction: instruction.replace('직접 인용은 고치지 않는다.\n', ''),
    version: 7,
  });
});

test('files are added, replaced and deleted', async ({ page }) => {
  await prompts(page);
  const asked = await answer(page, /^\/prompts\/Basic\/files/, ({ method, body }) => {
    const file = { promptId: 'Basic', fileId: 'f9', createdAt: '2026-11-27T00:00:00Z' };
    if (method === 'POST') return { status: 201, json: { file: { ...file, ...(body as object) } } };
    return { json: { message: 'done' } };
  });
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
  expect(asked.at(-1)?.body).toEqual({ fileName: '원칙.txt', fileContent: '가나' });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '원칙.txt 바꾸기' }).click();
  await (await chooser).setFiles(file('새 원칙.txt', Buffer.from('다라마')));
  await expect(page.getByText('파일을 바꿨습니다: 새 원칙.txt')).toBeVisible();
  expect(asked.at(-1)).toMatchObject({ method: 'PUT', path: '/prompts/Basic/files/f9' });
  await page.getByRole('button', { name: '새 원칙.txt 지우기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '지우기' }).click();
  await expect(page.getByText('파일을 지웠습니다: 새 원칙.txt')).toBeVisible();
  await expect(page.getByText('파일이 없습니다.')).toBeVisible();
});

test('the unsaved instruction is tried', async ({ page }) => {
  await prompts(page);
  const asked = await answer(page, '/prompts/Basic/trial', () => ({
    json: {
      suggestions: [
        {
          id: 's1',
          start: 0,
          end: 2,
          original: '몇일',
          replacements: ['며칠'],
          category: 'spelling',
          ruleId: null,
          source: 'ai',
          severity: 'error',
          message: '며칠이 맞습니다',
          safe: true,
        },
      ],
      usage: { inputTokens: 65_300, outputTokens: 120, totalTokens: 65_420 },
      costMicroUsd: 41_230,
      outcome: 'completed',
      notices: [],
    },
  }));
  await page.goto(`${server.url}/engines`);
  await field(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('!');
  await page.getByRole('button', { name: '시험', exact: true }).click();
  await page.getByLabel('시험할 글').fill('몇일 뒤');
  await page.getByRole('button', { name: '시험 교열' }).click();
  await expect(page.getByText('지적 1건')).toBeVisible();
  await expect(page.getByText('입력 65,300 · 출력 120 토큰 · $0.0412')).toBeVisible();
  expect(asked[0]?.body).toEqual({
    text: '몇일 뒤',
    description: prompt.description,
    instruction: `${instruction}!`,
  });
});

test('who is no administrator is turned away', async ({ page }) => {
  await signedInAs(page, 'desk');
  await page.goto(`${server.url}/engines`);
  await expect(page.getByText('이 화면을 볼 권한이 없습니다.')).toBeVisible();
});
