import { readFileSync } from 'node:fs';
import { PluginPermission } from '@agor/protocol';
import { type Logger, writeFileAtomic } from '@agor/runtime';
import { z } from 'zod';

const Kept = z.object({
  enabled: z.boolean().default(false),
  /** The program that the person agreed to; empty: none. */
  hash: z.string().default(''),
  granted: z.array(PluginPermission).default([]),
  values: z.record(z.string(), z.unknown()).default({}),
});
export type Kept = z.infer<typeof Kept>;
const File = z.record(z.string(), Kept);

const NOTHING: Kept = { enabled: false, hash: '', granted: [], values: {} };

/**
 * What the person decided about plugins: `plugins.json` of the data folder. Not among the settings, for those are exported and imported:
 * consent to a program is given on the computer on which it is to run.
 */
export class Consents {
  readonly #file: string;
  #kept: Record<string, Kept> = {};

  constructor(file: string, log: Logger) {
    this.#file = file;
    try {
      this.#kept = File.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (error) {
      // Unreadable: nothing counts as agreed to, which is the safe side.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn('plugins.json is not understood', { error });
    }
  }

  of(id: string): Kept {
    return Object.hasOwn(this.#kept, id) ? (this.#kept[id] ?? NOTHING) : NOTHING;
  }

  put(id: string, change: Partial<Kept>): void {
    this.#write({ ...this.#kept, [id]: { ...this.of(id), ...change } });
  }

  forget(id: string): void {
    const { [id]: _, ...rest } = this.#kept;
    this.#write(rest);
  }

  #write(kept: Record<string, Kept>): void {
    writeFileAtomic(this.#file, JSON.stringify(kept, null, 2), { mode: 0o600 });
    this.#kept = kept;
  }
}
