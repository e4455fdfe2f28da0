/** The calls of prompts, their files, versions, cache and trials. */
import { client, send, taken } from '../../api/http';
import type { components } from '../../api/schema';
import type { Engine, Suggestion } from '../../api/types';

type Schemas = components['schemas'];
export type Prompt = Schemas['PromptWire'];
export type PromptFile = Schemas['FileWire'];

export interface Version {
  version: number;
  updatedAt: string | null;
  updatedBy: string | null;
  description: string;
  characters: number;
}

export interface CacheState {
  characters: number;
  estimatedTokens: number;
  minimumTokens: number;
  state: 'cold' | 'warm' | 'unknown';
  warmUntil?: string | null;
  lastHit?: string | null;
}

export interface Trial {
  suggestions: Suggestion[];
  usage: { inputTokens: number; outputTokens: number };
  costMicroUsd: number;
  notices?: { code: string; message: string }[];
}

const at = (engine: Engine) => ({ params: { path: { engine } } });

export const remote = {
  prompt: (engine: Engine): Promise<Schemas['PromptWithFiles']> =>
    taken(client.GET('/prompts/{engine}', at(engine))),

  save: (
    engine: Engine,
    body: { description: string; instruction: string; version: number },
  ): Promise<{ version: number }> =>
    taken(client.PUT('/prompts/{engine}', { ...at(engine), body })),

  versions: async (engine: Engine): Promise<Version[]> =>
    (await send<{ versions: Version[] }>('GET', `/prompts/${engine}/versions`)).versions,

  version: (engine: Engine, version: number): Promise<Version & { instruction: string }> =>
    send('GET', `/prompts/${engine}/versions/${version}`),

  cache: (engine: Engine): Promise<CacheState> => send('GET', `/prompts/${engine}/cache`),

  trial: (
    engine: Engine,
    body: { text: string; description: string; instruction: string },
  ): Promise<Trial> => send('POST', `/prompts/${engine}/trial`, { body }),

  addFile: async (engine: Engine, fileName: string, fileContent: string): Promise<PromptFile> => {
    const body = { fileName, fileContent };
    return (await taken(client.POST('/prompts/{engine}/files', { ...at(engine), body }))).file;
  },

  replaceFile: async (file: PromptFile, fileName: string, fileContent: string): Promise<void> => {
    const path = { engine: file.promptId, fileId: file.fileId };
    const body = { fileName, fileContent };
    await taken(client.PUT('/prompts/{engine}/files/{fileId}', { params: { path }, body }));
  },

  removeFile: async (file: PromptFile): Promise<void> => {
    const path = { engine: file.promptId, fileId: file.fileId };
    await taken(client.DELETE('/prompts/{engine}/files/{fileId}', { params: { path } }));
  },
};
