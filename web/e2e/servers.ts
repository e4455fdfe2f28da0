/** Real servers for the browser tests: `prf serve` over a fresh directory, and `prf drill`, which
 * speaks the model's streaming API. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = process.env.PRF_BIN ?? join(import.meta.dirname, '../../target/debug/prf');

export interface Running {
  url: string;
  end: () => Promise<void>;
}

function start(args: string[], env: Record<string, string>): Promise<Running> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const url = line.replace('listening on ', '').trim();
      resolve({ url, end: () => ended(child) });
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** A directory for one test, with the way to remove it. */
export function directory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'prf-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** `prf serve`, on a free port unless another address is named. */
export function serve(
  data: string,
  env: Record<string, string> = {},
  listen = '127.0.0.1:0',
): Promise<Running> {
  return start(['serve', '--listen', listen, '--data', data], env);
}

/** An account of the server's own, for `PRF_AUTH=local`. */
export function account(data: string, name: string, role: string, password: string): void {
  const args = ['user', 'add', '--role', role, '--data', data, name];
  execFileSync(program, args, { env: {}, input: `${password}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** The model on a free port; every request is answered by that step of a script. */
export function model(data: string, step: object): Promise<Running> {
  const file = join(data, 'script.json');
  writeFileSync(file, JSON.stringify({ default: step }));
  return start(['drill', '--script', file], {});
}
