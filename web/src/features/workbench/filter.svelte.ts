/** Which findings are shown: by category, by how sure they are, and by who found them. */
import type { Suggestion } from '../../api/types';

export type Finder = 'all' | 'rule' | 'ai';

/** How sure a finding is, of 100; a rule that says nothing of it is sure. */
export function confidenceOf(suggestion: Suggestion): number {
  return Math.round((suggestion.confidence ?? 1) * 100);
}

export class Filter {
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  /** Of 100. */
  least = $state(0);
  finder = $state<Finder>('all');

  shows(suggestion: Suggestion): boolean {
    if (this.hidden.has(suggestion.category) || confidenceOf(suggestion) < this.least) return false;
    if (this.finder === 'all' || suggestion.source === 'both') return true;
    return suggestion.source === this.finder;
  }

  get isNarrow(): boolean {
    return this.hidden.size > 0 || this.least > 0 || this.finder !== 'all';
  }

  toggle(category: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(category)) hidden.add(category);
    this.hidden = hidden;
  }

  clear(): void {
    this.hidden = new Set();
    this.least = 0;
    this.finder = 'all';
  }
}
