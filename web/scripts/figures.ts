/** What the measurements share: how often they run, and how a list of times is told. */

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
