/** The socket: reconnects, pings, and resumes every running turn after the last frame seen. */
import type { ServerFrame } from './types';

export type Connection = 'connected' | 'connecting' | 'offline';

/** What the socket needs of a browser's WebSocket; tests bring their own. */
export interface Wire {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

interface Options {
  open: () => Wire;
  later: (run: () => void, ms: number) => void;
  onConnection: (state: Connection) => void;
}

interface Follower {
  lastSeq: number;
  take: (frame: ServerFrame) => void;
}

const PING_MS = 5 * 60 * 1000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
const LAST_FRAMES = ['chat_end', 'turn_stopped', 'error'];

export class Socket {
  #wire: Wire | null = null;
  #isOpen = false;
  #retryMs = FIRST_RETRY_MS;
  #waiting: string[] = [];
  #turns = new Map<string, Follower>();
  /** Senders whose turn has no id yet, in the order they asked. */
  #asked: { text: string; take: (frame: ServerFrame) => void }[] = [];

  constructor(private readonly options: Options) {}

  /** Starts a turn; every frame of it goes to `take`. Needs an idempotency key to be resent. */
  start(frame: Record<string, unknown>, take: (frame: ServerFrame) => void): void {
    const text = JSON.stringify(frame);
    this.#asked.push({ text, take });
    this.#send(text);
  }

  stop(turnId: string): void {
    this.#send(JSON.stringify({ action: 'stop', turnId }));
  }

  #send(text: string): void {
    if (this.#wire && this.#isOpen) this.#wire.send(text);
    else {
      this.#waiting.push(text);
      this.connect();
    }
  }

  connect(): void {
    if (this.#wire) return;
    this.options.onConnection('connecting');
    const wire = this.options.open();
    this.#wire = wire;
    wire.onopen = () => this.#opened();
    wire.onmessage = (event) => this.#heard(JSON.parse(event.data) as ServerFrame);
    wire.onclose = () => this.#closed();
  }

  #opened(): void {
    this.#isOpen = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.options.onConnection('connected');
    for (const [turnId, turn] of this.#turns) {
      this.#wire?.send(JSON.stringify({ action: 'resume', turnId, afterSeq: turn.lastSeq }));
    }
    for (const text of this.#waiting.splice(0)) this.#wire?.send(text);
    this.#ping(this.#wire);
  }

  #ping(wire: Wire | null): void {
    this.options.later(() => {
      if (!wire || wire !== this.#wire || !this.#isOpen) return;
      wire.send(JSON.stringify({ action: 'ping' }));
      this.#ping(wire);
    }, PING_MS);
  }

  #closed(): void {
    this.#wire = null;
    this.#isOpen = false;
    this.options.onConnection('offline');
    // What was asked and never answered is asked again: its key makes sure it runs once.
    for (const asked of this.#asked) {
      if (!this.#waiting.includes(asked.text)) this.#waiting.push(asked.text);
    }
    const wait = this.#retryMs;
    this.#retryMs = Math.min(wait * 2, LAST_RETRY_MS);
    this.options.later(() => this.connect(), wait);
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === 'pong') return;
    const turnId = frame.turnId;
    if (!turnId) {
      // A refusal before the turn began answers the oldest question.
      this.#asked.shift()?.take(frame);
      return;
    }
    let turn = this.#turns.get(turnId);
    if (!turn) {
      const asked = this.#asked.shift();
      if (!asked) return;
      turn = { lastSeq: 0, take: asked.take };
      this.#turns.set(turnId, turn);
    }
    const seq = frame.seq ?? 0;
    if (seq <= turn.lastSeq) return;
    turn.lastSeq = seq;
    turn.take(frame);
    if (LAST_FRAMES.includes(frame.type)) this.#turns.delete(turnId);
  }
}

/** A socket to the server this page came from. */
export function browserSocket(onConnection: (state: Connection) => void): Socket {
  return new Socket({
    onConnection,
    later: (run, ms) => setTimeout(run, ms),
    open: () => {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      return new WebSocket(`${scheme}://${location.host}/ws`) as unknown as Wire;
    },
  });
}
