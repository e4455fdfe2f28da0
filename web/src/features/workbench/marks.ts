/** How suggestions look in the text: a line by kind, a box around the active one. */
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { tracking } from './tracking';

/** Which suggestion is active. */
export const setActive = StateEffect.define<string | null>();

export const active = StateField.define<string | null>({
  create: () => null,
  update(key, transaction) {
    for (const effect of transaction.effects) if (effect.is(setActive)) return effect.value;
    return key;
  },
});

function drawn(view: EditorView): DecorationSet {
  const activeKey = view.state.field(active);
  const { from, to } = view.viewport;
  const marks = view.state
    .field(tracking)
    .filter((item) => item.state === 'open' && item.from <= to && item.to >= from)
    .map((item) => {
      const line = view.state.doc.lineAt(item.from);
      // What is to be put in at a place is shown at the letter before it.
      const start = item.from < item.to ? item.from : Math.max(line.from, item.from - 1);
      const end = item.from < item.to ? item.to : Math.min(line.to, start + 1);
      const box = item.key === activeKey ? ' mark-active' : '';
      const kind = item.from < item.to ? item.suggestion.category : 'insertion';
      const mark = Decoration.mark({
        class: `mark mark-${kind}${box}`,
        attributes: { 'data-key': item.key },
      });
      return start < end ? [mark.range(start, end)] : [];
    });
  return Decoration.set(marks.flat(), true);
}

/** Draws the marks of what is in view. */
export const marks: Extension = [active, EditorView.decorations.of(drawn)];
