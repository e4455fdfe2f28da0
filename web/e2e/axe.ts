/** What axe finds in a page as it is shown now. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The faults: the rule of each, and the elements that break it. */
export async function barriers(page: Page): Promise<string[][]> {
  // Its usual way opens a second page to put together what it found in several frames, and takes twice as
  // long; ours have one frame.
  expect(page.frames()).toHaveLength(1);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
}
