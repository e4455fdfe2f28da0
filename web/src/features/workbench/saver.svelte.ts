/** Saves the draft and the decisions: soon after a change, one save at a time, and never over what
 * somebody else has saved. */
import { ApiError, api } from '../../api/client';
import type { Decision, Draft } from '../../api/types';
import type { Tracked } from './tracking';

const SAVE_AFTER_MS = 800;

interface Source {
  text: () => string;
  items: () => readonly Tracked[];
  /** Called after a save, before it counts as done. */
  named: () => Promise<void>;
}

export class Saver {
  state = $state<'saved' | 'saving' | 'unsaved' | 'conflict'>('saved');
  savedAt = $state('');
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  #isDirty = false;
  #decisions: Decision[] = [];

  constructor(
    private readonly id: string,
    private readonly source: Source,
  ) {}

  /** Goes on from what is saved. */
  begin(draft: Draft | null): void {
    this.#version = draft?.version ?? 0;
    this.savedAt = draft?.updatedAt ?? '';
  }

  /** Whether nothing has been saved yet. */
  get isNew(): boolean {
    return this.#version === 0;
  }

  decided(decision: Decision): void {
    this.#decisions.push(decision);
  }

  soon(): void {
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** Saves at once what is not saved yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isDirty || this.#isSaving || this.state === 'conflict') return;
    this.#isSaving = true;
    this.#isDirty = false;
    this.state = 'saving';
    const decisions = this.#decisions.splice(0);
    try {
      await this.#save();
      if (decisions.length > 0) await api.decide(this.id, decisions);
      await this.source.named();
      this.state = 'saved';
    } catch (error) {
      this.#decisions.unshift(...decisions);
      this.#isDirty = true;
      const isConflict = error instanceof ApiError && error.code === 'draft_conflict';
      this.state = isConflict ? 'conflict' : 'unsaved';
    }
    this.#isSaving = false;
    if (this.#isDirty && this.state !== 'conflict') this.soon();
  }

  async #save(): Promise<void> {
    const suggestions = this.source.items().map((item) => ({
      ...item.suggestion,
      start: item.from,
      end: item.to,
      state: item.state,
    }));
    const text = this.source.text();
    const saved = await api.saveDraft(this.id, { text, suggestions, version: this.#version });
    this.#version = saved.version;
    this.savedAt = saved.updatedAt;
  }
}
