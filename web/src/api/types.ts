/** Names for the shapes of the generated schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Suggestion = Schemas['Suggestion'];
export type TrackedSuggestion = Schemas['TrackedSuggestion'];

/** What stands beside an article's title; servers of old tell nothing of it. */
export interface ArticleMetadata {
  pinned?: boolean;
  /** `waiting`, `proofreading`, `review` or `done`. */
  state?: string;
  reporter?: string | null;
  desk?: string | null;
  openSuggestions?: number;
  /** `none`, `no-search` or `no-model`. */
  embargo?: string;
}

export type Conversation = Omit<Schemas['ConversationWire'], 'metadata'> & {
  metadata: ArticleMetadata;
};

export type Message = Schemas['MessageWire'];
export type Draft = Schemas['DraftWire'];
export type Decision = Schemas['DecisionWire'];
export type Status = Schemas['Status'];
export type ServerFrame = Schemas['ServerFrame'];
export type Engine = 'Basic' | 'Pro';
