/** The versions of an article's text: the list, and what of them is read for a comparison. */

import { bench, type Reason, type VersionNote, type VersionText } from '../../api/bench';
import { ApiError } from '../../api/client';

/** Two texts that are shown beside each other; null is the text as it stands. */
export interface Comparison {
  before: VersionText;
  after: VersionText | null;
}

export class Versions {
  list = $state.raw<readonly VersionNote[] | null>(null);
  failure = $state('');
  comparison = $state.raw<Comparison | null>(null);
  readonly #read = new Map<number, VersionText>();

  constructor(private readonly id: string) {}

  async load(): Promise<void> {
    await this.#try(async () => {
      this.list = await bench.versions(this.id);
    });
  }

  /** Shows two versions; with one number it is compared with the text as it stands. */
  async compare(one: number, other: number | null): Promise<void> {
    await this.#try(async () => {
      const numbers = other === null ? [one] : [Math.min(one, other), Math.max(one, other)];
      const [before, after] = await Promise.all(numbers.map((number) => this.text(number)));
      if (before) this.comparison = { before, after: after ?? null };
    });
  }

  async keep(reason: Reason): Promise<void> {
    await this.#try(async () => {
      await bench.keepVersion(this.id, reason);
      this.list = await bench.versions(this.id);
    });
  }

  async text(number: number): Promise<VersionText> {
    const known = this.#read.get(number);
    if (known) return known;
    const read = await bench.version(this.id, number);
    this.#read.set(number, read);
    return read;
  }

  async #try(run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof ApiError ? error.message : String(error);
    }
  }
}
