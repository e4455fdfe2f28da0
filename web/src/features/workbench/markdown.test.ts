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
