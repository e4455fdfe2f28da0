/** Reads one file out of a zip, such as the text out of a Word file. */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const DEFLATED = 8;

/** The named file's text, by the zip's own list of files. */
export function fileIn(zip: Buffer, wanted: string): string {
  const end = zip.lastIndexOf(Buffer.from(new Uint32Array([END]).buffer));
  if (end < 0) throw new Error('no zip');
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === ENTRY) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const name = zip.readUInt16LE(at + 28);
    const more = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (zip.toString('utf8', at + 46, at + 46 + name) === wanted) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(from, from + size);
      return (method === DEFLATED ? inflateRawSync(packed) : packed).toString('utf8');
    }
    at += 46 + name + more;
  }
  throw new Error(`${wanted} is not in the zip`);
}

/** A Word file's text with its tracked changes all accepted, or all rejected; one paragraph a line. */
export function wordText(docx: Buffer, take: 'after' | 'before'): string {
  const xml = fileIn(docx, 'word/document.xml');
  const gone = take === 'after' ? /<w:del[ >][\s\S]*?<\/w:del>/g : /<w:ins[ >][\s\S]*?<\/w:ins>/g;
  return xml
    .replace(gone, '')
    .split('</w:p>')
    .slice(0, -1)
    .map((part) =>
      [...part.matchAll(/<w:(?:t|delText)(?: [^>]*)?>([^<]*)</g)].map((m) => m[1]).join(''),
    )
    .join('\n');
}
