/** An article as a row of the list, read with care from what the server keeps beside it. */
import type { Conversation } from '../../api/types';

export const states = ['waiting', 'proofreading', 'review', 'done'] as const;
export type ArticleState = (typeof states)[number];
/** Those that people set; `proofreading` is the server's to set. */
export const chosenStates: readonly ArticleState[] = ['waiting', 'review', 'done'];

export interface Row {
  id: string;
  title: string;
  engine: string;
  updatedAt: string;
  isPinned: boolean;
  state: ArticleState;
  desk: string;
  reporter: string;
  openSuggestions: number | null;
  /** `none`, or whom the text must not reach: `no-search`, `no-model`. */
  embargo: string;
}

/** What may be changed of an article from the list. */
export interface RowChange {
  title?: string;
  pinned?: boolean;
  state?: ArticleState;
  desk?: string;
  reporter?: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The row of a conversation; what an older server leaves out is empty. */
export function rowOf(conversation: Conversation): Row {
  const metadata = conversation.metadata as Record<string, unknown>;
  const state = states.find((one) => one === metadata.state) ?? 'waiting';
  const open = metadata.openSuggestions;
  return {
    id: conversation.conversationId,
    title: conversation.title,
    engine: conversation.engineType,
    updatedAt: conversation.updatedAt,
    isPinned: conversation.pinned || metadata.pinned === true,
    state,
    desk: text(metadata.desk),
    reporter: text(metadata.reporter),
    openSuggestions: typeof open === 'number' ? open : null,
    embargo: text(metadata.embargo) || 'none',
  };
}

/** The row after a change that the server has taken. */
export function changed(row: Row, change: RowChange): Row {
  const { pinned, ...rest } = change;
  return { ...row, ...rest, isPinned: pinned ?? row.isPinned };
}

/** A text cut at its marks, in order; marks that overlap or lie outside are passed over. */
export function pieces(
  text: string,
  marks: readonly (readonly number[])[],
): { text: string; isMarked: boolean }[] {
  const cut: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of [...marks].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    if (start < at || end <= start || end > text.length) continue;
    if (start > at) cut.push({ text: text.slice(at, start), isMarked: false });
    cut.push({ text: text.slice(start, end), isMarked: true });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), isMarked: false });
  return cut;
}
