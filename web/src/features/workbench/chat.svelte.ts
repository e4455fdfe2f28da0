/** The conversation about one article: what was said, and the answer that streams in. */
import type { Socket } from '../../api/socket';
import type { Engine, Message, ServerFrame } from '../../api/types';

export interface Line {
  id: string;
  role: 'user' | 'assistant';
  text: string;
  sources: { url: string; title: string }[];
}

/** A saved message as a line; sources lie in its metadata. */
export function lineOf(message: Message): Line {
  const sources = (message.metadata as { sources?: Line['sources'] }).sources ?? [];
  const role = message.role === 'user' ? 'user' : 'assistant';
  return { id: message.id, role, text: message.content, sources };
}

export class ChatStore {
  lines = $state.raw<Line[]>([]);
  answer = $state('');
  isAsking = $state(false);
  failure = $state('');
  #turnId: string | null = null;
  #sources: Line['sources'] = [];
  #waiting = '';
  #isDrawing = false;
  #asked = '';

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
    this.#asked = question;
    this.lines = [...this.lines, { id, role: 'user', text: question, sources: [] }];
    this.isAsking = true;
    this.failure = '';
    this.answer = '';
    this.#waiting = '';
    this.#sources = [];
    const frame = {
      action: 'sendMessage',
      message: question,
      engineType: this.engine(),
      conversationId: this.conversationId,
      idempotencyKey: id,
    };
    this.socket.start(frame, (answer) => this.#heard(answer));
  }

  retry(): void {
    const question = this.#asked;
    this.lines = this.lines.slice(0, -1);
    this.ask(question);
  }

  stop(): void {
    if (this.#turnId) this.socket.stop(this.#turnId);
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === 'turn_started') this.#turnId = frame.turnId ?? null;
    else if (frame.type === 'ai_chunk') this.#draw(frame.chunk);
    else if (frame.type === 'citation_update') this.#sources = frame.sources;
    else if (frame.type === 'chat_end' || frame.type === 'turn_stopped') this.#ended('');
    else if (frame.type === 'error') this.#ended(frame.message);
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

  #ended(failure: string): void {
    const text = this.answer + this.#waiting;
    this.#waiting = '';
    if (text !== '') {
      const line: Line = {
        id: crypto.randomUUID(),
        role: 'assistant',
        text,
        sources: this.#sources,
      };
      this.lines = [...this.lines, line];
    }
    this.answer = '';
    this.failure = failure;
    this.isAsking = false;
    this.#turnId = null;
  }
}
