import { open } from 'node:fs/promises';
import type { Place } from '../tools/index.ts';

/** In which projects tell agents what they should know; the first that is there counts. */
const FILES: readonly string[] = ['AGENTS.md', 'CLAUDE.md'];
/** A small model's window is soon full of notes. */
const MAX_BYTES = 16 * 1024;

/** What the project tells agents, its beginning if it is long; null when it tells nothing. */
export async function projectNotes(place: Place): Promise<string | null> {
  for (const name of FILES) {
    // A link out of the project would tell the model what the person never showed it.
    const { path, inside } = await place.locate(name);
    const text = inside ? await beginning(path) : null;
    if (text?.trim()) return text.trim();
  }
  return null;
}

async function beginning(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null); // not there, or not for us
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    const text = new TextDecoder().decode(buffer.subarray(0, Math.min(bytesRead, MAX_BYTES)));
    return bytesRead > MAX_BYTES ? `${text}\n(The file goes on; read it when you need the rest.)` : text;
  } catch {
    return null; // a folder of that name
  } finally {
    await file.close();
  }
}
