import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedVendor, makeCodexHome, startAnthropic, startOllama, startResponses } from '@agor/e2e/standins';
import { claudeEnv } from '@agor/e2e/world';
import type { RunOptions } from '@agor/protocol';

/** What it takes to run one agent without its vendor's servers. */
export interface Place extends AsyncDisposable {
  readonly options: Partial<RunOptions> & { readonly cwd: string };
  readonly env: Readonly<Record<string, string>>;
}

/** How each provider's runner gets a live agent; null where its vendor's program is not installed: a bench downloads nothing. */
export const PLACES: Readonly<Record<string, () => Promise<Place> | null>> = {
  demo: () => place({}),
  claude: () => {
    const program = installedVendor('claude');
    if (program === null) return null;
    const standIn = startAnthropic();
    return place({ command: [program] }, claudeEnv(standIn.url), () => standIn.close());
  },
  codex: () => {
    const program = installedVendor('codex');
    if (program === null) return null;
    const standIn = startResponses();
    const home = makeCodexHome(standIn);
    return place({ command: [program], model: 'gpt-5.5', providerConfig: home.config }, home.env, async () => {
      home[Symbol.dispose]();
      await standIn.close();
    });
  },
  ollama: () => {
    const standIn = startOllama();
    return place({ model: 'qwen3:8b', providerConfig: { host: standIn.url } }, {}, () => standIn.close());
  },
  'acp:opencode': () => {
    const program = installedVendor('acp:opencode');
    return program === null ? null : place({ command: [program, 'acp'], variant: 'opencode' });
  },
};

async function place(
  options: Partial<RunOptions>,
  env: Readonly<Record<string, string>> = {},
  end: () => unknown = () => {},
): Promise<Place> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'agor-bench-')));
  return {
    options: { cwd: root, settingSources: [], ...options },
    env: { PATH: process.env.PATH ?? '', HOME: root, ...env },
    [Symbol.asyncDispose]: async () => {
      await end();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
