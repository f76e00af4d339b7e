/** The text editors on the page by their accessible name, so that an action can go to one. */
import { EditorSelection } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

const editors = new Map<string, EditorView>();

export function register(label: string, view: EditorView): () => void {
  editors.set(label, view);
  return () => {
    if (editors.get(label) === view) editors.delete(label);
  };
}

export function focusEditor(label: string): void {
  const view = editors.get(label);
  view?.dom.scrollIntoView({ block: 'nearest' });
  view?.focus();
}

/** Selects a line (1-based) and brings it into view. */
export function goToLine(label: string, line: number): void {
  const view = editors.get(label);
  if (view === undefined || line < 1 || line > view.state.doc.lines) return;
  const { from, to } = view.state.doc.line(line);
  view.dispatch({ selection: EditorSelection.range(from, to), scrollIntoView: true });
  focusEditor(label);
}
