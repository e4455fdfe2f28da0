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

/** A request as the simulator tells of it: what tests look at. */
export interface Asked {
  state: 'running' | 'completed' | 'cancelled' | 'failed';
  prompt_tokens: number;
  usage: { input_tokens: number; output_tokens: number };
}

function start(args: string[], env: Record<string, string>): Promise<Running> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const leaks: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (isLeak(line)) leaks.push(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const url = line.replace('listening on ', '').trim();
      resolve({ url, end: () => ended(child, leaks) });
    });
  });
}

/** Articles and names of the tests are Korean or hostile, and what is logged is neither. */
function isLeak(line: string): boolean {
  const escaped =
    /\p{Script=Hangul}|\\u(11|31|a[c-f]|[bc][0-9a-f]|d[0-7])[0-9a-f]{2}|%E[A-D]%|\\xe[a-d]\\x/iu;
  return escaped.test(line) || /outside\.example|hit\(|Bearer |prf_session=/.test(line);
}

/** Ends it; fails where its log held anything of what it was sent. */
function ended(child: ChildProcess, leaks: string[]): Promise<void> {
  const judge = () => {
    if (leaks.length > 0) {
      throw new Error(`the log holds what it must not: ${leaks.slice(0, 3).join('\n')}`);
    }
  };
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve().then(judge);
  const closed = new Promise<void>((resolve) => {
    child.removeAllListeners('exit');
    // The last lines come before the pipes close, and may come after the end.
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
  return closed.then(judge);
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

/** What the model has been asked so far, and what became of it. */
export async function askedOf(upstream: Running | null): Promise<Asked[]> {
  return (await fetch(`${upstream?.url}/_drill/requests`)).json();
}

/** The model on a free port; every request is answered by that step of a script. */
export function model(data: string, step: object): Promise<Running> {
  const file = join(data, 'script.json');
  writeFileSync(file, JSON.stringify({ default: step }));
  return start(['drill', '--script', file], {});
}
