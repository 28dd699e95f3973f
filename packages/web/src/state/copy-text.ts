import type { ToastStore } from './toasts.svelte.ts';

/** Puts text on the clipboard; says so when the browser does not allow it. */
export function copyText(toasts: Pick<ToastStore, 'add'>, text: string): void {
  navigator.clipboard.writeText(text).catch(() => {
    toasts.add({
      id: 'copy',
      level: 'error',
      title: 'Nothing was copied',
      body: 'The browser did not allow it.',
      ms: 6000,
    });
  });
}
