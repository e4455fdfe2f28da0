/** Keeps the end of a growing list in view until somebody moves away from it. That the list moves while
 * its length changes says nothing: lines that are measured only once they are drawn push it too. */

/** So many pixels above the end still count as the end. */
const NEAR = 60;
const AWAY = ['ArrowUp', 'PageUp', 'Home'];

export class Following {
  #isAtEnd = true;

  /** From now on the end is followed, wherever the list stands. */
  begin(): void {
    this.#isAtEnd = true;
  }

  /** Watches a scrolled element whose only child is the list; gives the way to stop. */
  readonly watch = (log: HTMLElement): (() => void) => {
    const stop = new AbortController();
    let isByHand = false;
    let length = log.scrollHeight;
    const on = (kind: string, isAway: (event: Event) => boolean) => {
      const hear = (event: Event) => {
        isByHand ||= isAway(event);
      };
      log.addEventListener(kind, hear, { passive: true, signal: stop.signal });
    };
    on('wheel', (event) => (event as WheelEvent).deltaY < 0);
    on('touchmove', () => true);
    on('keydown', (event) => AWAY.includes((event as KeyboardEvent).code));
    // Nothing but its scroll bar is the element itself.
    on('pointerdown', (event) => event.target === log);
    const scrolled = () => {
      const isNear = log.scrollTop + log.clientHeight > log.scrollHeight - NEAR;
      if (isNear) this.#isAtEnd = true;
      else if (isByHand || log.scrollHeight === length) this.#isAtEnd = false;
      if (isNear) isByHand = false;
      length = log.scrollHeight;
    };
    log.addEventListener('scroll', scrolled, { passive: true, signal: stop.signal });
    const sizes = new ResizeObserver(() => {
      length = log.scrollHeight;
      if (this.#isAtEnd) log.scrollTo({ top: log.scrollHeight });
    });
    sizes.observe(log);
    if (log.firstElementChild) sizes.observe(log.firstElementChild);
    return () => {
      stop.abort();
      sizes.disconnect();
    };
  };
}
