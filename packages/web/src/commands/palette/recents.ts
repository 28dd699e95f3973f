import { z } from 'zod';

const KEY = 'agor.palette';
/** What was used longer ago is forgotten. */
const MAX_RECENTS = 30;
const Recents = z.array(z.string().max(500)).max(MAX_RECENTS);

/** What was chosen from the palette in this browser, newest first. */
export function readRecents(storage: Storage): readonly string[] {
  try {
    return Recents.parse(JSON.parse(storage.getItem(KEY) ?? '[]'));
  } catch {
    // Damaged, or storage is off: nothing was used yet.
    return [];
  }
}

export function rememberRecent(storage: Storage, key: string): void {
  const others = readRecents(storage).filter((one) => one !== key);
  try {
    storage.setItem(KEY, JSON.stringify([key.slice(0, 500), ...others].slice(0, MAX_RECENTS)));
  } catch {
    // Storage is full or off: the palette works without.
  }
}
