/** Sums of usage and acceptance: by day, engine, user and category. */
import type { AcceptanceRow, DayRow, Period } from './remote';

export const measures = ['tokens', 'cost', 'turns'] as const;
export type Measure = (typeof measures)[number];

const DAY_MS = 86_400_000;

/** The day in Seoul of a moment. */
export function seoulDay(at: Date): string {
  return at.toLocaleDateString('en-CA', { timeZone: 'Asia/Seoul' });
}

/** The day so many days later. */
export function laterDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The usual periods, counted in Seoul. */
export function periodOf(name: 'last30' | 'thisMonth' | 'lastMonth', now: Date): Period {
  const today = seoulDay(now);
  if (name === 'last30') return { from: laterDay(today, -29), to: today };
  const first = `${today.slice(0, 7)}-01`;
  if (name === 'thisMonth') return { from: first, to: today };
  const to = laterDay(first, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
}

/** Every day from the first to the last, both included; at most 400. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 400; day = laterDay(day, 1)) days.push(day);
  return days;
}

export function amount(row: DayRow, measure: Measure): number {
  if (measure === 'cost') return row.costMicroUsd;
  return measure === 'turns' ? row.turns : row.inputTokens + row.outputTokens;
}

export type Sum = Omit<DayRow, 'userId' | 'engineType' | 'day'> & { name: string };

/** Rows summed by what `name` gives; the largest cost first, then by name. */
export function sumBy(rows: readonly DayRow[], name: (row: DayRow) => string): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const before = sums.get(name(row));
    sums.set(name(row), {
      name: name(row),
      turns: (before?.turns ?? 0) + row.turns,
      inputTokens: (before?.inputTokens ?? 0) + row.inputTokens,
      outputTokens: (before?.outputTokens ?? 0) + row.outputTokens,
      cacheReadTokens: (before?.cacheReadTokens ?? 0) + row.cacheReadTokens,
      cacheWriteTokens: (before?.cacheWriteTokens ?? 0) + row.cacheWriteTokens,
      searches: (before?.searches ?? 0) + row.searches,
      costMicroUsd: (before?.costMicroUsd ?? 0) + row.costMicroUsd,
    });
  }
  return [...sums.values()].sort(
    (one, other) => other.costMicroUsd - one.costMicroUsd || one.name.localeCompare(other.name),
  );
}

/** A bar of a day: its parts by engine, from the bottom. */
export interface Bar {
  day: string;
  parts: { engine: string; value: number }[];
  sum: number;
}

export function bars(rows: readonly DayRow[], period: Period, measure: Measure): Bar[] {
  const engines = [...new Set(rows.map((row) => row.engineType))].sort();
  return daysOf(period).map((day) => {
    const parts = engines.map((engine) => {
      const own = rows.filter((row) => row.day === day && row.engineType === engine);
      return { engine, value: own.reduce((sum, row) => sum + amount(row, measure), 0) };
    });
    return { day, parts, sum: parts.reduce((sum, part) => sum + part.value, 0) };
  });
}

/** A round number at or above the highest bar, so that lines of the chart can be read. */
export function ceiling(highest: number): number {
  if (highest <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(highest));
  const fitting = [1, 2, 2.5, 5, 10].find((one) => one * step >= highest) ?? 10;
  return fitting * step;
}

export interface Taken {
  name: string;
  accepted: number;
  edited: number;
  /** Accepted, edited, rejected and always ignored together. */
  decided: number;
}

/** How findings were taken, by category; those with the most decisions first. */
export function takenByCategory(rows: readonly AcceptanceRow[]): Taken[] {
  const sums = new Map<string, Taken>();
  for (const row of rows) {
    const before = sums.get(row.category) ?? {
      name: row.category,
      accepted: 0,
      edited: 0,
      decided: 0,
    };
    sums.set(row.category, {
      name: row.category,
      accepted: before.accepted + row.accepted,
      edited: before.edited + row.edited,
      decided: before.decided + decided(row),
    });
  }
  return [...sums.values()].sort((one, other) => other.decided - one.decided);
}

export function decided(row: AcceptanceRow): number {
  return row.accepted + row.edited + row.rejected + row.alwaysIgnored;
}
