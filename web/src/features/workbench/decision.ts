/** Decisions as they are recorded: what was decided about which finding, and from where it came. */
import type { Decision } from '../../api/types';
import type { Origin, Origins } from './origins';
import type { State, Tracked } from './tracking';

export type Verdict = 'wrong' | 'unneeded' | 'style' | 'other';
export type Action = 'accepted' | 'rejected' | 'edited' | 'always_ignored' | 'disliked' | 'undone';

/** What a change of state means; a text of one's own in place of what was proposed is an edit. */
export function actionOf(item: Tracked, before: State, written: string): Action {
  if (item.state === 'open') return 'undone';
  if (item.state === 'rejected' || before === 'rejected') return item.state;
  return item.suggestion.replacements.includes(written) ? 'accepted' : 'edited';
}

/** The record of an action; the server adds who it was. */
export function decision(
  item: Tracked,
  action: Action,
  at: { id: string; time: Date },
  { replacement, ...more }: { replacement?: string; verdict?: Verdict } & Origin = {},
): Decision {
  const { suggestion } = item;
  return {
    id: at.id,
    suggestionId: suggestion.id,
    action,
    replacement: replacement ?? null,
    original: suggestion.original,
    ruleId: suggestion.ruleId ?? null,
    category: suggestion.category,
    source: suggestion.source,
    at: at.time.toISOString(),
    ...more,
  };
}

interface Reason {
  action: Action;
  verdict?: Verdict;
}

/** Records what editors decided, from what changes in the list; undo is a decision too. */
export class Recorder {
  /** Why an item is being left, where it is more than that. */
  readonly #reasons = new Map<string, Reason>();

  constructor(
    private readonly origins: Origins,
    private readonly decided: (decision: Decision) => void,
  ) {}

  /** The next change of that item means this. */
  because(key: string, reason: Reason): void {
    this.#reasons.set(key, reason);
  }

  /** `text` is the article after the change. */
  record(before: readonly Tracked[], after: readonly Tracked[], text: string): void {
    const old = new Map(before.map((item) => [item.key, item.state]));
    for (const item of after) {
      const from = old.get(item.key);
      if (from === undefined || from === item.state) continue;
      const replacement = item.state === 'accepted' ? text.slice(item.from, item.to) : '';
      const usual: Reason = { action: actionOf(item, from, replacement) };
      const { action, verdict } = this.#reasons.get(item.key) ?? usual;
      this.#reasons.delete(item.key);
      const more = {
        ...(item.state === 'accepted' ? { replacement } : {}),
        ...(verdict ? { verdict } : {}),
        ...this.origins.of(item.suggestion),
      };
      const at = { id: crypto.randomUUID(), time: new Date() };
      this.decided(decision(item, action, at, more));
    }
  }
}
