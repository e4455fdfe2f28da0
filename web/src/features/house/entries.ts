/** What may be done with an entry, how it is found, and how it is taken back. */
import { holds } from '../../shared/hangul';
import type { Entry, Kind, NewEntry, Scope } from './remote';

/** Scopes somebody of that role may write to; the server decides again. */
export function scopesOf(role: string): Scope[] {
  if (role === 'admin') return ['me', 'desk', 'all'];
  return role === 'desk' ? ['me', 'desk'] : ['me'];
}

/** Entries of a kind (all without one) in which the query is found. */
export function fitting(entries: readonly Entry[], kind: Kind | null, query: string): Entry[] {
  return entries.filter((entry) => {
    if (kind && entry.kind !== kind) return false;
    const said = [entry.wrong, entry.right, entry.reason, entry.ruleId];
    return holds(said.filter(Boolean).join('\n'), query);
  });
}

/** What is sent to put a removed entry back. */
export function again(entry: Entry): NewEntry {
  const { scope, kind, wrong, desk, right, reason, ruleId } = entry;
  return {
    scope,
    kind,
    wrong,
    ...(desk ? { desk } : {}),
    ...(right ? { right } : {}),
    ...(reason ? { reason } : {}),
    ...(ruleId ? { ruleId } : {}),
  };
}

/** What people call an entry. */
export function nameOf(entry: Pick<NewEntry, 'wrong' | 'ruleId'> | Entry): string {
  return entry.wrong || entry.ruleId || '';
}
