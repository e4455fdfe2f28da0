/** The screens in the navigation and the chunks they come in: a screen is read when it is opened. */
import type { Component } from 'svelte';
import type { Role } from '../api/session.svelte';
import type { shell } from '../shared/words/shell';
import type { Route } from './router.svelte';

type Go = (to: string) => void;

export const navigation: readonly {
  path: string;
  screen: Route['screen'];
  word: keyof typeof shell.ko;
  role: Role;
}[] = [
  { path: '/', screen: 'list', word: 'articles', role: 'user' },
  { path: '/settings', screen: 'settings', word: 'settings', role: 'user' },
];

/** What a screen is drawn with. */
export interface Shown {
  // biome-ignore lint/suspicious/noExplicitAny: each screen names its own properties below.
  component: Component<any>;
  properties: Record<string, unknown>;
}

/** Reads the chunk of a route. */
export async function read(route: Route, go: Go): Promise<Shown> {
  switch (route.screen) {
    case 'article': {
      const { default: component } = await import('../features/workbench/Workbench.svelte');
      return { component, properties: { id: route.id, go } };
    }
    case 'list':
    case 'signed-in': {
      const { default: component } = await import('../features/articles/Articles.svelte');
      return { component, properties: { engine: 'engine' in route ? route.engine : null, go } };
    }
    case 'settings': {
      const { default: component } = await import('../features/settings/Settings.svelte');
      return { component, properties: { go } };
    }
  }
}
