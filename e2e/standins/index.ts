import { existsSync } from 'node:fs';
import { findProvider } from '@agor/providers';
import { installedBinary } from '@agor/providers/install';
import { providersDir } from './vendor-cli.ts';

export { startAnthropic } from './anthropic.ts';
export { makeCodexHome } from './codex-home.ts';
export { startOllama } from './ollama.ts';
export { startResponses } from './responses.ts';

/** The path of a vendor's real program where it is installed, else null; see `vendorCli` for one that installs it. */
export function installedVendor(id: string): string | null {
  const cli = findProvider(id)?.cli;
  const path = cli ? installedBinary(id, cli, providersDir()) : null;
  return path !== null && existsSync(path) ? path : null;
}
