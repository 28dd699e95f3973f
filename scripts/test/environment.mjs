/** What a test sees of the computer: an empty home, no keys, none of the person's agor. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cache } from '../lib/places.mjs';

/** Keys, endpoints and session marks of vendors' tools and of agor: tests bring their own, none may
 * reach a real account. FORCE_COLOR would colour output that is parsed. */
const FOREIGN =
  /^(ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE_API|OLLAMA|AGOR_SESSION|AGOR_TOKEN)|^(AI_)?AGENT$|^FORCE_COLOR$/;

/**
 * A fresh home and the environment that points to it. Every step has its own, so that steps may run side by side.
 * @returns {{ home: string, env: NodeJS.ProcessEnv }}
 */
export function freshEnvironment() {
  const home = mkdtempSync(join(tmpdir(), 'agor-test-'));
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !FOREIGN.test(name) && !name.startsWith('XDG_')),
  );
  const runtimeDir = join(home, 'run');
  mkdirSync(runtimeDir, { mode: 0o700 });
  return {
    home,
    env: {
      ...inherited,
      HOME: home,
      XDG_RUNTIME_DIR: runtimeDir,
      AGOR_DATA_DIR: process.env.AGOR_DATA_DIR ?? join(home, 'data'),
      AGOR_CONFIG_DIR: process.env.AGOR_CONFIG_DIR ?? join(home, 'config'),
      // Vendor CLIs are large: installed once, outside of the tests' homes.
      AGOR_PROVIDERS_DIR: process.env.AGOR_PROVIDERS_DIR ?? join(cache, 'providers'),
      NO_COLOR: '1',
    },
  };
}
