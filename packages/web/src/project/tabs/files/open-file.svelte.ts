import type { FileContent } from '@agor/protocol';
import { diff } from '@codemirror/merge';
import type { EditorState, Text, TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { beginState, changedOnDisk } from './editor/state.ts';
import { nameOf, viewerOf } from './file-kind.logic.ts';
import { putTogether, type TextShape, takeApart } from './text-shape.logic.ts';

/** A place in a file, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One open file: what was read of it, what the person made of it, and what the disk has meanwhile. Reading and writing are `ProjectFiles`' business. */
export class OpenFile {
  path = $state('');
  /** Stays when another file is looked at. */
  pinned = $state(false);
  /** What it is, as last read; null until then. */
  content = $state.raw<FileContent | null>(null);
  /** Why it can't be shown, in words. */
  problem = $state<string | null>(null);
  reading = $state(false);
  saving = $state(false);
  dirty = $state(false);
  /** It is not there any more; its text still is, here. */
  gone = $state(false);
  /** What is on the disk, when that is neither what was read nor what is here. */
  theirs = $state.raw<FileContent | null>(null);
  /** Shown side by side with `theirs`. */
  merging = $state(false);
  /** Shown as what it means (a table, a page) instead of its text. */
  rendered = $state(false);
  /** Where to go once it is shown. */
  goTo = $state.raw<Place | null>(null);
  /** What the editor knows: cursor, undo, folds. Null for what is no text. */
  state: EditorState | null = null;
  /** Grows when `state` is another one than an editor shows. */
  begun = $state(0);
  /** Grows with each change of the text, whoever made it: what is drawn of it follows. */
  edits = $state(0);
  /** The editor that shows it now. */
  view: EditorView | null = null;
  scroll: ReturnType<EditorView['scrollSnapshot']> | null = null;
  shape: TextShape = { lineEnd: '\n', bom: false };
  /** The version on the disk that `saved` is; null: it was never there. */
  version: string | null = null;
  #saved: Text | null = null;
  #looks = 0;

  readonly name = $derived(nameOf(this.path));
  readonly viewer = $derived(viewerOf(this.path));
  readonly hasConflict = $derived(this.theirs !== null || (this.gone && this.dirty));

  constructor(
    path: string,
    private readonly edited: (file: OpenFile) => void,
  ) {
    this.path = path;
    this.rendered = viewerOf(path) === 'table';
  }

  /** The text as it would be written. */
  get text(): string {
    return putTogether(this.state?.doc.toString() ?? '', this.shape);
  }

  /** It is being read; what this says counts only until a later look, or a save. */
  beginLook(): number {
    this.reading = true;
    return ++this.#looks;
  }

  /** False when what was read is old by now. */
  endLook(look: number): boolean {
    if (look !== this.#looks) return false;
    this.reading = false;
    return true;
  }

  /** What was read: the first time, or again. The person's own text is never replaced by it. */
  take(content: FileContent): void {
    this.problem = null;
    this.gone = false;
    if (content.kind !== 'text') {
      if (this.dirty) this.theirs = content;
      else this.#show(content);
      return;
    }
    if (!this.state) {
      this.#show(content);
      this.#begin(content.content, content.version);
    } else if (content.version === this.version) {
      this.theirs = null; // what is here began from it
    } else if (!this.dirty || this.text === content.content) {
      this.adopt(content);
    } else {
      this.theirs = content;
    }
  }

  /** It is not there. */
  lost(problem: string): void {
    if (!this.state) {
      this.problem = problem;
      return;
    }
    this.gone = true;
    this.theirs = null;
    this.merging = false;
  }

  /** Makes the text the one on the disk, in place: the cursor stays where it was, and undo brings back what was here. */
  adopt(content: FileContent & { kind: 'text' }): void {
    const { lines, shape } = takeApart(content.content);
    const next = lines.join('\n');
    const before = this.state?.doc.toString() ?? '';
    const changes = diff(before, next, { scanLimit: 500, timeout: 200 }).map(({ fromA, toA, fromB, toB }) => ({
      from: fromA,
      to: toA,
      insert: next.slice(fromB, toB),
    }));
    this.shape = shape;
    this.#show(content);
    this.theirs = null;
    this.merging = false;
    this.gone = false;
    this.version = content.version;
    this.apply({ changes, ...changedOnDisk });
    this.#saved = this.state?.doc ?? null;
    this.#judge();
  }

  /** The person's unsaved text of an earlier visit, over what was read. */
  restore(text: string, version: string | null): void {
    const read = this.content?.kind === 'text' ? this.content : null;
    if (!this.state) this.#begin('', null);
    const { lines } = takeApart(text);
    this.apply({ changes: { from: 0, to: this.state?.doc.length ?? 0, insert: lines.join('\n') } });
    this.pinned = true;
    if (read && version !== read.version && this.dirty) this.theirs = read;
  }

  /** `doc` was written and is now this version. */
  written(doc: Text, version: string, size: number): void {
    this.#saved = doc;
    this.#looks++; // what is being read may be what was there before
    this.reading = false;
    this.version = version;
    this.gone = false;
    this.theirs = null;
    this.merging = false;
    const content = this.content?.kind === 'text' ? this.content : { kind: 'text' as const, lang: 'text' };
    this.content = { ...content, content: '', version, size } as FileContent;
    this.#judge();
  }

  /** The disk's newer text is known and will be replaced by the next save. */
  keepMine(): void {
    this.version = this.theirs?.version ?? null;
    this.theirs = null;
    this.gone = false;
    this.merging = false;
  }

  apply(spec: TransactionSpec): void {
    if (this.view) this.view.dispatch(spec);
    else if (this.state) this.changed(this.state.update(spec).state);
  }

  /** The editor's news. */
  changed(state: EditorState): void {
    const isOther = state.doc !== this.state?.doc;
    this.state = state;
    if (!isOther) return;
    this.edits++;
    this.#judge();
    if (this.dirty) this.pinned = true;
    this.edited(this);
  }

  #begin(content: string, version: string | null): void {
    const { lines, shape } = takeApart(content);
    this.shape = shape;
    this.version = version;
    this.state = beginState(this, lines);
    this.#saved = this.state.doc;
    this.begun++;
    this.edits++;
  }

  /** The text itself is the editor's: it need not be held twice. */
  #show(content: FileContent): void {
    this.content = content.kind === 'text' ? { ...content, content: '' } : content;
  }

  #judge(): void {
    const { state } = this;
    this.dirty = state !== null && this.#saved !== null && !state.doc.eq(this.#saved);
  }
}
