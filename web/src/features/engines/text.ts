/** Reading files for the prompts. */

/** The text of a file in UTF-8 or, where it is none, in the encoding of old Korean files (CP949);
 * null where it is no text at all. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  for (const encoding of ['utf-8', 'euc-kr']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes).normalize('NFC');
    } catch {
      // The next encoding is tried.
    }
  }
  return null;
}
