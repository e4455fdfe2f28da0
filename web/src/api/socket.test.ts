/** Reconnecting, resuming and resending, with a wire of the test's own. */
import { expect, test } from 'vitest';
import { type Connection, Socket, type Wire } from './socket';
import type { ServerFrame } from './types';

function bench() {
  const wires: (Wire & { sent: string[] })[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const states: Connection[] = [];
  const refused: string[] = [];
  const socket = new Socket({
    open: () => {
      const sent: string[] = [];
      const wire = {
        sent,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (text: string) => sent.push(text),
        close: () => {},
      } as Wire & { sent: string[] };
      wires.push(wire);
      return wire;
    },
    later: (run, ms) => timers.push({ run, ms }),
    onConnection: (state) => states.push(state),
    onRefused: () => refused.push('refused'),
  });
  const hear = (wire: Wire | undefined, frame: object) =>
    wire?.onmessage?.({ data: JSON.stringify(frame) });
  return { socket, wires, timers, states, refused, hear };
}

test('a lost connection resumes after the last frame and doubles nothing', () => {
  const { socket, wires, timers, states, hear } = bench();
  const frames: ServerFrame[] = [];
  socket.start({ action: 'proofread', idempotencyKey: 'k' }, (frame) => frames.push(frame));
  wires[0]?.onopen?.();
  hear(wires[0], { type: 'turn_started', turnId: 't', seq: 1 });
  hear(wires[0], { type: 'ai_chunk', turnId: 't', seq: 3 });
  wires[0]?.onclose?.();
  timers.find((timer) => timer.ms === 500)?.run();
  wires[1]?.onopen?.();
  expect(wires[1]?.sent).toEqual([JSON.stringify({ action: 'resume', turnId: 't', afterSeq: 3 })]);
  hear(wires[1], { type: 'ai_chunk', turnId: 't', seq: 3 });
  hear(wires[1], { type: 'chat_end', turnId: 't', seq: 4 });
  hear(wires[1], { type: 'ai_chunk', turnId: 't', seq: 5 });
  expect(frames.map((frame) => frame.seq)).toEqual([1, 3, 4]);
  expect(states).toEqual(['connecting', 'connected', 'offline', 'connecting', 'connected']);
});

test('what was never answered is asked again with its key', () => {
  const { socket, wires, timers } = bench();
  const frame = { action: 'sendMessage', idempotencyKey: 'k' };
  socket.start(frame, () => {});
  wires[0]?.onopen?.();
  expect(wires[0]?.sent).toEqual([JSON.stringify(frame)]);
  wires[0]?.onclose?.();
  timers.find((timer) => timer.ms === 500)?.run();
  wires[1]?.onopen?.();
  expect(wires[1]?.sent).toEqual([JSON.stringify(frame)]);
});

test('a refusal answers the question it belongs to', () => {
  const { socket, wires, hear } = bench();
  const seen: string[] = [];
  socket.start({ action: 'proofread' }, (frame) => seen.push(frame.type));
  wires[0]?.onopen?.();
  hear(wires[0], { type: 'error', code: 'empty_text', message: '' });
  hear(wires[0], { type: 'pong' });
  expect(seen).toEqual(['error']);
});

test('waits longer each time, and pings while open', () => {
  const { socket, wires, timers } = bench();
  socket.connect();
  wires[0]?.onclose?.();
  timers.at(-1)?.run();
  wires[1]?.onclose?.();
  expect(timers.map((timer) => timer.ms)).toEqual([500, 1000]);
  timers.at(-1)?.run();
  wires[2]?.onopen?.();
  timers.at(-1)?.run();
  expect(wires[2]?.sent).toEqual([JSON.stringify({ action: 'ping' })]);
});

test('a connection that answers no ping is given up and made anew', () => {
  const { socket, wires, timers, states, hear } = bench();
  socket.connect();
  wires[0]?.onopen?.();
  socket.wake();
  const silence = () => timers.findLast((timer) => timer.ms === 20_000)?.run();
  hear(wires[0], { type: 'pong' });
  silence();
  expect(states).toEqual(['connecting', 'connected']);
  socket.wake();
  silence();
  expect(states.at(-1)).toBe('offline');
  wires[0]?.onclose?.();
  timers.at(-1)?.run();
  expect(wires).toHaveLength(2);
});

test('a session that ended is told, and nothing is tried until somebody wakes it', () => {
  const { socket, wires, timers, refused } = bench();
  socket.connect();
  wires[0]?.onopen?.();
  const before = timers.length;
  wires[0]?.onclose?.({ code: 4401 });
  expect([refused, timers.length]).toEqual([['refused'], before]);
  socket.wake();
  expect(wires).toHaveLength(2);
});

test('a turn that runs already is followed from its start', () => {
  const { socket, wires, hear } = bench();
  const seen: string[] = [];
  socket.start({ action: 'proofread' }, (frame) => seen.push(frame.type));
  wires[0]?.onopen?.();
  hear(wires[0], { type: 'error', code: 'turn_running', message: '', runningTurnId: 't' });
  expect(wires[0]?.sent.at(-1)).toBe(
    JSON.stringify({ action: 'resume', turnId: 't', afterSeq: 0 }),
  );
  hear(wires[0], { type: 'suggestion', turnId: 't', seq: 1 });
  hear(wires[0], { type: 'chat_end', turnId: 't', seq: 2 });
  expect(seen).toEqual(['suggestion', 'chat_end']);
});
