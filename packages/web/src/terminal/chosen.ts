import { z } from 'zod';
import { withEntry } from '../state/remembered.ts';

const KEY = 'agor.terminals';
const Chosen = z.record(z.string(), z.string());

/** The terminal tab that was chosen in each box, as this browser remembers it. */
export function chosenTerminal(boxKey: string): string | null {
  return read()[boxKey] ?? null;
}

export function rememberTerminal(boxKey: string, id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withEntry(read(), boxKey, id)));
  } catch {
    // Storage is full or off: after a reload the newest terminal is shown.
  }
}

function read(): Record<string, string> {
  try {
    return Chosen.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    // Damaged, or storage is off.
    return {};
  }
}
