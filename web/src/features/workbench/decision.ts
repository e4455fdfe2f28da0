/** Decisions as they are recorded: what was decided about which finding, and from where it came. */
import type { Decision } from '../../api/types';
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
  more: { replacement?: string; verdict?: Verdict } = {},
): Decision & { verdict?: Verdict } {
  const { suggestion } = item;
  return {
    id: at.id,
    suggestionId: suggestion.id,
    action,
    replacement: more.replacement ?? null,
    original: suggestion.original,
    ruleId: suggestion.ruleId ?? null,
    category: suggestion.category,
    source: suggestion.source,
    at: at.time.toISOString(),
    ...(more.verdict ? { verdict: more.verdict } : {}),
  };
}
