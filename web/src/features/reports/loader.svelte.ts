/** Something that is read anew when what it depends on changes; an answer that comes too late is
 * dropped. */
import { sentence } from '../../api/http';

export class Loader<T> {
  value = $state.raw<T | null>(null);
  failure = $state('');
  #asked = 0;

  async read(run: () => Promise<T>): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const value = await run();
      if (asked !== this.#asked) return;
      this.value = value;
      this.failure = '';
    } catch (error) {
      if (asked === this.#asked) this.failure = sentence(error);
    }
  }
}
