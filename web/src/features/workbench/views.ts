/** The views of the text, in the order in which a key goes through them. */

export const views = ['edit', 'changes', 'side', 'final'] as const;
export type View = (typeof views)[number];

/** The view after this one, round and round. */
export function viewAfter(view: View): View {
  return views[(views.indexOf(view) + 1) % views.length] ?? 'edit';
}
