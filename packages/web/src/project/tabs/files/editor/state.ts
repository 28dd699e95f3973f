import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeAnyWord,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  LanguageDescription,
} from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, Text, Transaction } from '@codemirror/state';
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view';
import type { OpenFile } from '../open-file.svelte.ts';
import { indentOf } from '../text-shape.logic.ts';
import { looks } from './looks.ts';

const MAX_TAB = 8;
export const language = new Compartment();
export const wrapping = new Compartment();
export const writing = new Compartment();

/** A change that came from the disk: it can be undone, and is not scrolled to. */
export const changedOnDisk = {
  annotations: [Transaction.userEvent.of('disk'), Transaction.addToHistory.of(true)],
  scrollIntoView: false,
};

/** Everything that editors of text have in common. */
export const usual: Extension = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter(),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  EditorState.languageData.of(() => [{ autocomplete: completeAnyWord }]),
  rectangularSelection(),
  crosshairCursor(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, '\n')),
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    indentWithTab,
  ]),
  looks,
];

/** The editor's state of a file that was just read. */
export function beginState(file: OpenFile, lines: readonly string[]): EditorState {
  const indent = indentOf(lines);
  return EditorState.create({
    doc: Text.of(lines as string[]),
    extensions: [
      usual,
      language.of([]),
      wrapping.of([]),
      writing.of([]),
      indent === null ? [] : indentUnit.of(indent),
      EditorState.tabSize.of(indent !== null && indent !== '\t' ? Math.min(MAX_TAB, indent.length) : 4),
      EditorView.contentAttributes.of(() => ({ 'aria-label': `Content of ${file.path}`, tabindex: '0' })),
      EditorView.updateListener.of(({ state }) => file.changed(state)),
    ],
  });
}

/** The language of a file by its name, loaded; null when none is known. */
export async function languageFor(
  name: string,
): Promise<{ readonly label: string; readonly extension: Extension } | null> {
  if (/\.svelte$/i.test(name)) {
    const { svelte } = await import('@replit/codemirror-lang-svelte');
    return { label: 'Svelte', extension: svelte() };
  }
  if (/\.(puml|plantuml|pu)$/i.test(name)) return { label: 'PlantUML', extension: withoutColors("'") };
  if (/\.(mmd|mermaid)$/i.test(name)) return { label: 'Mermaid', extension: withoutColors('%%') };
  if (/\.(md|markdown|mkd|mdx)$/i.test(name)) {
    const { boundedMarkdown } = await import('./markdown.ts');
    return { label: 'Markdown', extension: boundedMarkdown() };
  }
  const { languages } = await import('@codemirror/language-data');
  const found = LanguageDescription.matchFilename(languages, aliasOf(name));
  return found ? { label: found.name, extension: await found.load() } : null;
}

/** A language that nobody keeps a grammar of: comments are made by their keys, and an apostrophe is only that. */
function withoutColors(comment: string): Extension {
  const known = { commentTokens: { line: comment }, closeBrackets: { brackets: ['(', '[', '{', '"'] } };
  return EditorState.languageData.of(() => [known]);
}

/** Names that language-data does not know. */
function aliasOf(name: string): string {
  if (/\.(jsonc|json5|webmanifest|ipynb)$/i.test(name)) return 'a.json';
  if (/^dockerfile\..*/i.test(name)) return 'Dockerfile';
  if (/^\.?(bashrc|zshrc|profile|bash_profile|zprofile|envrc)$/i.test(name) || /^\.env(\..*)?$/i.test(name))
    return 'a.sh';
  if (/^(Cargo|poetry|uv)\.lock$/i.test(name)) return 'a.toml';
  return name;
}
