/** How long a window that has the focus, is seen, or is hidden leaves the others the first go. In ms. */
const WAIT_MS = { focused: 0, visible: 150, hidden: 400 };
/** Longer than the slowest window waits and hears of it. In ms. */
const HOLD_MS = 10_000;

/**
 * Whether this window is the one that tells of something: of all windows of this browser one gets it, the one that the person looks at
 * before the others. Always true where windows can't agree (a page without a secure context).
 */
export async function claim(name: string): Promise<boolean> {
  if (!navigator.locks) return true;
  const wait = document.hidden ? WAIT_MS.hidden : document.hasFocus() ? WAIT_MS.focused : WAIT_MS.visible;
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise<void>((release) => setTimeout(release, HOLD_MS));
    });
  });
}
