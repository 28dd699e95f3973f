import type { App } from '../../state/app.svelte.ts';
import type { Category } from '../command.ts';

export type ItemKind = 'command' | 'project' | 'session' | 'file' | 'task' | 'setting';

/** Something that the palette offers. All words in it are shown as text, wherever they come from. */
export interface Item {
  /** Stable, for what is remembered: the kind and an id. */
  readonly key: string;
  readonly kind: ItemKind;
  readonly title: string;
  /** Shown behind the title; searched too. */
  readonly detail: string;
  /** Searched, and not shown. */
  readonly keywords: string;
  /** Shown at the row's end: "Session", "12 m". */
  readonly note: string;
  readonly category?: Category;
  readonly keys?: string | undefined;
  run(app: App): unknown;
}
