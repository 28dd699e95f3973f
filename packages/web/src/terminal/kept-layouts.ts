import { z } from 'zod';
import { withEntry } from '../state/remembered.ts';
import { EMPTY, type Layout, MAX_SLOTS } from './layout.logic.ts';

const KEY = 'agor.terminal-layouts';
const ids = z.array(z.string().max(300));
const Kept = z.record(
  z.string(),
  z.object({
    slots: ids.max(MAX_SLOTS),
    direction: z.enum(['row', 'column']),
    shares: z.array(z.number().min(0).max(1)).max(MAX_SLOTS),
    focused: z.number().int().min(0),
    order: ids.max(500),
    previews: ids.max(20),
  }),
);

/** How a box shows its terminals, as this browser remembers it. */
export function keptLayout(boxKey: string): Layout {
  return read()[boxKey] ?? EMPTY;
}

export function keepLayout(boxKey: string, layout: Layout): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withEntry(read(), boxKey, layout)));
  } catch {
    // Storage is full or off: after a reload the newest terminal is shown.
  }
}

function read(): Record<string, Layout> {
  try {
    return Kept.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    // Damaged, or storage is off.
    return {};
  }
}
