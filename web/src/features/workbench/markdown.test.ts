/** Markdown of answers: emphasis beside Hangul works, nothing runs. */
import { expect, test } from 'vitest';
import { render } from './markdown';

test('emphasis works beside Hangul and quotation marks', () => {
  expect(render('**“기준금리”**는')).toContain('<strong>“기준금리”</strong>는');
});

test('nothing that could run gets through', () => {
  const html = render('<img src=x onerror=alert(1)> [a](javascript:alert(1)) <script>1</script>');
  expect(html).not.toMatch(/<img|<script|href="javascript/);
});

test('only addresses of the web are links', () => {
  for (const address of ['mailto:a@example.com', '//example.com', '/session', 'x', 'ftp://a.kr']) {
    expect(render(`[가](${address}) <${address}>`), address).not.toContain('<a');
  }
  expect(render('a@example.com')).not.toContain('<a');
  expect(render('<HTTPS://example.com/나>')).toContain('href="HTTPS://example.com/');
});

test('numbers of sources are marked, links are links, and links open elsewhere', () => {
  expect(render('동결했다[1]. 글[출처 2](x)')).toContain('data-cite="1"');
  expect(render('[1](https://example.com)')).not.toContain('data-cite');
  expect(render('[가](https://example.com)')).toContain(
    '<a href="https://example.com" target="_blank" rel="noreferrer noopener">',
  );
});
