import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import {
  bracketMatching,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { register } from './editors';

/** Marks a change that came from the store, so that it is not sent back to it. */
const fromStore = Annotation.define<boolean>();

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--ink-soft)', fontStyle: 'italic' },
  { tag: tags.function(tags.definition(tags.variableName)), color: 'var(--code-name)' },
]);

const pythonExtensions: Extension = [
  python(),
  lineNumbers(),
  bracketMatching(),
  indentUnit.of('    '),
  syntaxHighlighting(colours),
];

interface Props {
  /** The accessible name of the text box. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  language: 'prose' | 'python';
  readOnly?: boolean;
  hint?: string;
}

function extensions({ label, language, hint }: Props, editable: Extension, changed: Extension) {
  const described = { 'aria-label': label, spellcheck: language === 'prose' ? 'true' : 'false' };
  return [
    history(),
    drawSelection(),
    // Tab is left alone: it must lead out of the editor.
    keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), ...historyKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of(described),
    language === 'python' ? pythonExtensions : [],
    hint === undefined ? [] : placeholder(hint),
    editable,
    changed,
  ];
}

function editability(readOnly: boolean): Extension {
  return [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)];
}

/** A text editor whose text lives in a store. */
export function CodeEditor(props: Props) {
  const { value, onChange, label, language, readOnly = false } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const onChangeNow = useRef(onChange);
  const first = useRef({ props, editable: new Compartment() });

  useEffect(() => {
    onChangeNow.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (host.current === null) return;
    const { props: initial, editable } = first.current;
    const changed = EditorView.updateListener.of((update) => {
      const own = update.transactions.some((one) => one.annotation(fromStore) !== true);
      if (update.docChanged && own) onChangeNow.current(update.state.doc.toString());
    });
    const editing = editable.of(editability(initial.readOnly ?? false));
    const created = new EditorView({
      parent: host.current,
      doc: initial.value,
      extensions: extensions(initial, editing, changed),
    });
    view.current = created;
    const forget = register(initial.label, created);
    return () => {
      forget();
      created.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editing = first.current.editable.reconfigure(editability(readOnly));
    const current = view.current;
    current?.dispatch({ effects: editing });
    // A text that has just been written is read from its first line.
    if (readOnly || current === null) return;
    const frame = requestAnimationFrame(() => {
      current.scrollDOM.scrollTop = 0;
    });
    return () => cancelAnimationFrame(frame);
  }, [readOnly]);

  useEffect(() => {
    const current = view.current;
    if (current === null) return;
    const text = current.state.doc.toString();
    if (text === value) return;
    // A program that is being streamed only grows: append, and keep the end in view.
    const grows = text !== '' && value.startsWith(text);
    const from = grows ? text.length : 0;
    const insert = grows ? value.slice(text.length) : value;
    current.dispatch({
      changes: { from, to: text.length, insert },
      annotations: fromStore.of(true),
    });
    if (grows && readOnly) current.scrollDOM.scrollTop = current.scrollDOM.scrollHeight;
  }, [value, readOnly]);

  return <div ref={host} className={`editor ${language}`} data-label={label} />;
}
