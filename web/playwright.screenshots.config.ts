/** Takes pictures of every screen instead of running tests. */
import config from './playwright.config.ts';

export default { ...config, testMatch: 'screenshots.ts' };
