/** A new article: made on the server first, then opened with its text. */
import { api } from '../../api/client';
import type { Engine } from '../../api/types';
import { handOver } from '../../shared/handover';
import { normalise, titleOf } from '../../shared/text';

/** Makes the article and opens it. A refusal is the caller's to show; nothing is opened then. */
export async function beginArticle(
  text: string,
  engine: Engine,
  go: (to: string) => void,
  title = '',
): Promise<void> {
  const article = normalise(text);
  const id = crypto.randomUUID();
  await api.create(id, engine, title.trim() || titleOf(article));
  handOver(id, article);
  go(`/articles/${id}`);
}
