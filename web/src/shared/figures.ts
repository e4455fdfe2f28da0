/** Figures as people read them, and tables as spreadsheets do. */

/** Millionths of a dollar; four places where it is less than ten cents. */
export function money(microUsd: number): string {
  const dollars = microUsd / 1e6;
  const places = dollars !== 0 && dollars < 0.1 ? 4 : 2;
  const options = { minimumFractionDigits: places, maximumFractionDigits: places };
  return `$${dollars.toLocaleString('en-US', options)}`;
}

/** A share of a hundred to a tenth; a dash where there is nothing to share. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)}%`;
}

function cell(value: string | number | null): string {
  const text = String(value ?? '');
  // A spreadsheet would run what begins so as a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV as RFC 4180 has it, with the mark by which spreadsheets know UTF-8. */
export function csv(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const lines = [head, ...rows].map((row) => row.map(cell).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Gives a text to the person as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
