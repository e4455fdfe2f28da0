/** A conversation of many messages, as the server keeps it. */
import { expect, type Page } from '@playwright/test';

/** Questions and answers in turn, so many of both together; gives the conversation's id. */
export async function longChat(page: Page, url: string, count: number): Promise<string> {
  const conversationId = crypto.randomUUID();
  const messages = Array.from({ length: count }, (_, at) => {
    const number = Math.floor(at / 2) + 1;
    const isQuestion = at % 2 === 0;
    return {
      id: `m-${at}`,
      role: isQuestion ? 'user' : 'assistant',
      content: isQuestion
        ? `질문 ${number}: 이 문장은 어떤가요?`
        : `답 ${number}: **“기준금리”**는 그대로입니다. 😀\n\n- 첫째 까닭\n- 둘째 까닭`,
    };
  });
  const answer = await page.request.post(`${url}/conversations`, {
    data: { conversationId, engineType: 'Basic', title: '긴 대화', messages },
  });
  expect(answer.status()).toBe(201);
  return conversationId;
}
