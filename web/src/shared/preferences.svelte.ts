/** What somebody has chosen in the settings, kept in this browser; the look is put on the page. */

export const themes = ['system', 'light', 'dark'] as const;
export const textSizes = ['small', 'normal', 'large', 'larger'] as const;
export const profiles = ['seoul', 'yonhap', 'standard'] as const;

export interface Preferences {
  theme: (typeof themes)[number];
  textSize: (typeof textSizes)[number];
  /** House style of checks; null leaves it to the server. */
  profile: (typeof profiles)[number] | null;
  /** Desk whose dictionary applies too; empty for none. */
  desk: string;
  /** Whether style hints are wanted. */
  hints: boolean;
}

const STORED = 'prf-preferences';

const usual: Preferences = {
  theme: 'system',
  textSize: 'normal',
  profile: null,
  desk: '',
  hints: false,
};

function oneOf<T>(choices: readonly T[], value: unknown, otherwise: T): T {
  return choices.includes(value as T) ? (value as T) : otherwise;
}

/** Preferences of what was stored; everything that is not a choice of ours is the usual one. */
export function read(stored: string | null): Preferences {
  let found: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}');
    if (parsed && typeof parsed === 'object') found = parsed;
  } catch {
    // What cannot be read counts as nothing.
  }
  return {
    theme: oneOf(themes, found.theme, usual.theme),
    textSize: oneOf(textSizes, found.textSize, usual.textSize),
    profile: oneOf([...profiles, null], found.profile, usual.profile),
    desk: typeof found.desk === 'string' ? found.desk.slice(0, 40) : usual.desk,
    hints: found.hints === true,
  };
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

let current = $state.raw<Preferences>(read(stored()));

function show(): void {
  const { dataset } = document.documentElement;
  dataset.theme = current.theme;
  dataset.textSize = current.textSize;
}

show();
// Another tab of the page has changed something.
globalThis.addEventListener?.('storage', (event) => {
  if (event.key !== STORED) return;
  current = read(event.newValue);
  show();
});

export const preferences = {
  get current(): Preferences {
    return current;
  },
  change(change: Partial<Preferences>): void {
    current = { ...current, ...change };
    show();
    try {
      localStorage.setItem(STORED, JSON.stringify(current));
    } catch {
      // A browser without storage keeps the choice for this visit.
    }
  },
  /** What every check and run is told. */
  get checkOptions(): { profile?: string; desk?: string; hints?: boolean } {
    return {
      ...(current.profile ? { profile: current.profile } : {}),
      ...(current.desk.trim() ? { desk: current.desk.trim() } : {}),
      ...(current.hints ? { hints: true } : {}),
    };
  },
};
