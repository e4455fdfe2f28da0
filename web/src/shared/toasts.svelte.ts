/** Short notices at the edge of the page; they go by themselves, errors stay until they are closed. */

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  action: { label: string; run: () => void } | null;
}

const SHOWN_MS = 6_000;
const MOST = 4;

let shown = $state.raw<readonly Toast[]>([]);
let count = 0;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function close(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  shown = shown.filter((toast) => toast.id !== id);
}

function leaveSoon(id: number): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => close(id), SHOWN_MS),
  );
}

function show(text: string, isError: boolean, action: Toast['action']): number {
  count += 1;
  const toast = { id: count, text, isError, action };
  // The same sentence twice is one notice.
  const others = shown.filter((one) => one.text !== text);
  shown = [...others.slice(-MOST + 1), toast];
  if (!isError) leaveSoon(toast.id);
  return toast.id;
}

export const toasts = {
  get shown(): readonly Toast[] {
    return shown;
  },
  say: (text: string, action: Toast['action'] = null): number => show(text, false, action),
  fail: (text: string, action: Toast['action'] = null): number => show(text, true, action),
  close,
  /** While somebody reads or reaches for a notice it stays. */
  hold(): void {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
  },
  release(): void {
    for (const toast of shown) if (!toast.isError) leaveSoon(toast.id);
  },
};
