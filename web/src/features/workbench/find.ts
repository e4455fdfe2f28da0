/** Finding words in the whole text, also in what the editor has not drawn. */
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView } from '@codemirror/view';
import type { Stretch } from './paragraphs';

export interface Found {
  places: readonly Stretch[];
  /** Index of the one that is shown; -1 when there is none. */
  at: number;
}

const NOTHING: Found = { places: [], at: -1 };
const MOST = 2_000;

/** Where `wanted` stands in the text, without regard to letter case. */
export function placesOf(text: string, wanted: string): Stretch[] {
  const [within, word] = [text.toLowerCase(), wanted.normalize('NFC').toLowerCase()];
  // Letters whose lower case is longer would move every place after them.
  const [haystack, needle] = within.length === text.length ? [within, word] : [text, wanted];
  const places: Stretch[] = [];
  if (needle === '') return places;
  let from = haystack.indexOf(needle);
  while (from !== -1 && places.length < MOST) {
    places.push({ from, to: from + needle.length });
    from = haystack.indexOf(needle, from + needle.length);
  }
  return places;
}

export const setFound = StateEffect.define<Found>();

/** What is found; it moves with edits. */
export const found = StateField.define<Found>({
  create: () => NOTHING,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFound)) return effect.value;
    if (!transaction.docChanged || value.places.length === 0) return value;
    const places = value.places.map(({ from, to }) => ({
      from: transaction.changes.mapPos(from, 1),
      to: transaction.changes.mapPos(to, -1),
    }));
    return { ...value, places };
  },
  provide: (field) =>
    EditorView.decorations.from(field, ({ places, at }) =>
      Decoration.set(
        places
          .map((place, index) => ({ ...place, name: index === at ? 'found found-at' : 'found' }))
          .filter(({ from, to }) => from < to)
          .map(({ from, to, name }) => Decoration.mark({ class: name }).range(from, to)),
      ),
    ),
});

export const findExtension: Extension = [found];

/** Finds words and shows the next place from the cursor on. */
export function search(view: EditorView, wanted: string): Found {
  const places = placesOf(view.state.doc.toString(), wanted);
  const cursor = view.state.selection.main.from;
  const after = places.findIndex(({ from }) => from >= cursor);
  return show(view, { places, at: places.length === 0 ? -1 : Math.max(0, after) });
}

/** Shows the next or previous place, round and round. */
export function turn(view: EditorView, direction: 1 | -1): Found {
  const { places, at } = view.state.field(found);
  const next = places.length === 0 ? -1 : (at + direction + places.length) % places.length;
  return show(view, { places, at: next });
}

function show(view: EditorView, value: Found): Found {
  const place = value.places[value.at];
  view.dispatch({
    effects: setFound.of(value),
    ...(place ? { selection: { anchor: place.from, head: place.to }, scrollIntoView: true } : {}),
  });
  return value;
}

/** Takes the marks away. */
export function forget(view: EditorView): void {
  view.dispatch({ effects: setFound.of(NOTHING) });
}
