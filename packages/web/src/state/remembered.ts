import { z } from 'zod';

/** Boxes whose view is remembered; the ones changed longest ago are forgotten first. */
const MAX_REMEMBERED = 200;
const KEY = 'agor.workspace';

/** How the person left the window: kept in this browser, of no interest to anyone else. */
const Remembered = z.object({
  focused: z.string().nullable().default(null),
  /** By box key. */
  tabs: z.record(z.string(), z.string()).default({}),
  sessions: z.record(z.string(), z.string()).default({}),
  terminalOpen: z.record(z.string(), z.boolean()).default({}),
  terminalHeight: z.record(z.string(), z.number()).default({}),
  /** By folder: what happened before this time is not worth a box. */
  hiddenFolders: z.record(z.string(), z.number()).default({}),
  /** Whether the strip of agents above the grid is open; null: the person has not said. */
  agentsOpen: z.boolean().nullable().default(null),
  drawerWidth: z.number().default(416),
});
export type Remembered = z.infer<typeof Remembered>;

export function readRemembered(storage: Storage): Remembered {
  try {
    return Remembered.parse(JSON.parse(storage.getItem(KEY) ?? '{}'));
  } catch {
    // Damaged, or storage is off: the window opens as if for the first time.
    return Remembered.parse({});
  }
}

export function writeRemembered(storage: Storage, remembered: Remembered): void {
  try {
    storage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    // Storage is full or off: nothing of the person's work is in it.
  }
}

/** The record with this entry set and as the newest, within the bound. */
export function withEntry<T>(record: Readonly<Record<string, T>>, key: string, value: T): Record<string, T> {
  const { [key]: _, ...others } = record;
  return Object.fromEntries([...Object.entries(others), [key, value] as const].slice(-MAX_REMEMBERED));
}
