/** One window edits, the other reads and takes over, with locks of the test's own. */
import { expect, test } from 'vitest';
import { Presence, type Surroundings } from './presence.svelte';

/** Two windows that share one lock and one channel. */
function windows() {
  let holder: object | null = null;
  const waiting: (() => void)[] = [];
  const channels: { onmessage: ((event: MessageEvent) => void) | null }[] = [];
  const request = async (
    _name: string,
    options: LockOptions,
    run: (lock: Lock | null) => Promise<void>,
  ) => {
    if (holder && options.ifAvailable) return run(null);
    while (holder) await new Promise<void>((resolve) => waiting.push(resolve));
    holder = {};
    await run({} as Lock);
    holder = null;
    for (const wake of waiting.splice(0)) wake();
  };
  const around = (): Surroundings => ({
    locks: { request } as unknown as LockManager,
    channel: () => {
      const own = {
        onmessage: null as ((event: MessageEvent) => void) | null,
        postMessage: (data: unknown) => {
          for (const other of channels) {
            if (other !== own) other.onmessage?.({ data } as MessageEvent);
          }
        },
        close: () => {},
      };
      channels.push(own);
      return own;
    },
  });
  return around;
}

const settled = async () => {
  for (let count = 0; count < 20; count += 1) await Promise.resolve();
};

test('the second window reads until it takes over, and the first saves before it leaves', async () => {
  const around = windows();
  const log: string[] = [];
  const open = (name: string) =>
    new Presence(
      'c',
      async () => {
        log.push(`${name} saves`);
      },
      (wasElsewhere) => log.push(`${name} edits${wasElsewhere ? ' on' : ''}`),
      around(),
    );
  const first = open('first');
  const second = open('second');
  first.begin();
  second.begin();
  await settled();
  expect([first.state, second.state]).toEqual(['editing', 'reading']);
  second.takeOver();
  await settled();
  expect([first.state, second.state]).toEqual(['reading', 'editing']);
  expect(log).toEqual(['first edits', 'first saves', 'second edits on']);
  second.end();
  first.takeOver();
  await settled();
  expect(first.state).toBe('editing');
});

test('a browser without locks edits alone', () => {
  const around = { locks: undefined, channel: () => ({}) } as unknown as Surroundings;
  const presence = new Presence(
    'c',
    async () => {},
    () => {},
    around,
  );
  presence.begin();
  expect([presence.state, presence.mayEdit]).toEqual(['alone', true]);
});
