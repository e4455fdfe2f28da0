/** One run of the model over the text or a paragraph: its findings come in while editing goes on,
 * each put where its text stands by then. */
import { type ChangeSet, Transaction } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Socket } from '../../api/socket';
import type { Engine, ServerFrame, Suggestion } from '../../api/types';
import { preferences } from '../../shared/preferences.svelte';
import type { Stretch } from './paragraphs';
import { ignoredAs } from './rows';
import { freshened } from './stale';
import { placed, putItems, tracking } from './tracking';

/** Silence of that length is said, with the way to stop. */
const SLOW_AFTER_MS = 20_000;
/** How a run ends that said everything. */
const WHOLE = 'completed';

export interface Running {
  /** None before the server has begun. */
  turnId: string | null;
  found: number;
  /** How far the last finding lies in the text, from 0 to 1. */
  reached: number;
  isSlow: boolean;
}

export interface RunFailure {
  message: string;
  code: string;
  /** The turn that can go on. */
  turnId: string | null;
  found: number;
}

export class ModelRun {
  running = $state.raw<Running | null>(null);
  notices = $state.raw<readonly string[]>([]);
  failure = $state.raw<RunFailure | null>(null);
  /** Whether the model has read the article to its end in this visit. */
  hasRead = $state(false);
  #waiting: Stretch[] = [];
  /** Changes since the model was given the text. */
  #since: ChangeSet | null = null;
  #part: Stretch = { from: 0, to: 0 };
  /** Who serves the run. */
  #provider: string | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly conversationId: string,
    private readonly socket: Socket,
    private readonly view: () => EditorView | null,
    private readonly engine: () => Engine,
    private readonly ignored: ReadonlySet<string>,
    private readonly tell: {
      found: (suggestion: Suggestion, provider: string | null) => void;
      ended: () => void;
    },
  ) {}

  /** Reads the whole text. */
  start(): void {
    const length = this.view()?.state.doc.length ?? 0;
    this.#waiting = [];
    this.#run({ from: 0, to: length });
  }

  /** Reads only these paragraphs, one after another. */
  readAgain(parts: readonly Stretch[]): void {
    const [first, ...rest] = parts;
    if (!first || this.running) return;
    this.#waiting = rest;
    this.#run(first);
  }

  /** Goes on where the last run was cut. */
  goOn(): void {
    const turnId = this.failure?.turnId;
    const view = this.view();
    if (!turnId || !view || this.running) return;
    this.#since = view.state.changes([]);
    this.#begin({ action: 'continue', turnId }, this.failure?.found ?? 0);
  }

  stop(): void {
    this.#waiting = [];
    if (this.running?.turnId) this.socket.stop(this.running.turnId);
  }

  /** The text has changed while the model reads. */
  edited(changes: ChangeSet): void {
    if (this.#since) this.#since = this.#since.compose(changes);
    this.#waiting = this.#waiting.map(({ from, to }) => ({
      from: changes.mapPos(from, -1),
      to: changes.mapPos(to, 1),
    }));
  }

  #run(part: Stretch): void {
    const view = this.view();
    const text = view?.state.doc.sliceString(part.from, part.to) ?? '';
    if (!view || this.running || text.trim() === '') return;
    this.#since = view.state.changes([]);
    this.#part = part;
    this.notices = [];
    const frame = {
      action: 'proofread',
      text,
      engineType: this.engine(),
      conversationId: this.conversationId,
      ...preferences.checkOptions,
    };
    this.#begin(frame, 0);
  }

  #begin(frame: Record<string, unknown>, found: number): void {
    this.failure = null;
    this.running = { turnId: null, found, reached: 0, isSlow: false };
    this.#listen();
    const keyed = { ...frame, idempotencyKey: crypto.randomUUID() };
    this.socket.start(keyed, (answer) => this.#heard(answer));
  }

  #listen(): void {
    clearTimeout(this.#silence);
    if (this.running?.isSlow) this.running = { ...this.running, isSlow: false };
    this.#silence = setTimeout(() => {
      if (this.running) this.running = { ...this.running, isSlow: true };
    }, SLOW_AFTER_MS);
  }

  #heard(frame: ServerFrame): void {
    if (!this.running) return;
    this.#listen();
    if (frame.type === 'turn_started') {
      this.running = { ...this.running, turnId: frame.turnId ?? null };
      this.#provider = frame.provider ?? null;
    } else if (frame.type === 'switched') this.#provider = frame.provider;
    else if (frame.type === 'suggestion') this.#place(frame.suggestion);
    else if (frame.type === 'notice') this.notices = [...this.notices, frame.message];
    else if (frame.type === 'error') this.#failed(frame.message, frame.code);
    else if (frame.type === 'turn_stopped') this.#done(false);
    else if (frame.type === 'chat_end') {
      if (frame.outcome === WHOLE) this.#done(true);
      else this.#failed(this.notices.at(-1) ?? '', frame.outcome);
    }
  }

  #failed(message: string, code: string): void {
    const { turnId = null, found = 0 } = this.running ?? {};
    this.failure = { message, code, turnId, found };
    this.#waiting = [];
    this.#done(false);
  }

  #done(isWhole: boolean): void {
    const since = this.#since;
    clearTimeout(this.#silence);
    this.running = null;
    this.#since = null;
    this.tell.ended();
    const view = this.view();
    if (!isWhole || !view || !since) return;
    this.hasRead = true;
    const { from, to } = this.#part;
    const read = { from: since.mapPos(from, -1), to: since.mapPos(to, 1) };
    view.dispatch({ effects: freshened.of(read) });
    const next = this.#waiting.shift();
    if (next) this.#run(next);
  }

  #place(suggestion: Suggestion): void {
    const view = this.view();
    if (!view || !this.running || !this.#since || suggestion.source === 'rule') return;
    if (this.ignored.has(ignoredAs(suggestion))) return;
    const offset = this.#part.from;
    const from = this.#since.mapPos(suggestion.start + offset, 1);
    const to = Math.max(from, this.#since.mapPos(suggestion.end + offset, -1));
    const there = placed(view.state.field(tracking), from, to, suggestion);
    if (there?.state === 'rejected') return;
    const key = there?.key ?? `${this.running.turnId ?? ''}-${suggestion.id}`;
    const length = Math.max(1, this.#part.to - offset);
    const reached = Math.min(1, Math.max(this.running.reached, suggestion.end / length));
    this.running = { ...this.running, found: this.running.found + 1, reached };
    this.tell.found(suggestion, this.#provider);
    view.dispatch({
      effects: putItems.of([{ key, from, to, state: 'open', suggestion }]),
      annotations: Transaction.addToHistory.of(false),
    });
  }
}
