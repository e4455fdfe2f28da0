/** When a month's quota begins anew. */

const SEOUL_MS = 9 * 60 * 60 * 1000;

/** The first moment of the next month in Seoul. */
export function nextMonth(now: Date): Date {
  const there = new Date(now.getTime() + SEOUL_MS);
  return new Date(Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1, 1) - SEOUL_MS);
}
