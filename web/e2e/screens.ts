/** Every screen with the way to it, for whoever looks at them all: axe and the screenshots. */
import { expect, type Page } from '@playwright/test';
import { article, paste } from './article';
import { desk } from './fixtures';
import { longChat } from './long-chat';

export interface Screen {
  name: string;
  open: (page: Page, url: string) => Promise<void>;
}

function part(name: string, path: string, button: string | null, sign: string): Screen {
  return {
    name,
    open: async (page, url) => {
      await desk(page);
      await page.goto(url + path);
      if (button) await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByText(sign).first()).toBeVisible();
    },
  };
}

export const screens: Screen[] = [
  part('articles', '/', null, '한은, 기준금리 연 2.50% 동결'),
  {
    name: 'workbench',
    open: async (page, url) => {
      await page.goto(url);
      await paste(page, article);
      await expect(page.locator('[data-card]').first()).toBeVisible();
      await page.keyboard.press('F8');
    },
  },
  {
    name: 'embargo',
    open: async (page, url) => {
      await page.goto(url);
      await paste(page, article);
      await expect(page.locator('[data-card]').first()).toBeVisible();
      await page.getByRole('combobox', { name: '엠바고' }).selectOption('no-model');
      await expect(page.getByText('이 기사는 AI에 보내지 않습니다.').first()).toBeVisible();
      await page.getByRole('tab', { name: '사실 확인' }).click();
      await expect(page.getByRole('button', { name: '웹에서 사실 확인' })).toBeDisabled();
    },
  },
  {
    name: 'chat',
    open: async (page, url) => {
      const id = await longChat(page, url, 120);
      await page.goto(`${url}/articles/${id}`);
      await page.getByRole('tab', { name: '대화' }).click();
      await expect(page.getByText('답 60:')).toBeVisible();
    },
  },
  part('dictionary', '/house', null, '콘퍼런스콜'),
  {
    name: 'rules',
    open: async (page, url) => {
      await part('', '/house/rules', null, 'spelling/confused-words').open(page, url);
      await page.getByRole('button', { name: /spelling\/confused-words/ }).click();
      await expect(page.getByText('한글 맞춤법 제27항')).toBeVisible();
      await expect(page.getByText(/이 규칙/).last()).toBeVisible();
    },
  },
  {
    name: 'engines',
    open: async (page, url) => {
      await part('', '/engines', null, '까지 유지').open(page, url);
      await page.getByRole('textbox', { name: '지시문' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('\n제목은 스무 자를 넘지 않는다.');
      await page.getByRole('checkbox', { name: '바뀐 곳 보기' }).check();
      await expect(page.getByText('저장하지 않은 글이 있습니다.')).toBeVisible();
    },
  },
  part('engine-files', '/engines', '파일 2', '표기 원칙.txt'),
  {
    name: 'engine-versions',
    open: async (page, url) => {
      await part('', '/engines', '판 이력', 'kim').open(page, url);
      await page.getByRole('button', { name: '판 6 보기' }).click();
      await expect(page.getByText('판 6 → 지금 판 7').first()).toBeVisible();
    },
  },
  part('engine-trial', '/engines', '시험', '시험할 글'),
  part('usage', '/reports', null, '날짜별 토큰'),
  part('acceptance', '/reports', '수락률', '분류별 수락률'),
  part('quotas', '/reports', '한도', '설정 파일'),
  part('audit', '/reports', '감사 기록', '기록이 이어져 있습니다.'),
  part('settings', '/settings', null, '글자 크기'),
];
