/** The calls of usage, acceptance, quotas and the audit log. */
import { credentialHeaders } from '../../api/credentials';
import { client, refusal, taken, unreachable } from '../../api/http';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type DayRow = Schemas['DayWire'];
export type AcceptanceRow = Schemas['AcceptanceWire'];
export type OwnQuota = Schemas['OwnQuota'];
export type AuditRow = Schemas['AuditEntryWire'];

export const quotaKinds = ['user', 'role', 'desk', 'all'] as const;
export type QuotaKind = (typeof quotaKinds)[number];

export interface QuotaRow extends Omit<Schemas['QuotaRowWire'], 'subject'> {
  subject: { kind: QuotaKind; name: string };
}

export interface Period {
  from: string;
  to: string;
}

interface Whose extends Period {
  userId: string | null;
}

/** The period, and one user where only that one is meant. */
const of = ({ userId, ...period }: Whose) => ({
  params: { query: { ...period, ...(userId === null ? {} : { userId }) } },
});

export const remote = {
  days: async (whose: Whose): Promise<DayRow[]> =>
    (await taken(client.GET('/usage/days', of(whose)))).rows,

  acceptance: async (whose: Whose): Promise<AcceptanceRow[]> =>
    (await taken(client.GET('/usage/acceptance', of(whose)))).rows,

  mine: (): Promise<OwnQuota> => taken(client.GET('/quotas/mine')),

  quotas: async (): Promise<QuotaRow[]> => {
    const { rows } = await taken(client.GET('/quotas'));
    return rows.map((row) => ({ ...row, subject: subjectOf(row.subject) }));
  },

  saveQuota: async (row: QuotaRow): Promise<void> => {
    const { source: _, ...body } = row;
    await taken(client.PUT('/quotas', { body }));
  },

  removeQuota: async (query: QuotaRow['subject']): Promise<void> => {
    await taken(client.DELETE('/quotas', { params: { query } }));
  },

  /** The last entries, or those before a number; ascending. */
  audit: (before: number | null): Promise<Schemas['AuditPage']> => {
    const query = { limit: 100, ...(before === null ? {} : { before }) };
    return taken(client.GET('/audit', { params: { query } }));
  },

  /** The whole log, one JSON object a line. */
  auditExport: async (): Promise<string> => {
    const headers = { Accept: 'application/x-ndjson', ...credentialHeaders('GET') };
    const response = await fetch('/audit/export', { headers }).catch(() => null);
    if (!response) throw unreachable();
    if (!response.ok) throw refusal(await response.json().catch(() => null), response);
    return response.text();
  },
};

/** A subject of a kind this page knows; any other counts as everybody. */
function subjectOf({ kind, name }: Schemas['SubjectWire']): QuotaRow['subject'] {
  return { kind: quotaKinds.find((one) => one === kind) ?? 'all', name: name ?? '' };
}
