/** Pictures of every screen for people to look at: `make screenshots` writes them into
 * `screenshots`, which git ignores. */
import { test } from '@playwright/test';
import { screens } from './screens';
import { served } from './served';

const server = served('file');

const looks = [
  { look: 'light', colorScheme: 'light', width: 1440, height: 900 },
  { look: 'dark', colorScheme: 'dark', width: 1440, height: 900 },
  { look: 'phone', colorScheme: 'light', width: 390, height: 844 },
] as const;

for (const { name, open } of screens) {
  test(name, async ({ page }) => {
    test.setTimeout(120_000);
    await open(page, server.url);
    for (const { look, colorScheme, width, height } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: `screenshots/${name}-${look}.png` });
    }
  });
}
