import { untrack } from 'svelte';
import type { Live } from '../state/live.svelte.ts';

/** Keeps what a component shows fresh for as long as it shows it. Only while a component is being set up. */
export function keepFresh(lists: () => readonly Live<unknown>[]): void {
  $effect(() => {
    const shown = lists();
    const watches = untrack(() => shown.map((list) => list.watch()));
    return () => {
      for (const watch of watches) watch[Symbol.dispose]();
    };
  });
}
