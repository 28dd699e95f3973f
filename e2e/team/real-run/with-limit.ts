/** Far more than any step takes, also on a busy machine: reached only when something hangs. */
const LIMIT_MS = 180_000;

/** A promise that fails after the limit, and its end. It costs nothing when nobody is late. */
export function withLimit(words: () => string): { readonly failed: Promise<never>; readonly end: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // Whoever waits hears of it; when nobody does any more, it is over.
  promise.catch(() => undefined);
  const timer = setTimeout(() => reject(new Error(words())), LIMIT_MS);
  return { failed: promise, end: () => clearTimeout(timer) };
}
