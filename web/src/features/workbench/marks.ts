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
    .filter((item) => item.state === 'open' && item.from < item.to)
    .filter((item) => item.from <= to && item.to >= from)
    .map((item) => {
      const box = item.key === activeKey ? ' mark-active' : '';
      return Decoration.mark({
        class: `mark mark-${item.suggestion.category}${box}`,
        attributes: { 'data-key': item.key },
      }).range(item.from, item.to);
    });
  return Decoration.set(marks, true);
}

/** Draws the marks of what is in view. */
export const marks: Extension = [active, EditorView.decorations.of(drawn)];
