/** The calls of prompts, their files, versions, cache and trials. */
import { client, taken } from '../../api/http';
import type { components } from '../../api/schema';
import type { Engine } from '../../api/types';

type Schemas = components['schemas'];
export type Prompt = Schemas['PromptWire'];
export type PromptFile = Schemas['FileWire'];
export type Version = Schemas['PromptVersionWire'];
export type WholeVersion = Schemas['WholePromptVersion'];
export type CacheState = Schemas['PromptCacheWire'];
export type Trial = Schemas['TrialAnswer'];

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
    (await taken(client.GET('/prompts/{engine}/versions', at(engine)))).versions,

  version: (engine: Engine, version: number): Promise<WholeVersion> => {
    const path = { engine, version };
    return taken(client.GET('/prompts/{engine}/versions/{version}', { params: { path } }));
  },

  cache: (engine: Engine): Promise<CacheState> =>
    taken(client.GET('/prompts/{engine}/cache', at(engine))),

  trial: (engine: Engine, body: Schemas['TrialRequest']): Promise<Trial> =>
    taken(client.POST('/prompts/{engine}/trial', { ...at(engine), body })),

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
