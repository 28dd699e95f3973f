import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const mixed = (color: string, percent: number) => `color-mix(in srgb, var(--${color}) ${percent}%, transparent)`;

/** Editors are coloured by the page's tokens themselves, so they follow the theme without being told. */
const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--base)', fontSize: 'var(--term-font-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--term-font-family)', lineHeight: '1.5', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', paddingBlock: '4px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: mixed('blue', 30),
  },
  '.cm-activeLine': { backgroundColor: mixed('surface0', 45) },
  '.cm-gutters': { backgroundColor: 'var(--base)', color: 'var(--overlay1)', border: 'none' },
  '.cm-activeLineGutter': { backgroundColor: mixed('surface0', 45), color: 'var(--text)' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 6px 0 12px' },
  '.cm-foldGutter .cm-gutterElement': { color: 'var(--overlay1)', cursor: 'pointer' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--surface0)',
    border: 'none',
    color: 'var(--subtext0)',
    padding: '0 6px',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: mixed('blue', 20), outline: `1px solid ${mixed('blue', 60)}` },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: mixed('red', 25) },
  '.cm-selectionMatch': { backgroundColor: mixed('teal', 20) },
  '.cm-searchMatch': { backgroundColor: mixed('yellow', 28), borderRadius: '2px' },
  '.cm-searchMatch-selected': { backgroundColor: mixed('peach', 50) },
  '.cm-specialChar': { color: 'var(--red)' },
  '.cm-panels': { backgroundColor: 'var(--mantle)', color: 'var(--text)', fontFamily: 'var(--ui-font-family)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search, .cm-panel.cm-gotoLine, .cm-dialog': {
    padding: '6px 32px 6px 10px',
    fontSize: 'var(--text-xs)',
  },
  '.cm-panel label': { fontSize: 'var(--text-xs)', color: 'var(--subtext0)' },
  '.cm-textfield': {
    backgroundColor: 'var(--base)',
    color: 'var(--text)',
    border: '1px solid var(--edge)',
    borderRadius: '6px',
    padding: '2px 8px',
    fontSize: 'var(--text-sm)',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface0)',
    color: 'var(--text)',
    border: 'none',
    borderRadius: '6px',
    padding: '2px 8px',
    fontSize: 'var(--text-xs)',
  },
  '.cm-button:hover': { backgroundColor: 'var(--surface1)' },
  '.cm-panel button[name=close]': { color: 'var(--overlay1)', fontSize: '16px', right: '8px', top: '4px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--base)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--term-font-family)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--surface1)', color: 'var(--text)' },
  '.cm-changedLine': { backgroundColor: mixed('green', 10) },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: mixed('red', 10) },
  '&.cm-merge-b .cm-changedText': { background: mixed('green', 24) },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: mixed('red', 24) },
  '.cm-changedLineGutter': { backgroundColor: 'var(--green)' },
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { backgroundColor: 'var(--red)' },
  '.cm-collapsedLines': {
    background: 'var(--mantle)',
    color: 'var(--subtext0)',
    fontSize: 'var(--text-xs)',
  },
  // Its own sign is in few fonts.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯"', margin: '0 0.5em' },
});

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: 'var(--mauve)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.inserted], color: 'var(--green)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName], color: 'var(--blue)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.constant(tags.name)], color: 'var(--peach)' },
  { tag: [tags.typeName, tags.className, tags.namespace], color: 'var(--yellow)' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--sapphire)' },
  { tag: tags.tagName, color: 'var(--mauve)' },
  { tag: [tags.comment, tags.meta], color: 'var(--overlay1)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.operator, tags.bracket], color: 'var(--subtext0)' },
  { tag: [tags.link, tags.url], color: 'var(--sapphire)', textDecoration: 'underline' },
  { tag: tags.heading, color: 'var(--blue)', fontWeight: '600' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.deleted, tags.invalid], color: 'var(--red)' },
  { tag: tags.changed, color: 'var(--yellow)' },
]);

export const looks: Extension = [theme, syntaxHighlighting(colors, { fallback: false })];
