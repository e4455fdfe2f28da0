/** What the measurements share: how often they run, how a list of times is told, and the processor time
 * behind them, which other programs on the machine do not change much. */
import type { CDPSession, Page } from '@playwright/test';

export const RUNS = 3;

function at(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median and 95th percentile of times in milliseconds, beside the bound where there is one. */
export function told(name: string, times: readonly number[], boundMs: number | null): string {
  const [median, p95] = [at(times, 0.5), at(times, 0.95)].map((one) => one.toFixed(1).padStart(6));
  const bound = boundMs === null ? 'no bound' : `bound ${boundMs} ms`;
  const counted = `${times.length} in ${RUNS} runs`;
  return `${name.padEnd(24)} median ${median} ms  p95 ${p95} ms  ${bound}  (${counted})`;
}

/** Processor time of the page's main thread in milliseconds; `all` has painting in it too. */
export interface Work {
  script: number;
  style: number;
  layout: number;
  all: number;
}

const METRICS: Record<keyof Work, string> = {
  script: 'ScriptDuration',
  style: 'RecalcStyleDuration',
  layout: 'LayoutDuration',
  all: 'TaskDuration',
};
const parts = Object.keys(METRICS) as (keyof Work)[];

/** Counts the thread's own time, in which a thread that waits for its turn spends none. */
export async function counter(page: Page): Promise<() => Promise<Work>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const found = new Map(metrics.map(({ name, value }) => [name, value * 1_000]));
    const of = (part: keyof Work) => found.get(METRICS[part]) ?? Number.NaN;
    return { script: of('script'), style: of('style'), layout: of('layout'), all: of('all') };
  };
}

/** What was worked between two counts, for each of so many presses. */
export function worked(before: Work, after: Work, presses: number): Work {
  const each = (part: keyof Work) => (after[part] - before[part]) / presses;
  return {
    script: each('script'),
    style: each('style'),
    layout: each('layout'),
    all: each('all'),
  };
}

/** Processor time per press, the mean of the runs. */
export function toldWork(name: string, works: readonly Work[]): string {
  const mean = (part: keyof Work) =>
    (works.reduce((sum, work) => sum + work[part], 0) / works.length).toFixed(1).padStart(5);
  const [script, style, layout, all] = parts.map(mean);
  return `${name.padEnd(24)} script ${script}  style ${style}  layout ${layout}  all of it ${all} ms of processor time`;
}
