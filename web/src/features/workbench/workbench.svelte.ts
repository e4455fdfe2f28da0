/** One open article: its text and suggestions, what is shown of them, and what was decided. */
import { type StateEffect, Transaction, type TransactionSpec } from '@codemirror/state';
import type { EditorView, ViewUpdate } from '@codemirror/view';
import { bench as remote } from '../../api/bench';
import { api } from '../../api/client';
import type { Socket } from '../../api/socket';
import type { Engine } from '../../api/types';
import { titleOf } from '../../shared/text';
import {
  accepting,
  activating,
  mayBeTakenInBulk,
  offered,
  rejecting,
  reverted,
  stepping,
} from './acts';
import { ChatStore } from './chat.svelte';
import { Checks } from './checks.svelte';
import { Recorder, type Verdict } from './decision';
import { Embargo, embargoOf } from './embargo.svelte';
import { Filter } from './filter.svelte';
import { active, setActive } from './marks';
import { ModelRun } from './model-run.svelte';
import { Origins } from './origins';
import { paragraphsOf, type Stretch } from './paragraphs';
import { ignoredAs, type Row, Rows } from './rows';
import { Saver } from './saver.svelte';
import { stale } from './stale';
import { type Listed, putItems, restored, saysSame, type Tracked, tracking } from './tracking';
import { Versions } from './versions.svelte';

export class Workbench {
  title = $state('');
  engine = $state<Engine>('Basic');
  text = $state('');
  original = $state('');
  /** The suggestions where they stand now. */
  items: readonly Tracked[] = [];
  /** The same without their places, which every letter moves: what is drawn follows these. */
  listed = $state.raw<readonly Listed[]>([]);
  activeKey = $state<string | null>(null);
  /** Starts of the paragraphs the model has not read as they stand. */
  stale = $state.raw<readonly number[]>([]);
  isRestored = $state(false);
  /** What the active finding is being asked about. */
  asking = $state<'ignore' | 'dictionary' | 'dislike' | null>(null);
  /** Whether the text is locked for a review by single keys. */
  isReview = $state(false);
  readonly filter = new Filter();
  readonly saver: Saver;
  readonly checks: Checks;
  readonly model: ModelRun;
  readonly versions: Versions;
  readonly embargo: Embargo;
  /** Questions of the editor, and the one about facts, in one conversation. */
  chat = $state.raw<ChatStore | null>(null);
  readonly #rows = new Rows();
  readonly #origins = new Origins();
  #view: EditorView | null = null;
  readonly #recorder = new Recorder(this.#origins, (one) => this.saver.decided(one));

  constructor(
    readonly id: string,
    private readonly socket: Socket,
  ) {
    const view = () => this.#view;
    this.checks = new Checks(view);
    const { ignored } = this.checks;
    this.model = new ModelRun(id, socket, view, () => this.engine, ignored, {
      found: (suggestion, provider) => this.#origins.heard(suggestion, provider),
      ended: () => void this.saver.flush().then(() => this.#readOrigins()),
    });
    this.embargo = new Embargo(id, () => {
      this.model.stop();
      this.chat?.stop();
    });
    this.versions = new Versions(id);
    this.saver = new Saver(id, {
      text: () => this.text,
      items: () => this.items,
      named: () => this.#nameIt(),
    });
  }

  open = $derived(this.listed.filter((item) => item.state === 'open'));
  shown = $derived(this.open.filter((item) => this.filter.shows(item.suggestion)));
  rows: readonly Row[] = $derived(this.#rows.of(this.shown));
  /** What may be accepted at once: sure ones with one replacement, never a fact. */
  bulk = $derived(this.shown.filter((item) => item.suggestion.safe && mayBeTakenInBulk(item)));
  handled = $derived(this.listed.length - this.open.length);
  active = $derived(this.open.find((item) => item.key === this.activeKey) ?? null);

  get view(): EditorView | null {
    return this.#view;
  }

  /** Reads the article; gives the text for the editor. */
  async load(handedOver: string | null): Promise<string> {
    const unsaved = await this.saver.unsaved();
    const [conversation, draft, decisions] = await Promise.all([
      api.conversation(this.id),
      // What was begun on this page a moment ago has none.
      handedOver === null ? api.draft(this.id) : null,
      remote.decisions(this.id).catch(() => []),
    ]);
    for (const one of decisions) {
      if (one.action === 'always_ignored') this.checks.ignored.add(ignoredAs(one));
    }
    this.title = conversation.title;
    this.engine = conversation.engineType === 'Pro' ? 'Pro' : 'Basic';
    this.embargo.name = embargoOf(conversation.metadata.embargo);
    this.#origins.read(conversation.messages);
    const messages = conversation.messages.filter((message) => message.type === 'text');
    this.chat = new ChatStore(this.socket, this.id, () => this.engine, messages);
    this.saver.begin(draft);
    this.isRestored = unsaved !== null && unsaved.text !== draft?.text;
    const source = this.isRestored ? unsaved : draft;
    this.text = source?.text ?? handedOver ?? '';
    this.items = restored(source?.suggestions ?? []);
    this.listed = this.items;
    const article = conversation.messages.find((one) => one.type === 'article')?.content;
    this.original = article ?? reverted(this.text, this.items);
    // A newer draft than the one this goes on from shows itself as a conflict at the next save.
    if (unsaved && this.isRestored) this.saver.restore(unsaved);
    return this.text;
  }

  attach(view: EditorView): void {
    this.#view = view;
    if (this.items.length > 0) this.#quietly(putItems.of([...this.items]));
    void this.checks.whole();
    if (this.saver.isNew && this.text !== '') this.saver.soon();
  }

  detach(): void {
    this.checks.stop();
    void this.saver.flush();
    this.#view = null;
  }

  /** Reads the article anew, after another window has changed it. */
  async reload(): Promise<void> {
    const draft = await api.draft(this.id);
    this.saver.begin(draft);
    if (!draft || !this.#view) return;
    this.replaceText(draft.text);
    this.#quietly(putItems.of(restored(draft.suggestions)));
  }

  #quietly(effects: StateEffect<unknown>): void {
    this.#view?.dispatch({ effects, annotations: Transaction.addToHistory.of(false) });
  }

  /** Follows every change of the editor. */
  updated(update: ViewUpdate): void {
    const before = update.startState.field(tracking);
    const after = update.state.field(tracking);
    if (update.docChanged) {
      const wasEmpty = this.text.trim() === '';
      this.text = update.state.doc.toString();
      // The article as it came in is what was pasted into the empty page.
      if (wasEmpty && !this.original.trim() && this.text.length > 1) this.original = this.text;
      this.model.edited(update.changes);
      this.checks.updated(update);
    }
    this.items = after;
    if (!saysSame(before, after)) {
      this.#recorder.record(before, after, this.text);
      this.listed = after;
    }
    this.stale = update.state.field(stale);
    const activeKey = update.state.field(active);
    if (activeKey !== this.activeKey) this.asking = null;
    this.activeKey = activeKey;
    if (update.docChanged || before !== after) this.saver.soon();
  }

  /** Learns from the saved answer of a run which prompt its findings come from. */
  async #readOrigins(): Promise<void> {
    const conversation = await api.conversation(this.id).catch(() => null);
    if (conversation) this.#origins.read(conversation.messages);
  }

  /** Decides and, where it goes on, steps to the next: drawn once. */
  #run(spec: TransactionSpec | null, goesOn = false): void {
    const view = this.#view;
    if (!view) return;
    const decided = spec ? [view.state.update(spec)] : [];
    const { state } = decided[0] ?? view;
    const stepped = goesOn ? [state.update(stepping(state, 1, this.#shows))] : [];
    view.dispatch([...decided, ...stepped]);
  }

  readonly #shows = ({ suggestion }: Listed) => this.filter.shows(suggestion);

  #openOf(isMeant: (item: Tracked) => boolean): Tracked[] {
    return this.items.filter((item) => item.state === 'open' && isMeant(item));
  }

  /** Takes these, each by `replacement` or else its first one. */
  accept(keys: readonly string[], replacement?: string, goesOn = false): void {
    const wanted = new Set(keys);
    const items = this.#openOf((item) => wanted.has(item.key));
    this.#run(accepting(items, replacement), goesOn);
  }

  reject(keys: readonly string[], goesOn = false): void {
    const wanted = new Set(keys);
    this.#run(rejecting(this.#openOf((item) => wanted.has(item.key))), goesOn);
  }

  /** From now on this error is passed over in this article. */
  ignore(item: Listed): void {
    const ignored = ignoredAs(item.suggestion);
    this.checks.ignored.add(ignored);
    this.#recorder.because(item.key, { action: 'always_ignored' });
    this.#run(rejecting(this.#openOf((one) => ignoredAs(one.suggestion) === ignored)));
  }

  dislike(item: Listed, verdict: Verdict): void {
    this.#recorder.because(item.key, { action: 'disliked', verdict });
    this.reject([item.key]);
  }

  /** Offers words at the cursor, or in place of what is selected, as a suggestion. */
  offer(words: string, message: string): void {
    const view = this.#view;
    if (!view || words.trim() === '') return;
    const { from, to } = view.state.selection.main;
    const original = view.state.sliceDoc(from, to);
    const item = offered(from, original, words.trim(), message, crypto.randomUUID());
    view.dispatch({ effects: [putItems.of([item]), setActive.of(item.key)], scrollIntoView: true });
  }

  /** Puts another text in place of the whole, so that it can be undone. */
  replaceText(text: string): void {
    const view = this.#view;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      userEvent: 'input.restore',
    });
  }

  /** The stale paragraphs as they stand. */
  staleParagraphs(): Stretch[] {
    const doc = this.#view?.state.doc;
    const places = this.stale.map((from) => ({ from, to: from }));
    return doc ? paragraphsOf(doc, places) : [];
  }

  activate(key: string | null): void {
    this.#view?.dispatch(activating(this.items, key));
  }

  /** The next or previous shown suggestion after the active one, or after the cursor. */
  step(direction: 1 | -1): void {
    const view = this.#view;
    view?.dispatch(stepping(view.state, direction, this.#shows));
  }

  /** An article without a title takes its first line. */
  async #nameIt(): Promise<void> {
    const title = titleOf(this.text);
    if (title === '' || !['', '제목 없음'].includes(this.title)) return;
    await api.change(this.id, { title });
    this.title = title;
  }
}
