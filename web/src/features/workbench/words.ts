/** Finds the words of this screen in the language of the moment. */
import { translator } from '../../shared/i18n.svelte';
import { bench } from '../../shared/words/bench';
import { panels } from '../../shared/words/panels';

/** A word of the workbench, with `{name}` places filled. */
export const w = translator({
  ko: { ...bench.ko, ...panels.ko },
  en: { ...bench.en, ...panels.en },
});
