/** Finding Korean by its initial consonants (초성). */

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';

/** Whether a word is made of initial consonants alone. */
export function isInitials(text: string): boolean {
  return text !== '' && [...text].every((one) => INITIALS.includes(one));
}

/** The text with each syllable as its initial consonant; as many UTF-16 units as the composed text. */
export function initialsOf(text: string): string {
  let initials = '';
  for (const one of text.normalize('NFC')) {
    const place = one.charCodeAt(0) - 0xac00;
    const isSyllable = one.length === 1 && place >= 0 && place <= 11_171;
    initials += isSyllable ? (INITIALS[Math.floor(place / 588)] ?? one) : one;
  }
  return initials;
}

/** How well the text fits what is looked for, by letters or by initial consonants: 3 it is that, 2 it
 * begins so, 1 it holds it, 0 it does not. */
export function closeness(text: string, wanted: string): number {
  const plain = wanted.trim().normalize('NFC').toLowerCase();
  const composed = text.normalize('NFC').toLowerCase();
  const byLetters = placed(composed, plain);
  return isInitials(plain) ? Math.max(byLetters, placed(initialsOf(composed), plain)) : byLetters;
}

/** Whether the text holds what is looked for, by letters or by initial consonants. */
export function holds(text: string, wanted: string): boolean {
  return closeness(text, wanted) > 0;
}

function placed(text: string, wanted: string): number {
  if (text === wanted) return 3;
  if (text.startsWith(wanted)) return 2;
  return text.includes(wanted) ? 1 : 0;
}
