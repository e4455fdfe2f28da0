/** One engine's prompt: what is live, what is being written, and what stands between them. */
import { ApiError, sentence } from '../../api/http';
import type { Engine } from '../../api/types';
import { type CacheState, type Prompt, type PromptFile, remote } from './remote';

export class EngineStore {
  live = $state.raw<Prompt | null>(null);
  files = $state.raw<readonly PromptFile[]>([]);
  cache = $state.raw<CacheState | null>(null);
  description = $state('');
  instruction = $state('');
  /** What somebody else saved while this was written. */
  conflict = $state.raw<Prompt | null>(null);
  isSaving = $state(false);
  failure = $state('');

  constructor(readonly engine: Engine) {}

  isChanged = $derived(
    this.live !== null &&
      (this.description !== this.live.description || this.instruction !== this.live.instruction),
  );

  /** Reads what is live and throws away what was written. */
  async load(): Promise<void> {
    try {
      const { prompt, files } = await remote.prompt(this.engine);
      this.files = files;
      this.take(prompt);
      this.failure = '';
      await this.measure();
    } catch (error) {
      this.failure = sentence(error);
    }
  }

  /** Goes on from that version. */
  take(prompt: Prompt): void {
    this.live = prompt;
    this.description = prompt.description;
    this.instruction = prompt.instruction;
    this.conflict = null;
  }

  /** Size and cache; nothing else depends on them, so a refusal leaves them out. */
  async measure(): Promise<void> {
    this.cache = await remote.cache(this.engine).catch(() => null);
  }

  /** Saves over the live version; over a conflict only when somebody has said so. Gives the new
   * version, or null where somebody else has saved first. */
  async save(over?: Prompt): Promise<number | null> {
    const base = over ?? this.live;
    if (!base) return null;
    const { description, instruction } = this;
    this.isSaving = true;
    try {
      const body = { description, instruction, version: base.version };
      await remote.save(this.engine, body);
      await this.#adopt(description, instruction);
      return this.live?.version ?? null;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      this.conflict = (await remote.prompt(this.engine)).prompt;
      return null;
    } finally {
      this.isSaving = false;
    }
  }

  /** Takes what is live now; what was typed during the save stays as it was typed. */
  async #adopt(description: string, instruction: string): Promise<void> {
    const { prompt } = await remote.prompt(this.engine);
    const typed = { description: this.description, instruction: this.instruction };
    this.take(prompt);
    if (typed.description !== description) this.description = typed.description;
    if (typed.instruction !== instruction) this.instruction = typed.instruction;
    await this.measure();
  }

  /** Saves an older text as the newest version. */
  async rollback(version: { description: string; instruction: string }): Promise<number> {
    const { version: saved } = await remote.save(this.engine, {
      description: version.description,
      instruction: version.instruction,
      version: this.live?.version ?? 0,
    });
    await this.load();
    return saved;
  }

  async addFile(name: string, content: string): Promise<void> {
    this.files = [...this.files, await remote.addFile(this.engine, name, content)];
    await this.measure();
  }

  async replaceFile(file: PromptFile, name: string, content: string): Promise<void> {
    await remote.replaceFile(file, name, content);
    this.files = this.files.map((one) =>
      one.fileId === file.fileId ? { ...one, fileName: name, fileContent: content } : one,
    );
    await this.measure();
  }

  async removeFile(file: PromptFile): Promise<void> {
    await remote.removeFile(file);
    this.files = this.files.filter((one) => one.fileId !== file.fileId);
    await this.measure();
  }
}
