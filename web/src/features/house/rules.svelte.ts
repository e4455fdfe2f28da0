/** The rules that were found and the one that is looked at. */
import { sentence } from '../../api/http';
import { type Rule, remote } from './remote';

export class RulesStore {
  rules = $state.raw<readonly Rule[]>([]);
  total = $state(0);
  chosen = $state.raw<Rule | null>(null);
  isLoading = $state(true);
  failure = $state('');
  query = $state('');
  category = $state('');
  #next = $state<string | null>(null);
  #asked = 0;

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** Begins with what the address asks for; the rule of that id is looked at. */
  async open(query: string): Promise<void> {
    this.query = query;
    await this.load();
    const named = this.rules.find((rule) => rule.id === query);
    if (named) await this.choose(named);
  }

  async load(more = false): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.isLoading = true;
    const q = this.query.trim();
    try {
      const page = await remote.rules({
        ...(q ? { q } : {}),
        ...(this.category ? { category: this.category } : {}),
        ...(more && this.#next !== null ? { cursor: this.#next } : {}),
      });
      if (asked !== this.#asked) return;
      this.rules = more ? [...this.rules, ...page.rules] : page.rules;
      this.total = page.total;
      this.#next = page.next ?? null;
      this.failure = '';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.failure = sentence(error);
    }
    this.isLoading = false;
  }

  /** Looks at a rule; all its words come after it is shown. */
  async choose(rule: Rule): Promise<void> {
    this.chosen = rule;
    try {
      const whole = await remote.rule(rule.id);
      if (whole && this.chosen?.id === rule.id) this.chosen = whole;
    } catch {
      // What the list held stays in sight.
    }
  }
}
