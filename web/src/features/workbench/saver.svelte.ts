/** Saves the draft and the decisions: soon after a change, one save at a time, never over what
 * somebody else has saved, and into the browser's own database while the server is away. */
import { ApiError, api } from '../../api/client';
import type { Decision, Draft, TrackedSuggestion } from '../../api/types';
import { browserOutbox, type Outbox, type Unsaved } from './outbox';
import type { Tracked } from './tracking';

const SAVE_AFTER_MS = 800;
const RETRY_AFTER_MS = 4_000;

interface Source {
  text: () => string;
  items: () => readonly Tracked[];
  /** Called after a save, before it counts as done. */
  named: () => Promise<void>;
}

export class Saver {
  state = $state<'saved' | 'saving' | 'unsaved' | 'conflict'>('saved');
  /** Why the last save failed: `offline`, `unauthorised` or another code. */
  reason = $state('');
  savedAt = $state('');
  /** While another window edits, nothing is saved from here. */
  isPaused = false;
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  #isDirty = false;
  #decisions: Decision[] = [];

  constructor(
    private readonly id: string,
    private readonly source: Source,
    private readonly outbox: Outbox = browserOutbox,
  ) {}

  /** Goes on from what is saved. */
  begin(draft: Pick<Draft, 'version' | 'updatedAt'> | null): void {
    this.#version = draft?.version ?? 0;
    this.savedAt = draft?.updatedAt ?? '';
    this.#isDirty = false;
    if (this.state === 'conflict') this.state = 'saved';
  }

  /** Whether nothing has been saved yet. */
  get isNew(): boolean {
    return this.#version === 0;
  }

  /** What an earlier visit could not save. */
  async unsaved(): Promise<Unsaved | null> {
    return this.outbox.find(this.id);
  }

  /** Takes over what an earlier visit could not save; it counts as changed. */
  restore(unsaved: Unsaved): void {
    this.#version = unsaved.version;
    this.#decisions = [...unsaved.decisions];
    this.soon();
  }

  decided(decision: Decision): void {
    this.#decisions.push(decision);
  }

  soon(after = SAVE_AFTER_MS): void {
    if (this.isPaused) return;
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), after);
  }

  /** Saves at once what is not saved yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isDirty || this.#isSaving || this.isPaused) return;
    if (this.state === 'conflict') return this.keep();
    this.#isSaving = true;
    this.#isDirty = false;
    if (this.state === 'saved') this.state = 'saving';
    const decisions = this.#decisions.splice(0);
    try {
      await this.#save();
      if (decisions.length > 0) await api.decide(this.id, decisions);
      await this.source.named();
      this.state = 'saved';
      this.reason = '';
      await this.outbox.remove(this.id);
    } catch (error) {
      this.#decisions.unshift(...decisions);
      this.#isDirty = true;
      this.reason = error instanceof ApiError ? error.code : 'unknown';
      this.state = this.reason === 'draft_conflict' ? 'conflict' : 'unsaved';
      await this.keep();
    }
    this.#isSaving = false;
    // After a failure the pauses are longer; what is typed meanwhile is kept all the same.
    if (this.#isDirty && this.state !== 'conflict') {
      this.soon(this.state === 'unsaved' ? RETRY_AFTER_MS : SAVE_AFTER_MS);
    }
  }

  /** After a conflict: this text goes over what was saved meanwhile. */
  async overwrite(): Promise<void> {
    const draft = await api.draft(this.id);
    this.#version = draft?.version ?? 0;
    this.state = 'unsaved';
    this.#isDirty = true;
    await this.flush();
  }

  /** Saves again now that somebody has signed in or the server is back. */
  retry(): void {
    if (this.state === 'unsaved') void this.flush();
  }

  #suggestions(): TrackedSuggestion[] {
    return this.source.items().map((item) => ({
      ...item.suggestion,
      start: item.from,
      end: item.to,
      state: item.state,
    }));
  }

  /** Keeps what is not saved in the browser's own database, for the next visit. */
  keep(): Promise<void> {
    return this.outbox.keep({
      id: this.id,
      text: this.source.text(),
      suggestions: this.#suggestions(),
      decisions: this.#decisions,
      version: this.#version,
      keptAt: new Date().toISOString(),
    });
  }

  async #save(): Promise<void> {
    const text = this.source.text();
    const suggestions = this.#suggestions();
    const saved = await api.saveDraft(this.id, { text, suggestions, version: this.#version });
    this.#version = saved.version;
    this.savedAt = saved.updatedAt;
  }
}
