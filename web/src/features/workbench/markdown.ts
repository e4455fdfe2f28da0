/** Answers as safe HTML; a chunk of its own, loaded with the first answer. */
import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import cjk from 'markdown-it-cjk-friendly';

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).use(cjk);

// A model's answer leads to the web or nowhere: not into this page, nor to another program.
const WEB = /^https?:\/\//i;
markdown.validateLink = (address) => WEB.test(address);

/** `[3]`, where it is no link: the number of a source. */
markdown.inline.ruler.after('link', 'cite', (state, silent) => {
  const number = /^\[(?:출처\s*)?(\d{1,2})\](?!\()/.exec(state.src.slice(state.pos))?.[0];
  if (!number) return false;
  if (!silent) {
    const token = state.push('cite', 'a', 0);
    token.content = number.replace(/\D/g, '');
  }
  state.pos += number.length;
  return true;
});
markdown.renderer.rules.cite = (tokens, index) => {
  const number = tokens[index]?.content ?? '';
  return `<a data-cite="${number}" target="_blank" rel="noreferrer noopener">[${number}]</a>`;
};

// Links of an answer open elsewhere: the page holds text that is being worked on.
markdown.renderer.rules.link_open = (tokens, index, options, _, self) => {
  tokens[index]?.attrSet('target', '_blank');
  tokens[index]?.attrSet('rel', 'noreferrer noopener');
  return self.renderToken(tokens, index, options);
};

/** HTML of a model's markdown, with nothing that could run. Where the browser asks for Trusted Types
 * it is one: put into the page as it is, never joined to other text. */
export function render(text: string): string {
  const clean: unknown = DOMPurify.sanitize(markdown.render(text), {
    RETURN_TRUSTED_TYPE: true,
    ALLOWED_TAGS: [
      'p',
      'br',
      'strong',
      'em',
      'ul',
      'ol',
      'li',
      'a',
      'code',
      'pre',
      'blockquote',
      'h1',
      'h2',
      'h3',
      'h4',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'hr',
      's',
    ],
    ALLOWED_ATTR: ['href', 'data-cite', 'target', 'rel'],
    ALLOWED_URI_REGEXP: WEB,
    // Without this the values of these too would have to be addresses.
    ADD_URI_SAFE_ATTR: ['data-cite', 'target', 'rel'],
    ALLOW_DATA_ATTR: false,
  });
  return clean as string;
}
