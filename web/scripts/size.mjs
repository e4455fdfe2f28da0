/** Fails when the page's first load is over budget: 150 KiB of script, 20 of styles, gzipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const html = readFileSync('dist/index.html', 'utf8');
const first = readdirSync('dist/assets').filter((name) => html.includes(name));
const kib = (ending) => {
  const files = first.filter((name) => name.endsWith(ending));
  const bytes = files.map((name) => gzipSync(readFileSync(`dist/assets/${name}`)).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1024;
};
const script = kib('.js');
const styles = kib('.css');
console.log(`first load: script ${script.toFixed(1)} KiB, styles ${styles.toFixed(1)} KiB (gzip)`);
if (script === 0 || script > 150 || styles > 20) {
  console.error('over the budget of 150 KiB script and 20 KiB styles');
  process.exit(1);
}
