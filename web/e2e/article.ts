/** A 2,000-character article written for the tests, with known faults. */
import type { Page } from '@playwright/test';

const filler =
  '관계 부처는 이번 주 안에 세부 방안을 정리해 국회에 보고하기로 했다. 시장에서는 경기 흐름을 더 지켜봐야 한다는 의견이 많았다. ';

/** What stands in the article and what belongs there. */
export const faults: [string, string][] = [
  ['몇일', '며칠'],
  ['정부은', '정부는'],
  ['수 밖에 없', '수밖에 없'],
  ['전세값', '전셋값'],
  ['컨텐츠', '콘텐츠'],
  ['성장율', '성장률'],
  ['갑작스런', '갑작스러운'],
  ['치뤄', '치러'],
  ['됬', '됐'],
  ['3년만에', '3년 만에'],
];

const faulty =
  '정부은 몇일 안에 대책을 내놓는다. 금리를 올릴 수 밖에 없다는 전망이 나왔다. 전세값이 오르고 컨텐츠 수출이 줄면서 성장율이 떨어졌다. 갑작스런 조정에 대비해야 한다. 행사를 치뤄 온 상인들은 3년만에 열린 축제가 됬다며 반겼다. ';

export const article = `한은, 기준금리 동결 😀\n\n${faulty}\n\n${filler.repeat(26)}`;

/** Pastes as a person does, who sees the screen first. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    const target = document.activeElement ?? document.body;
    const init = { clipboardData: data, bubbles: true, cancelable: true };
    target.dispatchEvent(new ClipboardEvent('paste', init));
  }, text);
}

/** The text in the editor, also of what is scrolled away. */
export async function saved(
  page: Page,
  url: string,
): Promise<{ text: string; suggestions: { original: string; state: string }[] }> {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const answer = await page.request.get(`${url}/conversations/${id}/draft`);
  return answer.json();
}
