/** Answers as safe HTML; a chunk of its own, loaded with the first answer. */
import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import cjk from 'markdown-it-cjk-friendly';

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).use(cjk);

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
    ALLOWED_ATTR: ['href'],
  });
  return clean as string;
}
