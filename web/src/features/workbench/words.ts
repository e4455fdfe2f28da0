/** Finds the words of this screen in the language of the moment. */
import { i18n } from '../../shared/i18n.svelte';
import { bench } from '../../shared/words/bench';

export type BenchWord = keyof typeof bench.ko;

/** A word of the workbench, with `{name}` places filled. */
export function w(word: BenchWord, values: Record<string, string | number> = {}): string {
  return bench[i18n.language][word].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );
}
