/** One run of the model over the text: its findings come in while editing goes on, each put where
 * its text stands by then. */
import { type ChangeSet, Transaction } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Socket } from '../../api/socket';
import type { Engine, ServerFrame, Suggestion } from '../../api/types';
import { placed, putItems, tracking } from './tracking';

export class ModelRun {
  /** The running turn; none when nothing runs. */
  running = $state<{ turnId: string | null; found: number } | null>(null);
  notice = $state('');
  failure = $state('');
  /** Changes since the model was given the text. */
  #since: ChangeSet | null = null;

  constructor(
    private readonly conversationId: string,
    private readonly socket: Socket,
    private readonly view: () => EditorView | null,
    private readonly engine: () => Engine,
  ) {}

  start(): void {
    const view = this.view();
    const text = view?.state.doc.toString() ?? '';
    if (!view || this.running || text.trim() === '') return;
    this.#since = view.state.changes([]);
    this.running = { turnId: null, found: 0 };
    this.notice = '';
    this.failure = '';
    const frame = {
      action: 'proofread',
      text,
      engineType: this.engine(),
      conversationId: this.conversationId,
      idempotencyKey: crypto.randomUUID(),
    };
    this.socket.start(frame, (answer) => this.#heard(answer));
  }

  stop(): void {
    if (this.running?.turnId) this.socket.stop(this.running.turnId);
  }

  /** The text has changed while the model reads. */
  edited(changes: ChangeSet): void {
    if (this.#since) this.#since = this.#since.compose(changes);
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === 'turn_started') this.running = { turnId: frame.turnId ?? null, found: 0 };
    else if (frame.type === 'suggestion') this.#place(frame.suggestion);
    else if (frame.type === 'notice') this.notice = frame.message;
    else if (frame.type === 'error') {
      this.failure = frame.message;
      this.#ended();
    } else if (frame.type === 'chat_end' || frame.type === 'turn_stopped') this.#ended();
  }

  #ended(): void {
    this.running = null;
    this.#since = null;
  }

  #place(suggestion: Suggestion): void {
    const view = this.view();
    if (!view || !this.#since || suggestion.source === 'rule') return;
    const from = this.#since.mapPos(suggestion.start, 1);
    const to = Math.max(from, this.#since.mapPos(suggestion.end, -1));
    const there = placed(view.state.field(tracking), from, to, suggestion);
    if (there?.state === 'rejected') return;
    const key = there?.key ?? `${this.running?.turnId ?? ''}-${suggestion.id}`;
    if (this.running) this.running = { ...this.running, found: this.running.found + 1 };
    view.dispatch({
      effects: putItems.of([{ key, from, to, state: 'open', suggestion }]),
      annotations: Transaction.addToHistory.of(false),
    });
  }
}
