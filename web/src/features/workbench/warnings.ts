/** What an administrator should know of the model: who is not asked, and when it may be gone. */
import type { Status } from '../../api/types';

/** A sentence of the page with what belongs into it. */
export type Warning =
  | { readonly key: 'legOff' | 'legLeftOut'; readonly params: { provider: string; reason: string } }
  | { readonly key: 'retires' | 'retired'; readonly params: { model: string; day: string } };

/** The warnings of a status; the server tells only administrators what they rest on. */
export function warningsOf(status: Status | null): Warning[] {
  const warnings: Warning[] = [];
  for (const leg of status?.ai.legs ?? []) {
    const params = { provider: leg.provider, reason: leg.reason ?? '' };
    if (leg.standing === 'off') warnings.push({ key: 'legOff', params });
    else if (leg.standing === 'left_out' || leg.standing === 'tried')
      warnings.push({ key: 'legLeftOut', params });
  }
  const retirement = status?.ai.retirement;
  if (retirement) {
    const params = { model: retirement.model, day: retirement.day };
    warnings.push({ key: retirement.daysLeft > 0 ? 'retires' : 'retired', params });
  }
  return warnings;
}
