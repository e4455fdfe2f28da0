/** Checks by the rules while one types: the changed paragraphs soon, the whole article when the
 * hands rest. Answers are put where their text stands by then. */
import { type ChangeSet, Transaction } from '@codemirror/state';
import type { EditorView, ViewUpdate } from '@codemirror/view';
import { ApiError, api } from '../../api/client';
import type { Suggestion } from '../../api/types';
import { paragraphsOf, type Stretch, touched } from './paragraphs';
import { ignoredAs } from './rows';
import { dropItems, mergeCheck, putItems, tracking } from './tracking';

const SOON_MS = 250;
const WHOLE_MS = 1_500;
/** A change of so many characters at once is a paste: it is checked at once, as a whole. What was taken
 * from findings is not: nobody waits for that check, and everybody to see what was taken. */
const PASTE_CHARS = 40;
/** Beyond so many changed paragraphs, or this share of the text, everything is checked. */
const MOST_PARAGRAPHS = 3;
const MOST_SHARE = 0.5;

export class Checks {
  /** Whether the whole text has been checked at least once. */
  isChecked = $state(false);
  isChecking = $state(false);
  failure = $state('');
  /** Errors that are passed over in this article. */
  readonly ignored = new Set<string>();
  #changed: Stretch[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Changes since each check that is under way. */
  readonly #running = new Set<{ since: ChangeSet }>();

  constructor(private readonly view: () => EditorView | null) {}

  updated(update: ViewUpdate): void {
    for (const run of this.#running) run.since = run.since.compose(update.changes);
    this.#changed = touched(this.#changed, update.changes);
    let added = 0;
    update.changes.iterChangedRanges((_fromA, _toA, from, to) => {
      added += to - from;
    });
    clearTimeout(this.#timer);
    const isTaken = update.transactions.some((one) => one.isUserEvent('input.accept'));
    const isPaste = added >= PASTE_CHARS && !isTaken;
    this.#timer = setTimeout(
      () => void (isPaste ? this.whole() : this.#soon()),
      isPaste ? 0 : SOON_MS,
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #soon(): Promise<void> {
    const doc = this.view()?.state.doc;
    if (!doc) return;
    const paragraphs = paragraphsOf(doc, this.#changed);
    const size = paragraphs.reduce((sum, { from, to }) => sum + to - from, 0);
    const isMuch = paragraphs.length > MOST_PARAGRAPHS || size > doc.length * MOST_SHARE;
    if (isMuch || !this.isChecked) return this.whole();
    await Promise.all(paragraphs.map((one) => this.#check(one)));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.whole(), WHOLE_MS);
  }

  /** Checks the whole article. */
  async whole(): Promise<void> {
    const length = this.view()?.state.doc.length;
    this.#changed = [];
    if (length !== undefined) await this.#check(null);
  }

  async #check(part: Stretch | null): Promise<void> {
    const { doc } = this.view()?.state ?? {};
    if (!doc) return;
    const text = part ? doc.sliceString(part.from, part.to) : doc.toString();
    if (text.trim() === '') {
      this.#merge([], part ?? undefined);
      if (!part) this.isChecked = false;
      return;
    }
    const run = { since: (this.view() as EditorView).state.changes([]) };
    this.#running.add(run);
    this.isChecking = true;
    try {
      const found = await api.check(text);
      const place = (at: number, side: 1 | -1) => run.since.mapPos(at + (part?.from ?? 0), side);
      const placed = found.map((one) => {
        const start = place(one.start, 1);
        return { ...one, start, end: Math.max(start, place(one.end, -1)) };
      });
      const within = part ? { from: place(0, -1), to: place(text.length, 1) } : undefined;
      this.#merge(placed, within);
      if (!part) this.isChecked = true;
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof ApiError ? error.message : String(error);
    } finally {
      this.#running.delete(run);
      this.isChecking = this.#running.size > 0;
    }
  }

  #merge(found: Suggestion[], within?: Stretch): void {
    const view = this.view();
    if (!view) return;
    const { doc } = view.state;
    // What was typed into meanwhile says something else by now; its next check is on its way.
    const standing = found.filter(
      (one) =>
        doc.sliceString(one.start, one.end) === one.original && !this.ignored.has(ignoredAs(one)),
    );
    const { put, drop } = mergeCheck(view.state.field(tracking), standing, within);
    if (put.length === 0 && drop.length === 0) return;
    view.dispatch({
      effects: [dropItems.of(drop), putItems.of(put)],
      annotations: Transaction.addToHistory.of(false),
    });
  }
}
