import type { Anchor, SessionSummary } from '@agor/protocol';
import { getContext, setContext } from 'svelte';
import { createSubscriber, SvelteMap } from 'svelte/reactivity';
import type { SaidAt } from './transcript/rows.ts';

/** A clock for what counts seconds. It ticks only while something on screen reads it. */
export class SecondsClock {
  readonly #subscribe: () => void;

  constructor(private readonly read: () => number = () => Date.now()) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, 1000);
      return () => clearInterval(timer);
    });
  }

  /** Now, in ms; whoever reads it in markup is drawn again each second. */
  get now(): number {
    this.#subscribe();
    return this.read();
  }

  /** Now, without being told of later. */
  peek(): number {
    return this.read();
  }
}

/** What the person opened and folded, kept while rows leave the screen and come back. */
export class Folds {
  static readonly #KEPT = 2000;
  readonly #open = new SvelteMap<string, boolean>();

  isOpen(key: string, otherwise: boolean): boolean {
    return this.#open.get(key) ?? otherwise;
  }

  set(key: string, open: boolean): void {
    this.#open.set(key, open);
    const oldest = this.#open.keys().next().value;
    if (this.#open.size > Folds.#KEPT && oldest !== undefined) this.#open.delete(oldest);
  }
}

/** Pins of the session that a pane shows. */
export interface Pins {
  /** The anchor that was made of a message or a prompt. */
  of(messageId: string): Anchor | undefined;
  /** The pin is being set or taken away. */
  busy(said: SaidAt): boolean;
  /** Pins what was said, or takes its anchor away. */
  toggle(said: SaidAt): void;
}

/** What the parts of one agent pane share. */
export interface PaneContext {
  readonly folds: Folds;
  readonly session: SessionSummary | null;
  /** What was said in this session and is an anchor; null where nothing can be pinned. */
  readonly pins: Pins | null;
  /** What can follow on the last turn, shown at its cost; null while the agent has something to do. */
  readonly done: Done | null;
}

/** The end of the last turn, and where one goes from there. */
export interface Done {
  /** The row of its cost. */
  readonly key: string;
  /** Into the text field. */
  goOn(): void;
  /** Null in a folder that is no project. */
  readonly begin: (() => void) | null;
  readonly beginning: boolean;
}

const KEY = Symbol('agent pane');
/** One for the page: its timer runs while any pane counts. */
const seconds = new SecondsClock();

export function providePane(context: PaneContext): PaneContext {
  return setContext(KEY, context);
}

export function usePane(): PaneContext {
  return getContext<PaneContext>(KEY);
}

/** The clock for what counts seconds. */
export function useSeconds(): SecondsClock {
  return seconds;
}
