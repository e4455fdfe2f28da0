/** A real server of its own for each test of a file, or one for all of them. */
import { test } from '@playwright/test';
import { directory, type Running, serve } from './servers';

/** The server of the test that runs. */
export interface Served extends Running {
  /** The directory it serves. */
  readonly path: string;
  /** Starts it over the same directory once it has ended, on a free port unless another address is named. */
  again: (env?: Record<string, string>, listen?: string) => Promise<void>;
}

/** Starts it before each test and ends it after, or before the first and after the last. */
export function served(per: 'test' | 'file' = 'test'): Served {
  let home: ReturnType<typeof directory>;
  let server: Running;
  const [before, after] =
    per === 'test' ? [test.beforeEach, test.afterEach] : [test.beforeAll, test.afterAll];
  const again = async (env?: Record<string, string>, listen?: string) => {
    server = await serve(home.path, env, listen);
  };
  before(async () => {
    home = directory();
    await again();
  });
  after(async () => {
    await server.end();
    home.remove();
  });
  return {
    get url() {
      return server.url;
    },
    get path() {
      return home.path;
    },
    end: () => server.end(),
    again,
  };
}
