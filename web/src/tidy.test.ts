/** Holds the page's layers: `shared` and `api` know no feature, features know neither each other nor
 * the app. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname);

/** Layer of a path, features by name. */
function layer(path: string): string {
  const [first, second] = path.split('/');
  return first === 'features' ? `features/${second}` : (first ?? '');
}

function allowed(from: string, to: string): boolean {
  if (from === to || from === 'app' || from.endsWith('.ts')) return true;
  if (to === 'shared') return true;
  return to === 'api' && from.startsWith('features/');
}

test('imports go from shared to features to app', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((name) => /\.(ts|svelte)$/.test(name));
  expect(sources.length).toBeGreaterThan(20);
  const turned: string[] = [];
  for (const file of sources) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, target] of text.matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)) {
      if (!target) continue;
      const to = join('/', file, '..', target).slice(1);
      if (!allowed(layer(file), layer(to))) turned.push(`${file} → ${to}`);
    }
  }
  expect(turned).toEqual([]);
});
