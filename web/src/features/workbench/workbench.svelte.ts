/** One open article: its text and suggestions, checks, saves, decisions, and the model's run. */
import { type ChangeDesc, Transaction } from '@codemirror/state';
import type { EditorView, ViewUpdate } from '@codemirror/view';
import { ApiError, api } from '../../api/client';
import type { Socket } from '../../api/socket';
import type { Decision, Engine, Message, Suggestion } from '../../api/types';
import { titleOf } from '../../shared/text';
import type { ChatStore } from './chat.svelte';
import { active, setActive } from './marks';
import { ModelRun } from './model-run.svelte';
import { Saver } from './saver.svelte';
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
/** A change of so many characters at once is a paste: it is checked at once. */
const PASTE_CHARS = 40;

export class Workbench {
  title = $state('');
  engine = $state<Engine>('Basic');
  text = $state('');
  original = $state('');
  items = $state.raw<readonly Tracked[]>([]);
  activeKey = $state<string | null>(null);
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  readonly saver: Saver;
  isChecked = $state(false);
  readonly model: ModelRun;
  failure = $state('');
  messages = $state.raw<Message[]>([]);
  /** Kept here so that it outlives its tab. */
  chat: ChatStore | null = null;

  #view: EditorView | null = null;
  #edits = 0;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: string,
    socket: Socket,
  ) {
    this.model = new ModelRun(
      id,
      socket,
      () => this.#view,
      () => this.engine,
    );
    this.saver = new Saver(id, {
      text: () => this.text,
      items: () => this.items,
      named: () => this.#nameIt(),
    });
  }

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
    this.saver.begin(draft);
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
    if (this.saver.isNew && this.text !== '') this.saver.soon();
  }

  detach(): void {
    clearTimeout(this.#checkTimer);
    void this.saver.flush();
    this.#view = null;
  }

  /** Follows every change of the editor. */
  updated(update: ViewUpdate): void {
    const before = update.startState.field(tracking);
    const after = update.state.field(tracking);
    if (update.docChanged) {
      this.#edits += 1;
      this.text = update.state.doc.toString();
      this.model.edited(update.changes);
      this.#checkSoon(isPaste(update.changes.desc));
    }
    if (before !== after) {
      this.#log(before, after);
      this.items = after;
    }
    this.activeKey = update.state.field(active);
    if (update.docChanged || before !== after) this.saver.soon();
  }

  /** Records what editors decided; undo is a decision too. */
  #log(before: readonly Tracked[], after: readonly Tracked[]): void {
    const old = new Map(before.map((item) => [item.key, item.state]));
    for (const item of after) {
      const from = old.get(item.key);
      if (from === undefined || from === item.state) continue;
      const written = this.text.slice(item.from, item.to);
      this.saver.decided(decision(item, written));
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
