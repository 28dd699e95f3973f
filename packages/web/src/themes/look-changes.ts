const listeners = new Set<() => void>();
let observer: MutationObserver | null = null;

/**
 * Tells when colours or fonts of the page changed, once for all changes of one moment: for what draws by itself (terminals, charts) and can't
 * follow CSS variables. Watches the page and not the settings, so that a preview counts as well. The caller ends it.
 */
export function onLookChange(changed: () => void): Disposable {
  // A function of its own each time: the same listener may be there twice.
  const listener = () => changed();
  listeners.add(listener);
  if (!observer) {
    observer = new MutationObserver(() => {
      for (const tell of [...listeners]) tell();
    });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style'] });
  }
  return {
    [Symbol.dispose]: () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      observer?.disconnect();
      observer = null;
    },
  };
}
