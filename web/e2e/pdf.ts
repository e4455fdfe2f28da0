/** The least PDF files that nothing can be read out of: one holds a picture only, one wants a password. */

function pdf(trailer: string, ...objects: string[]): Buffer {
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  const end = `trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, 'latin1');
}

const stream = (dictionary: string, data: string) =>
  `<<${dictionary}/Length ${data.length}>>\nstream\n${data}\nendstream`;

const page = [
  '<</Type/Catalog/Pages 2 0 R>>',
  '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>',
  stream(
    '/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8',
    'x',
  ),
  stream('', 'q 595 0 0 842 0 0 cm /I Do Q'),
];

/** A page that is nothing but a picture. */
export const scannedPdf = (): Buffer => pdf('', ...page);

/** The same behind a password (standard security handler, revision 2). */
export const encryptedPdf = (): Buffer => {
  const key = 'ab'.repeat(32);
  const lock = `<</Filter/Standard/V 1/R 2/O<${key}>/U<${key}>/P -4>>`;
  return pdf('/Encrypt 6 0 R/ID[<00><00>]', ...page, lock);
};
