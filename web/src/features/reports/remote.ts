/** The calls of usage, acceptance, quotas and the audit log. */
import { credentialHeaders } from '../../api/credentials';
import { refusal, send, unreachable } from '../../api/http';

export interface DayRow {
  userId: string;
  engineType: string;
  /** In Seoul, `2026-11-23`. */
  day: string;
  turns: number;
  /** Everything that went in, what came from the cache too. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  searches: number;
  costMicroUsd: number;
}

export interface AcceptanceRow {
  category: string;
  ruleId: string | null;
  source: string;
  accepted: number;
  rejected: number;
  edited: number;
  alwaysIgnored: number;
  disliked: number;
}

export interface OwnQuota {
  tokensUsed: number;
  tokensLimit?: number | null;
  costUsedMicroUsd: number;
  costLimitMicroUsd?: number | null;
  turnsPerMinute?: number | null;
  concurrentTurns?: number | null;
  resetsAt: string;
}

export const quotaKinds = ['user', 'role', 'desk', 'all'] as const;
export type QuotaKind = (typeof quotaKinds)[number];

export interface QuotaRow {
  subject: { kind: QuotaKind; name: string };
  /** `file` where the operator's file says so. */
  source?: string;
  tokensPerMonth?: number | null;
  costMicroUsdPerMonth?: number | null;
  turnsPerMinute?: number | null;
  concurrentTurns?: number | null;
}

export interface AuditRow {
  sequence: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  outcome: string;
}

export interface Period {
  from: string;
  to: string;
}

interface Whose extends Period {
  userId: string | null;
}

export const remote = {
  days: async (whose: Whose): Promise<DayRow[]> =>
    (await send<{ rows: DayRow[] }>('GET', '/usage/days', { query: { ...whose } })).rows,

  acceptance: async (whose: Whose): Promise<AcceptanceRow[]> =>
    (await send<{ rows: AcceptanceRow[] }>('GET', '/usage/acceptance', { query: { ...whose } }))
      .rows,

  mine: (): Promise<OwnQuota> => send('GET', '/quotas/mine'),

  quotas: async (): Promise<QuotaRow[]> =>
    (await send<{ rows: QuotaRow[] }>('GET', '/quotas')).rows,

  saveQuota: async (row: QuotaRow): Promise<void> => {
    await send('PUT', '/quotas', { body: row });
  },

  removeQuota: async ({ kind, name }: QuotaRow['subject']): Promise<void> => {
    await send('DELETE', '/quotas', { query: { kind, name } });
  },

  /** The last entries, or those before a number; ascending. */
  audit: (before: number | null): Promise<{ rows: AuditRow[]; intact: boolean }> =>
    send('GET', '/audit', { query: { before, limit: 100 } }),

  /** The whole log, one JSON object a line. */
  auditExport: async (): Promise<string> => {
    const headers = { Accept: 'application/x-ndjson', ...credentialHeaders('GET') };
    const response = await fetch('/audit/export', { headers }).catch(() => null);
    if (!response) throw unreachable();
    if (!response.ok) throw refusal(await response.json().catch(() => null), response);
    return response.text();
  },
};
