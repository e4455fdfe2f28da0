/** Who stands behind the model's findings: the provider that served it and the version of the prompt
 * it had, for the record of decisions. */
import type { Message, Suggestion } from '../../api/types';

export interface Origin {
  provider?: string;
  promptVersion?: number;
}

interface Metadata {
  provider?: string | null;
  promptVersion?: number | null;
  suggestions?: Suggestion[];
}

/** What makes a finding the same one in the draft, in a frame and in a saved answer, where the rule
 * that found it too may stand before it. */
function named({ original, replacements }: Suggestion): string {
  return `${original}\n${replacements[0] ?? ''}`;
}

export class Origins {
  readonly #known = new Map<string, Origin>();

  /** Learns from saved answers; of two that found the same the later one counts. */
  read(messages: readonly Message[]): void {
    for (const { metadata } of messages) {
      const { provider, promptVersion, suggestions = [] } = metadata as Metadata;
      if (!provider) continue;
      for (const suggestion of suggestions) {
        if (suggestion.source === 'rule') continue;
        this.#known.set(named(suggestion), {
          provider,
          ...(promptVersion == null ? {} : { promptVersion }),
        });
      }
    }
  }

  /** Learns who serves the run that finds it; its answer, with the prompt's version, comes later. */
  heard(suggestion: Suggestion, provider: string | null): void {
    if (provider) this.#known.set(named(suggestion), { provider });
  }

  /** What is known; nothing of the rules alone. */
  of(suggestion: Suggestion): Origin {
    return suggestion.source === 'rule' ? {} : (this.#known.get(named(suggestion)) ?? {});
  }
}
