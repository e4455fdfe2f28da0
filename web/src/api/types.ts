/** Names for the shapes of the generated schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Suggestion = Schemas['Suggestion'];
export type TrackedSuggestion = Schemas['TrackedSuggestion'];
export type Conversation = Schemas['ConversationWire'];
export type Message = Schemas['MessageWire'];
export type Draft = Schemas['DraftWire'];
export type Decision = Schemas['DecisionWire'];
export type Status = Schemas['Status'];
export type ServerFrame = Schemas['ServerFrame'];
export type Engine = 'Basic' | 'Pro';
