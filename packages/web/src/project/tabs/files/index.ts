/** What other tabs edit files with: the same editor, the same questions, the same care. Loaded with the tab that needs it. */
export { default as DiskBar } from './DiskBar.svelte';
export { Drafts } from './drafts.ts';
export { default as Editor } from './editor/Editor.svelte';
export { default as Merge } from './editor/Merge.svelte';
export { FileDesk } from './file-desk.ts';
export { mountEditor } from './handles.ts';
export { readWrap, writeWrap } from './kept-wrap.ts';
export type { OpenFile } from './open-file.svelte.ts';
export { default as SaveQuestion } from './SaveQuestion.svelte';
