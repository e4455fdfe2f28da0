/** What an article is exported as, built from its text and its record. */
import type { Block } from './compare';
import { sideOf } from './compare';
import type { Piece } from './difference';
import type { Tracked } from './tracking';

/** A name a file can have everywhere. */
export function fileName(title: string, ending: string): string {
  const plain = title
    .replace(/[\\/:*?"<>|]/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return `${plain.slice(0, 60).trim() || '기사'}.${ending}`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}

function marked(pieces: readonly Piece[]): string {
  const tags = { same: '', removed: 'del', added: 'ins' } as const;
  return pieces
    .map(({ kind, text }) => {
      const tag = tags[kind];
      const inside = escaped(text).replaceAll('\n', '<br>');
      return tag ? `<${tag}>${inside}</${tag}>` : inside;
    })
    .join('');
}

const STYLE = `body{font:16px/1.8 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#16191d}
table{width:100%;border-collapse:collapse;table-layout:fixed}th{text-align:left;border-bottom:2px solid #16191d}
td{vertical-align:top;padding:.3rem 1rem .3rem 0;border-bottom:1px solid #dde2e8}
del{background:#fbe3e3;color:#a11616}ins{background:#ddf3e3;color:#12562d;text-decoration:none;font-weight:600}`;

/** A page that stands alone, with both texts beside each other. */
export function htmlOf(title: string, blocks: readonly Block[]): string {
  const rows = blocks.map((block) => {
    const sides = (['before', 'after'] as const).map(
      (side) => `<td>${marked(sideOf(block, side))}</td>`,
    );
    return `<tr>${sides.join('')}</tr>`;
  });
  const heading = escaped(title);
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>${heading}</title><style>${STYLE}</style></head>
<body><h1>${heading}</h1><table><thead><tr><th>고치기 전</th><th>고친 뒤</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}

/** The record: both texts and what was decided about every finding. */
export function jsonOf(article: {
  title: string;
  original: string;
  text: string;
  items: readonly Tracked[];
}): string {
  const { title, original, text, items } = article;
  const suggestions = items.map(({ from, to, state, suggestion }) => ({
    ...suggestion,
    start: from,
    end: to,
    state,
  }));
  return `${JSON.stringify({ title, original, text, suggestions }, null, 2)}\n`;
}
