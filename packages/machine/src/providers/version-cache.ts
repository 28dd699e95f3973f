import { realpathSync, statSync } from 'node:fs';
import { programVersion } from '@agor/providers/install';
import type { Result } from '@agor/runtime';

const LIMIT_MS = 5_000;
const MAX_ENTRIES = 100;

type Env = Readonly<Record<string, string | undefined>>;

/** Versions of programs, asked again only when the file behind the path changed. Failures are not remembered: they may be over. */
export class VersionCache {
  readonly #known = new Map<string, string | null>();

  async of(command: readonly [string, ...string[]], env: Env): Promise<Result<string | null, string>> {
    const key = keyOf(command);
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return { ok: true, value: known };
    const asked = await programVersion(command, { env, limitMs: LIMIT_MS });
    if (asked.ok && key !== null) this.#keep(key, asked.value);
    return asked;
  }

  #keep(key: string, version: string | null): void {
    this.#known.set(key, version);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_ENTRIES && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Null when there is no such file: then starting it tells best what is wrong. */
function keyOf([program, ...args]: readonly [string, ...string[]]): string | null {
  try {
    const path = realpathSync(program);
    const { mtimeMs, size } = statSync(path);
    return JSON.stringify([path, mtimeMs, size, ...args]);
  } catch {
    return null;
  }
}
