/** What the palette can do on every screen. */
import { sentence } from '../api/http';
import { session } from '../api/session.svelte';
import { beginArticle } from '../features/articles/begin';
import { type Command, commands } from '../shared/commands.svelte';
import { i18n, translator } from '../shared/i18n.svelte';
import { preferences } from '../shared/preferences.svelte';
import { sampleArticle } from '../shared/sample';
import { toasts } from '../shared/toasts.svelte';
import { shell } from '../shared/words/shell';

const t = translator(shell);

/** Adds them; gives the way to take them back. */
export function shellCommands(go: (to: string) => void, showKeys: () => void): () => void {
  const begin = (text: string) =>
    beginArticle(text, 'Basic', go).catch((error: unknown) => toasts.fail(sentence(error)));
  const all: Command[] = [
    { id: 'new', label: t('newArticle'), run: () => void begin('') },
    { id: 'sample', label: t('sampleArticle'), run: () => void begin(sampleArticle) },
    { id: 'light', label: t('lightTheme'), run: () => preferences.change({ theme: 'light' }) },
    { id: 'dark', label: t('darkTheme'), run: () => preferences.change({ theme: 'dark' }) },
    { id: 'system', label: t('systemTheme'), run: () => preferences.change({ theme: 'system' }) },
    { id: 'language', label: t('switchLanguage'), run: () => i18n.toggle() },
    { id: 'keys', label: t('showKeys'), keys: 'Ctrl /', run: showKeys },
  ];
  if (session.user && session.auth !== 'none') {
    all.push({ id: 'sign-out', label: t('signOut'), run: () => void session.signOut() });
  }
  return commands.add(all);
}
