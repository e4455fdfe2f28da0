/** Going from row to row with the arrows. */

/** Moves the focus among the links marked `data-row`; whether the key was one of these. */
export function step(event: KeyboardEvent, within: HTMLElement | undefined): boolean {
  const links = [...(within?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const at = links.indexOf(event.currentTarget as HTMLElement);
  const last = links.length - 1;
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.code];
  if (target === undefined) return false;
  links[Math.max(0, Math.min(last, target))]?.focus();
  return true;
}
