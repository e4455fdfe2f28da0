/** The conversation about one article: what was said, and the answer that streams in. */
import type { Socket } from '../../api/socket';
import type { Engine, Message, ServerFrame } from '../../api/types';
import { distinct, type Source } from './claims';

export interface Line {
  id: string;
  role: 'user' | 'assistant';
  text: string;
  sources: Source[];
  /** The turn of an answer that was cut, stopped or failed, and so can go on. */
  unfinished: { turnId: string; outcome: string } | null;
}

interface Metadata {
  sources?: Source[];
  turnId?: string;
  outcome?: string;
}

/** How an answer ended that nothing can be added to. */
const FINAL = ['completed', 'refused'];

function unfinished(turnId: string | null | undefined, outcome = 'completed'): Line['unfinished'] {
  return turnId && !FINAL.includes(outcome) ? { turnId, outcome } : null;
}

/** A saved message as a line; sources lie in its metadata. */
export function lineOf(message: Message): Line {
  const { sources = [], turnId, outcome } = message.metadata as Metadata;
  const role = message.role === 'user' ? 'user' : 'assistant';
  const rest = role === 'user' ? null : unfinished(turnId, outcome);
  return {
    id: message.id,
    role,
    text: message.content,
    sources: distinct(sources),
    unfinished: rest,
  };
}

/** What a turn finds in the prompt cache and is expected to cost. */
export interface Expected {
  isWarm: boolean;
  /** US dollars. */
  input: number;
}

export class ChatStore {
  lines = $state.raw<Line[]>([]);
  answer = $state('');
  isAsking = $state(false);
  failure = $state('');
  failureCode = $state('');
  notices = $state.raw<readonly string[]>([]);
  expected = $state.raw<Expected | null>(null);
  /** US dollars of the last answer; none before one is known. */
  cost = $state<number | null>(null);
  #turnId: string | null = null;
  #sources: Source[] = [];
  #waiting = '';
  #isDrawing = false;

  constructor(
    private readonly socket: Socket,
    private readonly conversationId: string,
    private readonly engine: () => Engine,
    messages: Message[],
  ) {
    this.lines = messages.map(lineOf);
  }

  ask(message: string): void {
    const question = message.trim();
    if (question === '' || this.isAsking) return;
    const id = crypto.randomUUID();
    const line: Line = { id, role: 'user', text: question, sources: [], unfinished: null };
    this.lines = [...this.lines, line];
    this.#begin({
      action: 'sendMessage',
      message: question,
      engineType: this.engine(),
      conversationId: this.conversationId,
      idempotencyKey: id,
    });
  }

  /** Asks the last question again. */
  retry(): void {
    const at = this.lines.findLastIndex((line) => line.role === 'user');
    const question = this.lines[at]?.text;
    if (question === undefined || this.isAsking) return;
    this.lines = this.lines.slice(0, at);
    this.ask(question);
  }

  /** Goes on with an answer that was cut. */
  goOn(line: Line): void {
    if (!line.unfinished || this.isAsking) return;
    const { turnId } = line.unfinished;
    this.lines = this.lines.map((one) => (one === line ? { ...one, unfinished: null } : one));
    this.#begin({ action: 'continue', turnId, idempotencyKey: crypto.randomUUID() });
  }

  stop(): void {
    if (this.#turnId) this.socket.stop(this.#turnId);
  }

  #begin(frame: Record<string, unknown>): void {
    this.isAsking = true;
    this.failure = '';
    this.failureCode = '';
    this.answer = '';
    this.notices = [];
    this.expected = null;
    this.cost = null;
    this.#waiting = '';
    this.#sources = [];
    this.socket.start(frame, (answer) => this.#heard(answer));
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === 'turn_started') {
      this.#turnId = frame.turnId ?? null;
      const { cache } = frame;
      if (cache) this.expected = { isWarm: cache.state === 'warm', input: cache.expectedInputUsd };
    } else if (frame.type === 'ai_chunk') this.#draw(frame.chunk);
    else if (frame.type === 'citation_update') this.#sources = distinct(frame.sources);
    else if (frame.type === 'notice') this.notices = [...this.notices, frame.message];
    else if (frame.type === 'usage') this.cost = frame.costUsd;
    else if (frame.type === 'turn_stopped') this.#ended('stopped');
    else if (frame.type === 'chat_end') this.#ended(frame.outcome);
    else if (frame.type === 'error') {
      this.failure = frame.message;
      this.failureCode = frame.code;
      this.#ended('failed');
    }
  }

  /** Pieces are shown together, once a frame. */
  #draw(chunk: string): void {
    this.#waiting += chunk;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.answer += this.#waiting;
      this.#waiting = '';
    });
  }

  #ended(outcome: string): void {
    const text = this.answer + this.#waiting;
    this.#waiting = '';
    if (text !== '') {
      const rest = unfinished(this.#turnId, outcome);
      const id = crypto.randomUUID();
      const line: Line = { id, role: 'assistant', text, sources: this.#sources, unfinished: rest };
      this.lines = [...this.lines, line];
    }
    this.answer = '';
    this.isAsking = false;
    this.#turnId = null;
  }
}
