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

/** Whether the text holds what is looked for, by letters or by initial consonants. */
export function holds(text: string, wanted: string): boolean {
  const plain = wanted.trim().normalize('NFC').toLowerCase();
  if (plain === '') return true;
  const composed = text.normalize('NFC').toLowerCase();
  if (composed.includes(plain)) return true;
  return isInitials(plain) && initialsOf(composed).includes(plain);
}
