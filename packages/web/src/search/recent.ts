import { z } from 'zod';

const KEY = 'agor.searches';
const MAX_KEPT = 12;

/** What was searched for in this browser, the newest first: only what led somewhere. */
export function readSearches(storage: Storage): string[] {
  try {
    return z
      .array(z.string())
      .parse(JSON.parse(storage.getItem(KEY) ?? '[]'))
      .slice(0, MAX_KEPT);
  } catch {
    // Damaged, or storage is off: nothing of the person's work is in it.
    return [];
  }
}

export function rememberSearch(storage: Storage, text: string): void {
  const words = text.trim();
  if (words === '') return;
  try {
    const kept = [words, ...readSearches(storage).filter((one) => one !== words)].slice(0, MAX_KEPT);
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or off.
  }
}

export function forgetSearches(storage: Storage): void {
  try {
    storage.removeItem(KEY);
  } catch {
    // Storage is off.
  }
}
