/** Whom the article must not reach before it is published, as the server keeps it: what it forbids
 * is refused there whatever the page says; here it is said and not offered. */
import { api } from '../../api/client';

export const embargoes = ['none', 'no-search', 'no-model'] as const;
export type EmbargoName = (typeof embargoes)[number];

/** The embargo of that name. Servers of old know none; a name of newer ones counts as the strictest. */
export function embargoOf(name: string | null | undefined): EmbargoName {
  if (name === null || name === undefined) return 'none';
  return embargoes.find((one) => one === name) ?? 'no-model';
}

export class Embargo {
  name = $state<EmbargoName>('none');
  isSaving = $state(false);

  constructor(
    private readonly id: string,
    /** Called when no model may go on reading the article. */
    private readonly forbidden: () => void,
    private readonly save: typeof api.change = api.change,
  ) {}

  /** Whether a language model may read the article. */
  get allowsModel(): boolean {
    return this.name !== 'no-model';
  }

  /** Whether the web may be searched on behalf of the article. */
  get allowsSearch(): boolean {
    return this.name === 'none';
  }

  /** Sets it on the server; what the server refuses does not count as set. Gives the one before. */
  async set(name: EmbargoName): Promise<EmbargoName> {
    const before = this.name;
    this.isSaving = true;
    try {
      await this.save(this.id, { embargo: name });
      this.name = name;
      if (!this.allowsModel) this.forbidden();
    } finally {
      this.isSaving = false;
    }
    return before;
  }
}
