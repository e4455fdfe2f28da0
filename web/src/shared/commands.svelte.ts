/** What the palette can do, told by whoever can do it, and whether the palette is open. */

import { untrack } from 'svelte';

export interface Command {
  id: string;
  label: string;
  keys?: string;
  run: () => void;
}

let sets = $state.raw<readonly (readonly Command[])[]>([]);
let isOpen = $state(false);

export const commands = {
  get all(): readonly Command[] {
    return sets.flat();
  },
  /** Adds commands for as long as a screen is shown; gives the way to take them back. */
  add(added: readonly Command[]): () => void {
    // An effect that adds commands must not run again because others have added theirs.
    sets = [...untrack(() => sets), added];
    return () => {
      sets = untrack(() => sets).filter((one) => one !== added);
    };
  },
};

export const palette = {
  get isOpen(): boolean {
    return isOpen;
  },
  open(): void {
    isOpen = true;
  },
  close(): void {
    isOpen = false;
  },
};
