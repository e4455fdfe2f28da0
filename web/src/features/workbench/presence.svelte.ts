/** One window edits an article at a time: the others read, and may take over. */

/** What the presence needs of a browser; tests bring their own. */
export interface Surroundings {
  locks: Pick<LockManager, 'request'> | undefined;
  channel: () => Pick<BroadcastChannel, 'postMessage' | 'close'> & {
    onmessage: ((event: MessageEvent) => void) | null;
  };
}

const browser: Surroundings = {
  locks: globalThis.navigator?.locks,
  channel: () => new BroadcastChannel('prf-articles'),
};

/** How long a window that is asked may take to save before its lock is taken away. */
const PATIENCE_MS = 3_000;

export class Presence {
  /** `alone` where the browser has no locks. */
  state = $state<'asking' | 'editing' | 'reading' | 'alone'>('asking');
  #release: (() => void) | null = null;
  readonly #channel: ReturnType<Surroundings['channel']> | null;

  constructor(
    private readonly id: string,
    /** Saves before the lock is given away. */
    private readonly leaving: () => Promise<void>,
    /** The lock is here now; whether it was another window's before. */
    private readonly gained: (wasElsewhere: boolean) => void,
    private readonly around: Surroundings = browser,
  ) {
    this.#channel = around.locks ? around.channel() : null;
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => {
        if (data === id && this.state === 'editing') void this.#giveAway();
      };
    }
  }

  get mayEdit(): boolean {
    return this.state === 'editing' || this.state === 'alone';
  }

  /** Takes the lock when nobody has it. */
  begin(): void {
    if (!this.around.locks) {
      this.state = 'alone';
      return;
    }
    void this.#hold({ ifAvailable: true }, false);
  }

  /** Asks the window that edits to leave, and edits here. */
  takeOver(): void {
    if (this.state !== 'reading') return;
    this.state = 'asking';
    const patience = new AbortController();
    setTimeout(() => patience.abort(), PATIENCE_MS);
    this.#channel?.postMessage(this.id);
    void this.#hold({ signal: patience.signal }, true).catch(() =>
      this.#hold({ steal: true }, true),
    );
  }

  end(): void {
    this.#release?.();
    this.#channel?.close();
  }

  async #hold(options: LockOptions, wasElsewhere: boolean): Promise<void> {
    await this.around.locks
      ?.request(`prf-article-${this.id}`, options, async (lock) => {
        if (!lock) {
          this.state = 'reading';
          return;
        }
        this.state = 'editing';
        this.gained(wasElsewhere);
        await new Promise<void>((resolve) => {
          this.#release = resolve;
        });
      })
      .catch((error: unknown) => {
        // The lock was taken away although it was held.
        if (this.state === 'editing') this.state = 'reading';
        else throw error;
      });
  }

  async #giveAway(): Promise<void> {
    await this.leaving();
    this.state = 'reading';
    this.#release?.();
  }
}
