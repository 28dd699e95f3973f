import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type ExportFormat, exportPath } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { Failure } from '../failure.ts';
import { findSession } from '../find.ts';

export interface ExportArguments {
  readonly format: ExportFormat;
  readonly output?: string;
  /** Commander's `--no-…`. */
  readonly toolOutput: boolean;
  readonly thinking: boolean;
}

/** `agor export SESSION`: to a file that was not there before, or to stdout. */
export async function exportSession(paths: AgorPaths, id: string, options: ExportArguments): Promise<void> {
  using hub = await ensureHub(paths);
  const { state } = await findSession(hub.client, id);
  const { format, toolOutput, thinking } = options;
  const { url, token } = hub.info;
  const response = await fetch(new URL(exportPath(state.id, { format, toolOutput, thinking }), url), {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok || !response.body) throw new Failure((await response.text()).trim());
  const out =
    options.output === undefined ? process.stdout : createWriteStream(options.output, { flags: 'wx', mode: 0o600 });
  const failed = new Promise<never>((_, reject) => out.once('error', reject));
  failed.catch(() => undefined); // told where it is awaited
  try {
    for await (const part of response.body) {
      if (!out.write(part)) await Promise.race([once(out, 'drain'), failed]);
    }
    if (out !== process.stdout) await Promise.race([new Promise<void>((resolve) => out.end(resolve)), failed]);
  } catch (error) {
    throw new Failure(`The export could not be written: ${(error as Error).message}.`);
  }
}
