import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ResponsesStandIn } from './responses.ts';

/** A home of its own for Codex's processes: HOME, CODEX_HOME, temp and work folder under one temp folder. */
export interface CodexHome extends Disposable {
  root: string;
  work: string;
  /** The whole environment: nothing of the test's own leaks in except PATH. */
  env: Record<string, string>;
  /** `providers.codex.config` that makes it talk to the stand-in and to nobody else. */
  config: Record<string, unknown>;
}

/** Codex warns of a CODEX_HOME under /tmp and leaves its helpers out. */
const BASE = '/var/tmp';

/** Makes the folders (under `root`, default a new temp folder); the caller disposes them after the last session in them. */
export function makeCodexHome(
  standIn: Pick<ResponsesStandIn, 'url'>,
  extra: Record<string, string> = {},
  root = realpathSync(mkdtempSync(join(BASE, 'agor-codex-'))),
): CodexHome {
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder('home'),
    CODEX_HOME: folder('codex'),
    TMPDIR: folder('tmp'),
    STANDIN_KEY: 'sk-dummy-key-of-a-test',
    ...extra,
  };
  return {
    root,
    work: folder('work'),
    env,
    config: configFor(standIn.url),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A provider of models that is the stand-in, with few retries. */
export function configFor(url: string): Record<string, unknown> {
  return {
    model_provider: 'standin',
    model_providers: {
      standin: {
        name: 'Stand-in',
        base_url: url,
        env_key: 'STANDIN_KEY',
        wire_api: 'responses',
        request_max_retries: 1,
        stream_max_retries: 1,
      },
    },
  };
}
