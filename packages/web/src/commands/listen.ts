import type { App } from '../state/app.svelte.ts';
import { isEditing, pressed } from './keys.ts';

/** A dialog of `ui/Dialog`. The palette and the search are overlays of their own, which keys lead from one to the other. */
const MODAL = '[data-modal][data-state="open"]';

/** Listens for the keys of commands on the window, before terminals and editors see them. */
export function listenForShortcuts({ commandList }: App): Disposable {
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.repeat || event.defaultPrevented) return;
    // Where keys are chosen, they are only told.
    if (event.target instanceof Element && event.target.closest('[data-takes-keys]')) return;
    // What is behind a dialog is out of reach: it would change, or close with all that was typed, unseen.
    if (document.querySelector(MODAL)) return;
    const keys = pressed(event, commandList.mac);
    const command = keys && commandList.pressed(keys, isEditing(event.target));
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    commandList.run(command.id);
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return { [Symbol.dispose]: () => window.removeEventListener('keydown', onKey, { capture: true }) };
}
