/** Every state the workbench is designed for, with the test that shows it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const states: readonly (readonly [string, string])[] = [
  ['empty page', 'an empty text, a clean text and a paste on the list are each answered'],
  ['empty list and sample', 'an empty list, a sample, and a server that is away'],
  [
    'running',
    'the model finds one by one beside the rules, without doubles, and the bill is exact',
  ],
  ['slow, with stop', 'a run that takes long says so and can be stopped'],
  ['stopped', 'stop ends the run upstream and keeps what came'],
  ['partial failure', 'a cut run keeps what came and goes on; a used-up quota says until when'],
  ['nothing found', 'an empty text, a clean text and a paste on the list are each answered'],
  ['stale paragraph', 'a paragraph whose finding died is read again, and only it'],
  ['offline', 'text and decisions made offline come back after a reload and are sent'],
  ['server gone', 'a server killed in mid-run loses no text, and the page comes back by itself'],
  ['server gone in an answer', 'a server killed in the middle of an answer keeps what it said'],
  ['text too long', 'a text over the limit of its writer is said before it is sent'],
  ['session ended', 'a session that ends is said, and signing in again loses no text'],
  ['quota reached', 'a used-up quota says until when, and the rules go on'],
  [
    'model not configured',
    'it is said on every screen that nobody has to sign in, and that there is no model',
  ],
  [
    'edited elsewhere',
    'a second window reads until it takes over, and nothing of the first is lost',
  ],
  ['saved elsewhere', 'what another browser saved first is not overwritten unless one says so'],
  ['long conversation', 'of 500 messages 80 are in the page and those in view are drawn'],
];

test('every state is shown by a test', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.spec.ts'));
  const others = files.filter((name) => name !== 'state-list.spec.ts');
  const written = others
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join();
  const missing = states.filter(([, title]) => !written.includes(`test('${title}'`));
  expect(missing).toEqual([]);
});
