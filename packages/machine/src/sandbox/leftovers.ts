import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SessionId } from '@agor/protocol';
import { z } from 'zod';

/** What a confined run leaves behind if nobody puts it in order; written before the runner starts, so that a crash forgets nothing. */
export const SandboxRecord = z.object({
  id: z.string(),
  sessionId: SessionId,
  /** Removed with all that is in it. */
  tmp: z.string(),
  /** Made for this run; removed when still empty and no other run needs them. */
  placeholders: z.array(z.string()),
  /** Looked at when the run has ended: what was there before, as `stateOf` tells. */
  watch: z.array(z.object({ path: z.string(), before: z.string().nullable() })),
  /** Folders in which repositories may have been made, with those that were there before. */
  repositories: z.array(z.object({ root: z.string(), before: z.array(z.string()) })).default([]),
});
export type SandboxRecord = z.infer<typeof SandboxRecord>;

/** What stands at a path, as far as it matters who put it there: null nothing, `link:<target>`, or `other`. */
export function stateOf(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return null;
  return stat.isSymbolicLink() ? `link:${readlinkSync(path)}` : 'other';
}

/** The records of runs that have not been put in order, each a file of its own. */
export class SandboxRecords {
  constructor(private readonly dir: string) {}

  add(record: SandboxRecord): void {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    // Not forced onto the disk, which would hold every start up: after a power cut no runner is left, and /tmp is emptied.
    const draft = `${this.#file(record.id)}.new`;
    writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
    renameSync(draft, this.#file(record.id));
  }

  remove(id: string): void {
    rmSync(this.#file(id), { force: true });
  }

  /** Those that can be read; a broken file is of no use to anybody and is removed. */
  list(): SandboxRecord[] {
    if (!existsSync(this.dir)) return [];
    return readdirSync(this.dir).flatMap((name) => {
      const file = join(this.dir, name);
      try {
        return [SandboxRecord.parse(JSON.parse(readFileSync(file, 'utf8')))];
      } catch {
        // Half a file can't be: it is written aside and renamed. So somebody else wrote it.
        rmSync(file, { force: true, recursive: true });
        return [];
      }
    });
  }

  #file(id: string): string {
    return join(this.dir, `${id}.json`);
  }
}
