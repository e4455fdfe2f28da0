/** No screen keeps anybody out: axe finds nothing in light, dark, and at 390 px, and nothing is wider
 * than the window; every screen runs under the page's own policy. */
import { expect, type Page, test } from '@playwright/test';
import { barriers } from './axe';
import { screens } from './screens';
import { served } from './served';

const server = served('file');

/** Hears of everything the page tries against its policy; gives what was heard so far. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    (window as unknown as { heard: string[] }).heard = heard;
    document.addEventListener('securitypolicyviolation', (event) => {
      heard.push(`${event.violatedDirective} ${event.sourceFile} ${event.sample}`);
    });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

const looks = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const;

test('a picture without words and a field without a name are found', async ({ page }) => {
  await page.goto(`${server.url}/settings`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(() => {
    document.querySelector('main')?.append(new Image(), document.createElement('input'));
  });
  expect(await barriers(page)).toEqual([
    ['image-alt', '<img>'],
    ['label', '<input>'],
  ]);
});

for (const { name, open } of screens) {
  test(`${name}: light and dark, 1440 and 390 px`, async ({ page }) => {
    test.setTimeout(120_000);
    const reports = await watch(page);
    const others: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(server.url) && !/^(data|blob):/.test(url)) others.push(url);
    });
    await open(page, server.url);
    for (const [colorScheme, width] of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await barriers(page), `${colorScheme} ${width}`).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${colorScheme} ${width}`).toBeLessThanOrEqual(width);
    }
    // Nobody else is asked for anything, and nothing is tried that the policy forbids.
    expect(others).toEqual([]);
    expect(await reports()).toEqual([]);
  });
}
