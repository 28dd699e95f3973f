import type { App } from './app.svelte.ts';
import { isEditing, matchKeys } from './keys.ts';
import { shortcuts } from './shortcuts.ts';

/** Listens for the shell's shortcuts on the window, before terminals and editors see them. */
export function listenForShortcuts(app: App): Disposable {
  const mac = isMac();
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.repeat) return;
    for (const shortcut of shortcuts) {
      const digit = matchKeys(shortcut.keys, event, mac);
      if (digit === null || (!shortcut.whileEditing && isEditing(event.target))) continue;
      event.preventDefault();
      event.stopPropagation();
      shortcut.run(app, digit);
      return;
    }
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return { [Symbol.dispose]: () => window.removeEventListener('keydown', onKey, { capture: true }) };
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
