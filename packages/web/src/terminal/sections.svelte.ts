import { SvelteMap } from 'svelte/reactivity';
import type { App } from '../state/app.svelte.ts';
import type { TerminalGroup } from './terminal-group.svelte.ts';

/** The terminals of the boxes of this window, as soon as their section was opened; by box key. */
const groups = new SvelteMap<string, TerminalGroup>();
/** What waits for a section that is being opened: the newest. */
const waiting = new Map<string, (group: TerminalGroup) => void>();

export function terminalGroup(boxKey: string): TerminalGroup | undefined {
  return groups.get(boxKey);
}

/** Called by the section that shows them; the caller disposes of it. */
export function offerTerminals(group: TerminalGroup): Disposable {
  const { key } = group.box;
  groups.set(key, group);
  const act = waiting.get(key);
  waiting.delete(key);
  act?.(group);
  return {
    [Symbol.dispose]: () => {
      if (groups.get(key) === group) groups.delete(key);
    },
  };
}

/** Opens a box's section when it is closed, and does something with its terminals as soon as they are loaded. */
export function withTerminals({ workspace }: App, boxKey: string, act: (group: TerminalGroup) => void): void {
  if (!workspace.terminalOpen(boxKey)) workspace.toggleTerminal(boxKey);
  const group = groups.get(boxKey);
  if (group) act(group);
  else waiting.set(boxKey, act);
}
