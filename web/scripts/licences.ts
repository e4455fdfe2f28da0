/** Writes the licences of everything that is shipped with the page into one file of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8'));
}

/** The names of packages and of what they need, each once. */
function withNeeds(names: string[], known = new Set<string>()): Set<string> {
  for (const name of names) {
    if (known.has(name) || !existsSync(join('node_modules', name, 'package.json'))) continue;
    known.add(name);
    withNeeds(Object.keys(manifestOf(name).dependencies ?? {}), known);
  }
  return known;
}

function licenceText(name: string): string {
  const folder = join('node_modules', name);
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : '';
}

/** Everything `package.json` names under `dependencies`, with what that needs. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const own: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
      const names = [...withNeeds(Object.keys(own.dependencies ?? {}))].sort();
      const parts = names.map((name) => {
        const { version, license } = manifestOf(name);
        return `${name} ${version} (${license ?? 'see below'})\n\n${licenceText(name)}`.trim();
      });
      const source = `${parts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
      this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source });
    },
  };
}
