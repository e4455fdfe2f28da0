/** One open article: its text and suggestions, checks, saves, decisions, and the model's run. */
import { type ChangeDesc, type ChangeSet, Transaction } from '@codemirror/state';
import type { EditorView, ViewUpdate } from '@codemirror/view';
import { ApiError, api } from '../../api/client';
import type { Socket } from '../../api/socket';
import type { Decision, Engine, Message, ServerFrame, Suggestion } from '../../api/types';
import { titleOf } from '../../shared/text';
import type { ChatStore } from './chat.svelte';
import { active, setActive } from './marks';
import {
  dropItems,
  mergeCheck,
  putItems,
  type State,
  type Tracked,
  track,
  tracking,
} from './tracking';

const CHECK_AFTER_MS = 250;
const SAVE_AFTER_MS = 800;
/** A change of so many characters at once is a paste: it is checked at once. */
const PASTE_CHARS = 40;

export interface Run {
  turnId: string | null;
  found: number;
}

export class Workbench {
  title = $state('');
  engine = $state<Engine>('Basic');
  text = $state('');
  original = $state('');
  items = $state.raw<readonly Tracked[]>([]);
  activeKey = $state<string | null>(null);
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  saving = $state<'saved' | 'saving' | 'unsaved' | 'conflict'>('saved');
  savedAt = $state('');
  isChecked = $state(false);
  run = $state<Run | null>(null);
  notice = $state('');
  failure = $state('');
  messages = $state.raw<Message[]>([]);
  /** Kept here so that it outlives its tab. */
  chat: ChatStore | null = null;

  #view: EditorView | null = null;
  #version = 0;
  #edits = 0;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  #isDirty = false;
  #decisions: Decision[] = [];
  /** Changes since the model was given the text. */
  #since: ChangeSet | null = null;

  constructor(
    readonly id: string,
    private readonly socket: Socket,
  ) {}

  open = $derived(this.items.filter((item) => item.state === 'open'));
  shown = $derived(this.open.filter((item) => !this.hidden.has(item.suggestion.category)));
  /** What may be accepted in bulk: sure, with one replacement, never a fact. */
  bulk = $derived(
    this.shown.filter((item) => item.suggestion.safe && item.suggestion.category !== 'fact'),
  );
  handled = $derived(this.items.length - this.open.length);

  /** Reads the article; gives the text for the editor. */
  async load(handedOver: string | null): Promise<string> {
    const [conversation, draft] = await Promise.all([
      api.conversation(this.id),
      api.draft(this.id),
    ]);
    this.title = conversation.title;
    this.engine = conversation.engineType === 'Pro' ? 'Pro' : 'Basic';
    this.messages = conversation.messages.filter((message) => message.type === 'text');
    this.#version = draft?.version ?? 0;
    this.savedAt = draft?.updatedAt ?? '';
    const text = draft?.text ?? handedOver ?? '';
    this.original = conversation.messages.find((one) => one.type === 'article')?.content ?? text;
    this.text = text;
    const taken = new Set<string>();
    this.items = (draft?.suggestions ?? []).map((saved) => {
      const { state, ...suggestion } = saved;
      return { ...track(suggestion, taken), state: state as State };
    });
    return text;
  }

  attach(view: EditorView): void {
    this.#view = view;
    const items = [...this.items];
    if (items.length > 0) {
      view.dispatch({
        effects: putItems.of(items),
        annotations: Transaction.addToHistory.of(false),
      });
    }
    void this.check();
    if (this.#version === 0 && this.text !== '') this.#saveSoon();
  }

  detach(): void {
    clearTimeout(this.#checkTimer);
    void this.flush();
    this.#view = null;
  }

  /** Follows every change of the editor. */
  updated(update: ViewUpdate): void {
    const before = update.startState.field(tracking);
    const after = update.state.field(tracking);
    if (update.docChanged) {
      this.#edits += 1;
      this.text = update.state.doc.toString();
      if (this.#since) this.#since = this.#since.compose(update.changes);
      this.#checkSoon(isPaste(update.changes.desc));
    }
    if (before !== after) {
      this.#log(before, after);
      this.items = after;
    }
    this.activeKey = update.state.field(active);
    if (update.docChanged || before !== after) this.#saveSoon();
  }

  /** Records what editors decided; undo is a decision too. */
  #log(before: readonly Tracked[], after: readonly Tracked[]): void {
    const old = new Map(before.map((item) => [item.key, item.state]));
    for (const item of after) {
      const from = old.get(item.key);
      if (from === undefined || from === item.state) continue;
      const written = this.text.slice(item.from, item.to);
      this.#decisions.push(decision(item, written));
    }
  }

  #checkSoon(isPasted: boolean): void {
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => void this.check(), isPasted ? 0 : CHECK_AFTER_MS);
  }

  /** Asks the rules about the text as it stands; an answer about an older text is dropped. */
  async check(): Promise<void> {
    const edits = this.#edits;
    if (this.text.trim() === '') {
      this.#merge([]);
      this.isChecked = false;
      return;
    }
    try {
      const found = await api.check(this.text);
      if (edits !== this.#edits) return;
      this.#merge(found);
      this.isChecked = true;
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof ApiError ? error.message : String(error);
    }
  }

  #merge(found: Suggestion[]): void {
    const view = this.#view;
    if (!view) return;
    const { put, drop } = mergeCheck(view.state.field(tracking), found);
    if (put.length === 0 && drop.length === 0) return;
    view.dispatch({
      effects: [dropItems.of(drop), putItems.of(put)],
      annotations: Transaction.addToHistory.of(false),
    });
  }

  accept(keys: string[], replacement?: string): void {
    const view = this.#view;
    if (!view) return;
    const items = this.open
      .filter((item) => keys.includes(item.key) && item.suggestion.replacements.length > 0)
      // Overlapping ones cannot both be taken.
      .filter((item, place, all) => place === 0 || item.from >= (all[place - 1]?.to ?? 0));
    if (items.length === 0) return;
    let shift = 0;
    const taken = items.map((item) => {
      const insert = replacement ?? item.suggestion.replacements[0] ?? '';
      const from = item.from + shift;
      shift += insert.length - (item.to - item.from);
      const moved: Tracked = { ...item, from, to: from + insert.length, state: 'accepted' };
      return { change: { from: item.from, to: item.to, insert }, moved };
    });
    view.dispatch({
      changes: taken.map((one) => one.change),
      effects: putItems.of(taken.map((one) => one.moved)),
      userEvent: 'input.accept',
    });
  }

  reject(key: string): void {
    const item = this.open.find((one) => one.key === key);
    if (item) this.#view?.dispatch({ effects: putItems.of([{ ...item, state: 'rejected' }]) });
  }

  activate(key: string | null): void {
    const view = this.#view;
    if (!view) return;
    const item = this.items.find((one) => one.key === key);
    view.dispatch({
      effects: setActive.of(key),
      ...(item ? { selection: { anchor: item.from }, scrollIntoView: true } : {}),
    });
  }

  /** The next or previous shown suggestion after the active one, or after the cursor. */
  step(direction: 1 | -1): void {
    const { shown } = this;
    if (shown.length === 0) {
      this.activate(null);
      return;
    }
    const at = shown.findIndex((item) => item.key === this.activeKey);
    const cursor = this.#view?.state.selection.main.head ?? 0;
    const after = shown.findIndex((item) => item.from >= cursor);
    const start = direction === 1 ? (after === -1 ? 0 : after) : (after === -1 ? 0 : after) - 1;
    const next = at === -1 ? start : at + direction;
    this.activate(shown[(next + shown.length) % shown.length]?.key ?? null);
  }

  toggleCategory(category: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(category)) hidden.add(category);
    this.hidden = hidden;
  }

  /** Gives the text to the model; its findings come in while editing goes on. */
  proofread(): void {
    const view = this.#view;
    if (!view || this.run || this.text.trim() === '') return;
    this.#since = view.state.changes([]);
    this.run = { turnId: null, found: 0 };
    this.notice = '';
    this.failure = '';
    const frame = {
      action: 'proofread',
      text: this.text,
      engineType: this.engine,
      conversationId: this.id,
      idempotencyKey: crypto.randomUUID(),
    };
    this.socket.start(frame, (answer) => this.#heard(answer));
  }

  stop(): void {
    if (this.run?.turnId) this.socket.stop(this.run.turnId);
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === 'turn_started') this.run = { turnId: frame.turnId ?? null, found: 0 };
    else if (frame.type === 'suggestion') this.#place(frame.suggestion);
    else if (frame.type === 'notice') this.notice = frame.message;
    else if (frame.type === 'error') {
      this.failure = frame.message;
      this.#ended();
    } else if (frame.type === 'chat_end' || frame.type === 'turn_stopped') this.#ended();
  }

  #ended(): void {
    this.run = null;
    this.#since = null;
  }

  /** Puts a finding of the model where its text stands now. */
  #place(suggestion: Suggestion): void {
    const view = this.#view;
    if (!view || !this.#since || suggestion.source === 'rule') return;
    const from = this.#since.mapPos(suggestion.start, 1);
    const to = Math.max(from, this.#since.mapPos(suggestion.end, -1));
    const there = view.state
      .field(tracking)
      .find((item) => item.from === from && item.to === to && item.state !== 'accepted');
    if (there?.state === 'rejected') return;
    const key = there?.key ?? `${this.run?.turnId ?? ''}-${suggestion.id}`;
    if (this.run) this.run = { ...this.run, found: this.run.found + 1 };
    view.dispatch({
      effects: putItems.of([{ key, from, to, state: 'open', suggestion }]),
      annotations: Transaction.addToHistory.of(false),
    });
  }

  #saveSoon(): void {
    this.#isDirty = true;
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** Saves what is not saved yet; one save at a time, and never over somebody else's. */
  async flush(): Promise<void> {
    clearTimeout(this.#saveTimer);
    if (!this.#isDirty || this.#isSaving || this.saving === 'conflict') return;
    this.#isSaving = true;
    this.#isDirty = false;
    this.saving = 'saving';
    const decisions = this.#decisions.splice(0);
    try {
      const suggestions = this.items.map((item) => ({
        ...item.suggestion,
        start: item.from,
        end: item.to,
        state: item.state,
      }));
      const saved = await api.saveDraft(this.id, {
        text: this.text,
        suggestions,
        version: this.#version,
      });
      this.#version = saved.version;
      this.savedAt = saved.updatedAt;
      if (decisions.length > 0) await api.decide(this.id, decisions);
      await this.#nameIt();
      this.saving = 'saved';
    } catch (error) {
      this.#decisions.unshift(...decisions);
      this.#isDirty = true;
      const isConflict = error instanceof ApiError && error.code === 'draft_conflict';
      this.saving = isConflict ? 'conflict' : 'unsaved';
    }
    this.#isSaving = false;
    if (this.#isDirty && this.saving !== 'conflict') this.#saveSoon();
  }

  /** An article without a title takes its first line. */
  async #nameIt(): Promise<void> {
    const title = titleOf(this.text);
    if (title === '' || !['', '제목 없음'].includes(this.title)) return;
    await api.change(this.id, { title });
    this.title = title;
  }
}

function isPaste(changes: ChangeDesc): boolean {
  let added = 0;
  changes.iterChangedRanges((_fromA, _toA, fromB, toB) => {
    added += toB - fromB;
  });
  return added >= PASTE_CHARS;
}

function decision(item: Tracked, written: string): Decision {
  const { suggestion, state } = item;
  return {
    id: crypto.randomUUID(),
    suggestionId: suggestion.id,
    action: state === 'open' ? 'undone' : state,
    replacement: state === 'accepted' ? written : null,
    original: suggestion.original,
    ruleId: suggestion.ruleId ?? null,
    category: suggestion.category,
    source: suggestion.source,
    at: new Date().toISOString(),
  };
}
