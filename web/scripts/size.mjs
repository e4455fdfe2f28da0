/** Fails when a screen's first load is over budget: 150 KiB of script, 20 of styles, gzipped. What
 * counts is the page itself with the chunk of the screen and everything these import at once. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
// Screens are what the page itself reads; what a screen reads later is no part of its first load.
const screens = manifest['index.html'].dynamicImports.filter((name) =>
  /features\/[^/]+\/[^/]+\.svelte$/.test(name),
);

/** Files of a chunk and of its imports. */
function files(name, known = new Set()) {
  if (known.has(name)) return [];
  known.add(name);
  const { file, css = [], imports = [] } = manifest[name];
  return [file, ...css, ...imports.flatMap((one) => files(one, known))];
}

function kib(names, ending) {
  const bytes = [...new Set(names)]
    .filter((name) => name.endsWith(ending))
    .map((name) => gzipSync(readFileSync(`dist/${name}`)).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1024;
}

let isOver = screens.length === 0;
for (const screen of screens) {
  const known = new Set();
  const all = [...files('index.html', known), ...files(screen, known)];
  const script = kib(all, '.js');
  const styles = kib(all, '.css');
  console.log(`${screen}: script ${script.toFixed(1)} KiB, styles ${styles.toFixed(1)} KiB (gzip)`);
  isOver ||= script === 0 || script > 150 || styles > 20;
}
if (isOver) {
  console.error('over the budget of 150 KiB script and 20 KiB styles');
  process.exit(1);
}
