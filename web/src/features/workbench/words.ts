/** Finds the words of this screen in the language of the moment. */
import { translator } from '../../shared/i18n.svelte';
import { bench } from '../../shared/words/bench';

/** A word of the workbench's panels, with `{name}` places filled. */
export const w = translator(bench);
