/** Payloads made to harm, and a witness that hears of anything they achieve in the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type APIRequestContext, expect, type Page } from '@playwright/test';

export interface Payload {
  kind: string;
  /** Names it in what is shown: its place in the corpus. */
  tag: string;
  text: string;
}

interface Written {
  kind: string;
  text: string;
  /** So often it is said. */
  times?: number;
}

const corpus = readFileSync(join(import.meta.dirname, 'injections.json'), 'utf8');

export const payloads: Payload[] = (JSON.parse(corpus) as Written[]).map((one, place) => ({
  kind: one.kind,
  tag: `p${String(place).padStart(3, '0')}`,
  text: one.text.repeat(one.times ?? 1),
}));

/** In one line behind its tag, as names and titles are given. */
export const named = ({ tag, text }: Payload, limit = 200) => `${tag} ${text}`.slice(0, limit);

/** The status of a request, which is never a fault of the server's. */
export async function send(
  request: APIRequestContext,
  method: string,
  url: string,
  data: unknown,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await request.fetch(url, {
    method,
    data: JSON.stringify(data),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const status = answer.status();
  if (status >= 500) throw new Error(`${method} ${url}: ${status} ${await answer.text()}`);
  return status;
}

/** Tags in what is shown there now, in their order and each once. */
export async function tagsIn(page: Page, selector = 'body'): Promise<string[]> {
  // Not what is laid out: a long log draws only what is in view.
  const texts = await page.locator(selector).allTextContents();
  const fields = await page
    .locator(`${selector} :is(input, textarea)`)
    .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  const found: string[] = [...texts, ...fields].join(' ').match(/p\d{3}/g) ?? [];
  const known = payloads.map((one) => one.tag);
  return known.filter((tag) => found.includes(tag));
}

/** Waits until exactly these are shown. */
export async function shows(page: Page, selector: string, tags: string[]): Promise<void> {
  await expect.poll(() => tagsIn(page, selector), { timeout: 30_000 }).toEqual([...tags].sort());
}

/** Opens an article's findings one by one until so many tags were among them, or so many were opened;
 * gives the tags. */
export async function stepped(page: Page, wanted: number, most = wanted * 2): Promise<string[]> {
  await expect(page.locator('[data-card]').first()).toBeVisible();
  await page.getByRole('textbox', { name: '기사 본문' }).click();
  await page.keyboard.press('Control+Home');
  const opened = new Set<string>();
  for (let step = 0; step < most && opened.size < wanted; step += 1) {
    await page.keyboard.press('F8');
    const card = await page.locator('article.active').textContent();
    const tag = /p\d{3}/.exec(card ?? '')?.[0];
    if (tag) opened.add(tag);
  }
  return [...opened].sort();
}

/** Hears of scripts that run, dialogs, windows, other sites, what the policy stops, and of every
 * element and attribute in the page that none of its screens is made of. */
export async function witness(page: Page, origin: string): Promise<string[]> {
  const heard: string[] = [];
  await page.exposeFunction('tellWitness', (said: string) => {
    if (!heard.includes(said)) heard.push(said);
  });
  await page.addInitScript(eye);
  page.on('dialog', (dialog) => {
    // Ours asks whether to leave what was not saved.
    if (dialog.type() !== 'beforeunload') heard.push(`dialog ${dialog.message()}`);
    void (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss());
  });
  page.on('popup', (popup) => heard.push(`window ${popup.url()}`));
  page.on('pageerror', (error) => heard.push(`error ${error.message}`));
  page.on('frameattached', (frame) => heard.push(`frame ${frame.url()}`));
  const own = new URL(origin).host;
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== own) heard.push(`asked ${url}`);
  });
  return heard;
}

/** Runs in the page before anything else. */
function eye(): void {
  const said = new Set<string>();
  const tell = (what: string) => {
    if (said.has(what)) return;
    said.add(what);
    (window as unknown as { tellWitness: (what: string) => void }).tellWitness(what);
  };
  Object.assign(window, { hit: () => tell('a script ran') });
  document.addEventListener('securitypolicyviolation', (event) => {
    tell(`policy ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  const tags = new Set(
    `a article aside b blockquote br button caption code dd del details dialog div dl dt em
    fieldset figcaption figure footer form h1 h2 h3 h4 header hr i img input ins kbd label legend
    li main mark meter nav ol optgroup option output p pre progress q s section select small span
    strong summary sup table tbody td textarea tfoot th thead time tr u ul
    svg circle defs g line path pattern polyline rect text title`.split(/\s+/),
  );
  const attributes =
    /^(on|src|xlink:|formaction|action|background|poster|ping|data$|popover|is$|http-equiv|manifest)/i;
  const check = (element: Element) => {
    if (element.closest('head')) return;
    const where = element.outerHTML.slice(0, 160);
    if (!tags.has(element.localName)) tell(`element ${where}`);
    // The one part of ours that the browser opens.
    const isExports =
      element.id === 'exports' || element.getAttribute('popovertarget') === 'exports';
    for (const { name, value } of element.attributes) {
      if (isExports && name.startsWith('popover')) continue;
      if (attributes.test(name)) tell(`attribute ${name} in ${where}`);
      if (name === 'style' && /url\(|expression|@import/i.test(value)) tell(`style in ${where}`);
      if (['id', 'name'].includes(name) && /^hits?$/.test(value)) tell(`name in ${where}`);
      if (name === 'href') link(element, value, where);
    }
  };
  const link = (element: Element, value: string, where: string) => {
    const url = URL.canParse(value, location.href) ? new URL(value, location.href) : null;
    const isWeb = url && ['http:', 'https:'].includes(url.protocol);
    if (!(element instanceof HTMLAnchorElement) || !isWeb) return tell(`link ${where}`);
    const isAway = element.target === '_blank' && element.relList.contains('noopener');
    // Ours begin at the root or stay on the page; any other opens elsewhere and knows nothing of us.
    const isOurs = url.origin === location.origin && /^(\/(?!\/)|#)/.test(value);
    if (!isOurs && !isAway) tell(`link ${where}`);
  };
  const walk = (node: Node) => {
    if (!(node instanceof Element) || !document.body || node === document.documentElement) return;
    if (node !== document.body && node !== document.head) check(node);
    for (const one of node.querySelectorAll('*')) check(one);
  };
  new MutationObserver((records) => {
    for (const { addedNodes, target, type } of records) {
      for (const node of addedNodes) walk(node);
      if (type === 'attributes' && target instanceof Element && document.body?.contains(target)) {
        if (target !== document.body) check(target);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}
