/** The socket: reconnects, pings, notices a connection that died silently, and resumes every running
 * turn after the last frame seen. */
import { held, refused } from './credentials';
import type { ServerFrame } from './types';

export type Connection = 'connected' | 'connecting' | 'offline';

/** What the socket needs of a browser's WebSocket; tests bring their own. */
export interface Wire {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event?: { code?: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

interface Options {
  open: () => Wire;
  later: (run: () => void, ms: number) => void;
  onConnection: (state: Connection) => void;
  /** The server no longer believes who is signed in. */
  onRefused?: () => void;
}

interface Follower {
  lastSeq: number;
  take: (frame: ServerFrame) => void;
}

const PING_MS = 5 * 60 * 1000;
/** After a ping, so long nothing may be heard before the connection counts as dead. */
const PONG_MS = 20_000;
/** The close code for a session that ended. */
const SIGNED_OUT = 4401;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
const LAST_FRAMES = ['chat_end', 'turn_stopped', 'error'];

export class Socket {
  #wire: Wire | null = null;
  #isOpen = false;
  #isEnded = false;
  #lastHeard = 0;
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

  #follow(turnId: string, take: (frame: ServerFrame) => void): void {
    this.#turns.set(turnId, { lastSeq: 0, take });
    this.#send(JSON.stringify({ action: 'resume', turnId, afterSeq: 0 }));
  }

  #send(text: string): void {
    if (this.#wire && this.#isOpen) this.#wire.send(text);
    else {
      this.#waiting.push(text);
      this.connect();
    }
  }

  /** Connects at once, or makes sure that the connection is alive: after sleep, or back online. */
  wake(): void {
    if (this.#wire && this.#isOpen) this.#beat(this.#wire);
    else this.connect();
  }

  /** Ends it for good. */
  close(): void {
    this.#isEnded = true;
    this.#wire?.close();
  }

  connect(): void {
    if (this.#wire || this.#isEnded) return;
    this.options.onConnection('connecting');
    const wire = this.options.open();
    this.#wire = wire;
    wire.onopen = () => this.#opened();
    wire.onmessage = (event) => this.#heard(JSON.parse(event.data) as ServerFrame);
    wire.onclose = (event) => this.#closed(wire, event?.code);
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
      this.#beat(wire);
      this.#ping(wire);
    }, PING_MS);
  }

  #beat(wire: Wire): void {
    const heard = this.#lastHeard;
    wire.send(JSON.stringify({ action: 'ping' }));
    this.options.later(() => {
      if (wire !== this.#wire || this.#lastHeard !== heard) return;
      wire.close();
      this.#closed(wire);
    }, PONG_MS);
  }

  #closed(wire: Wire, code?: number): void {
    if (wire !== this.#wire) return;
    this.#wire = null;
    this.#isOpen = false;
    this.options.onConnection('offline');
    // What was asked and never answered is asked again: its key makes sure it runs once.
    for (const asked of this.#asked) {
      if (!this.#waiting.includes(asked.text)) this.#waiting.push(asked.text);
    }
    if (this.#isEnded) return;
    if (code === SIGNED_OUT) {
      this.options.onRefused?.();
      return;
    }
    const wait = this.#retryMs;
    this.#retryMs = Math.min(wait * 2, LAST_RETRY_MS);
    this.options.later(() => this.connect(), wait);
  }

  #heard(frame: ServerFrame): void {
    this.#lastHeard += 1;
    if (frame.type === 'pong') return;
    const turnId = frame.turnId;
    if (!turnId) {
      const asked = this.#asked.shift();
      const running = frame.type === 'error' ? frame.runningTurnId : null;
      // A turn that runs already, as after a reload, is followed from its start.
      if (asked && running && !this.#turns.has(running)) this.#follow(running, asked.take);
      // A refusal before the turn began answers the oldest question.
      else asked?.take(frame);
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
    onRefused: refused,
    later: (run, ms) => setTimeout(run, ms),
    open: () => {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      const proof = held.accessToken ? ['bearer', held.accessToken] : [];
      return new WebSocket(`${scheme}://${location.host}/ws`, proof) as unknown as Wire;
    },
  });
}
