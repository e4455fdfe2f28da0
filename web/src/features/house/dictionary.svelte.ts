/** The dictionary as it stands: every entry that concerns who is asking, and changes to it. */
import { sentence } from '../../api/http';
import { again } from './entries';
import { type Entry, type NewEntry, remote } from './remote';

export class DictionaryStore {
  entries = $state.raw<readonly Entry[]>([]);
  isLoading = $state(true);
  failure = $state('');

  async load(): Promise<void> {
    this.isLoading = true;
    try {
      const all: Entry[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof remote.entries>> = await remote.entries(cursor);
        all.push(...page.entries);
        cursor = page.next ?? null;
      } while (cursor);
      this.entries = all;
      this.failure = '';
    } catch (error) {
      this.failure = sentence(error);
    }
    this.isLoading = false;
  }

  /** Adds an entry; throws with the server's sentence when it refuses. */
  async add(entry: NewEntry): Promise<void> {
    const added = await remote.add(entry);
    this.entries = [added, ...this.entries];
  }

  /** Removes an entry; gives the way to put it back. */
  async remove(entry: Entry): Promise<() => Promise<void>> {
    await remote.remove(entry.id);
    this.entries = this.entries.filter((one) => one.id !== entry.id);
    return () => this.add(again(entry));
  }
}
