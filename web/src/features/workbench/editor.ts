/** The editor: CodeMirror with tracked suggestions, and nothing a browser adds to text. */
import { history } from '@codemirror/commands';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import { normalise } from '../../shared/text';
import { textKeymap } from '../../shared/text-keys';
import { findExtension } from './find';
import { marks } from './marks';
import { staleExtension } from './stale';
import { trackingExtension } from './tracking';

const look = EditorView.theme({
  '&': {
    height: '100%',
    // What is typed lays out the editor and nothing around it.
    contain: 'strict',
    fontSize: '1.06rem',
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: '1.9', overflow: 'auto' },
  '.cm-content': { padding: '1.4rem 1.8rem', caretColor: 'var(--ink)', wordBreak: 'keep-all' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--accent-soft)' },
});

const lock = new Compartment();

/** Whether letters go into the text; suggestions are taken and left all the same. The content stays
 * focusable, and no input method composes in it. */
export function setEditable(view: EditorView, isEditable: boolean): void {
  const extension = [
    EditorView.editable.of(isEditable),
    EditorView.contentAttributes.of({ 'aria-readonly': String(!isEditable) }),
  ];
  view.dispatch({ effects: lock.reconfigure(extension) });
}

/** What the server put into the page for styles that scripts add. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

export function openEditor(
  parent: HTMLElement,
  text: string,
  label: string,
  listener: Extension,
): EditorView {
  const state = EditorState.create({
    doc: text,
    extensions: [
      EditorView.cspNonce.of(nonce()),
      history(),
      drawSelection(),
      EditorView.lineWrapping,
      EditorState.lineSeparator.of('\n'),
      keymap.of(textKeymap),
      EditorView.clipboardInputFilter.of((pasted) => normalise(pasted)),
      EditorView.contentAttributes.of({
        'aria-label': label,
        lang: 'ko',
        tabindex: '0',
        spellcheck: 'false',
        autocorrect: 'off',
      }),
      lock.of([]),
      trackingExtension,
      staleExtension,
      marks,
      findExtension,
      look,
      listener,
    ],
  });
  return new EditorView({ state, parent });
}
