/** Asking, streaming, stopping, going on and retrying, with a socket of the test's own. */
import { expect, test } from 'vitest';
import type { Socket } from '../../api/socket';
import type { Message, ServerFrame } from '../../api/types';
import { ChatStore, lineOf } from './chat.svelte';

function bench() {
  const sent: Record<string, unknown>[] = [];
  const stopped: string[] = [];
  let hear: (frame: ServerFrame) => void = () => {};
  const socket = {
    start: (frame: Record<string, unknown>, take: (frame: ServerFrame) => void) => {
      sent.push(frame);
      hear = take;
    },
    stop: (id: string) => stopped.push(id),
  } as unknown as Socket;
  const chat = new ChatStore(socket, 'c', () => 'Basic', []);
  return { chat, sent, stopped, hear: (frame: object) => hear(frame as ServerFrame) };
}

const said = (chat: ChatStore) => chat.lines.map((line) => `${line.role} ${line.text}`);

test('an answer is kept whole with its sources and its price', () => {
  const { chat, sent, hear } = bench();
  chat.ask(' 금리는? 😀 ');
  expect(sent[0]).toMatchObject({ action: 'sendMessage', message: '금리는? 😀' });
  const cache = { state: 'warm', expectedInputUsd: 0.02 };
  hear({ type: 'turn_started', turnId: 't', cache });
  expect(chat.expected).toEqual({ isWarm: true, input: 0.02 });
  hear({ type: 'ai_chunk', chunk: '동결' });
  hear({ type: 'ai_chunk', chunk: '됐습니다' });
  const sources = [{ url: 'https://example.com', title: '발표', quote: '동결' }];
  hear({ type: 'citation_update', sources });
  hear({ type: 'usage', costUsd: 0.03 });
  hear({ type: 'chat_end', outcome: 'completed' });
  expect(said(chat)).toEqual(['user 금리는? 😀', 'assistant 동결됐습니다']);
  expect(chat.lines[1]).toMatchObject({ sources, unfinished: null });
  expect([chat.isAsking, chat.cost]).toEqual([false, 0.03]);
});

test('a stopped answer is kept and can go on', () => {
  const { chat, sent, stopped, hear } = bench();
  chat.ask('금리는?');
  hear({ type: 'turn_started', turnId: 't' });
  hear({ type: 'ai_chunk', chunk: '동결' });
  chat.stop();
  expect(stopped).toEqual(['t']);
  hear({ type: 'turn_stopped' });
  const line = chat.lines[1];
  expect(line?.unfinished).toEqual({ turnId: 't', outcome: 'stopped' });
  if (line) chat.goOn(line);
  expect(sent[1]).toMatchObject({ action: 'continue', turnId: 't' });
  expect(chat.lines[1]?.unfinished).toBeNull();
});

test('a failed question is asked again once, not twice', () => {
  const { chat, sent, hear } = bench();
  chat.ask('금리는?');
  hear({ type: 'error', code: 'quota_reached', message: '모두 썼습니다.' });
  expect([chat.failure, chat.failureCode]).toEqual(['모두 썼습니다.', 'quota_reached']);
  chat.retry();
  expect(said(chat)).toEqual(['user 금리는?']);
  expect(sent).toHaveLength(2);
});

test('a saved answer that was cut can go on', () => {
  const metadata = { turnId: 't', outcome: 'interrupted' } as unknown as Message['metadata'];
  const message = { id: 'm', role: 'assistant', type: 'text', content: '끊긴', timestamp: '' };
  expect(lineOf({ ...message, metadata }).unfinished).toEqual({
    turnId: 't',
    outcome: 'interrupted',
  });
});
