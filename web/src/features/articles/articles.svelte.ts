/** The list as it stands: filter, pages read so far, search, and changes once the server took them.
 *
 * A store of our own and no query library: nothing here is shared between screens or read again in
 * the background, and a row changes only after the server has said so. */
import { sentence } from '../../api/http';
import type { Engine } from '../../api/types';
import { type Found, remote } from './remote';
import { type ArticleState, changed, type Row, type RowChange, rowOf } from './rows';

export class Articles {
  rows = $state.raw<readonly Row[]>([]);
  found = $state.raw<readonly Found[]>([]);
  /** What `found` answers; empty while the list is shown. */
  foundQuery = $state('');
  state = $state<ArticleState | null>(null);
  isLoading = $state(true);
  failure = $state('');
  busy = $state.raw<ReadonlySet<string>>(new Set());
  #next = $state<string | null>(null);
  /** Counts what was asked, so that an answer that comes too late is dropped. */
  #asked = 0;

  constructor(private readonly engine: Engine | null) {}

  get hasMore(): boolean {
    return this.#next !== null;
  }

  async load(more = false): Promise<void> {
    if (more && (this.isLoading || !this.#next)) return;
    this.#asked += 1;
    const asked = this.#asked;
    this.isLoading = true;
    try {
      const page = await remote.page({
        ...(this.engine ? { engineType: this.engine } : {}),
        ...(this.state ? { state: this.state } : {}),
        ...(more && this.#next ? { cursor: this.#next } : {}),
      });
      if (asked !== this.#asked) return;
      const rows = page.conversations.map(rowOf);
      const known = new Set(this.rows.map((row) => row.id));
      this.rows = more ? [...this.rows, ...rows.filter((row) => !known.has(row.id))] : rows;
      this.#next = page.nextCursor ?? null;
      this.failure = '';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.failure = sentence(error);
    }
    this.isLoading = false;
  }

  async filter(state: ArticleState | null): Promise<void> {
    this.state = state;
    await this.load();
  }

  async search(query: string): Promise<void> {
    const wanted = query.trim();
    if (wanted === '') {
      this.foundQuery = '';
      this.found = [];
      return this.load();
    }
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const found = await remote.search(wanted);
      if (asked !== this.#asked) return;
      this.found = found;
      this.foundQuery = wanted;
      this.failure = '';
    } catch (error) {
      if (asked === this.#asked) this.failure = sentence(error);
    }
    this.isLoading = false;
  }

  /** Changes a row; throws with the server's sentence when it refuses. */
  async change(id: string, change: RowChange): Promise<void> {
    await this.#while(id, () => remote.change(id, change));
    this.rows = this.rows.map((row) => (row.id === id ? changed(row, change) : row));
  }

  async remove(id: string): Promise<void> {
    await this.#while(id, () => remote.remove(id));
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  async #while(id: string, run: () => Promise<void>): Promise<void> {
    this.busy = new Set([...this.busy, id]);
    try {
      await run();
    } finally {
      this.busy = new Set([...this.busy].filter((one) => one !== id));
    }
  }
}
