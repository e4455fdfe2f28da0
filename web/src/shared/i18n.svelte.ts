/** The language of the page and how words are found; the words themselves live in `words`, one file
 * for each screen, so that a screen brings its own with its chunk. */
import { categories } from './words/categories';
import { workbench } from './words/workbench';

export type Language = 'ko' | 'en';

/** The words of a screen; the same names in both languages, which a test holds. */
export interface Words<Name extends string> {
  readonly ko: Readonly<Record<Name, string>>;
  readonly en: Readonly<Record<Name, string>>;
}

type Values = Record<string, string | number>;
export type Word = keyof typeof workbench.ko;
export type CategoryName = keyof typeof categories.ko;

const STORED = 'prf-language';

function stored(): Language {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'ko';
  } catch {
    return 'ko';
  }
}

let language = $state<Language>(stored());

export const i18n = {
  get language(): Language {
    return language;
  },
  /** The name of the language for dates and numbers. */
  get locale(): string {
    return language === 'ko' ? 'ko-KR' : 'en-GB';
  },
  set(chosen: Language): void {
    language = chosen;
    document.documentElement.lang = language;
    try {
      localStorage.setItem(STORED, language);
    } catch {
      // A browser without storage keeps the choice for this visit.
    }
  },
  toggle(): void {
    this.set(language === 'ko' ? 'en' : 'ko');
  },
};

/** Finds the words of a screen in the language of the moment, with `{name}` places filled. */
export function translator<Name extends string>(words: Words<Name>) {
  return (name: Name, values: Values = {}): string =>
    words[language][name].replace(/\{(\w+)\}/g, (_, place: string) => String(values[place] ?? ''));
}

/** A word of the workbench. */
export const t = translator<Word>(workbench);

const category = translator<CategoryName>(categories);

export const categoryNames = Object.keys(categories.ko) as CategoryName[];

/** The label of a category; an unknown one is shown as it came. */
export function categoryLabel(name: string): string {
  return name in categories.ko ? category(name as CategoryName) : name;
}

/** A moment as the desk reads it: the day left out when it is today, the year when it is this one. */
export function moment(time: string, now: Date): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  const zone = { timeZone: 'Asia/Seoul' } as const;
  const day = (one: Date) => one.toLocaleDateString('en-CA', zone);
  const clock = at.toLocaleTimeString('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' });
  if (day(at) === day(now)) return clock;
  const sameYear = day(at).slice(0, 4) === day(now).slice(0, 4);
  const date = at.toLocaleDateString(i18n.locale, {
    ...zone,
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
  return `${date} ${clock}`;
}
