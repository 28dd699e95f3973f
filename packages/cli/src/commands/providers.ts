import { CommandId, newId, type ProviderStatus } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { providerHealth } from '@agor/session';
import { ensureHub } from '../ensure-hub.ts';
import { Failure } from '../failure.ts';
import { providerHealthWords } from '../health-words.ts';
import { providerArgument } from '../provider-argument.ts';
import { cleanLine, dim } from '../render.ts';

/** `agor providers`: which agents there are, and the next step for those that are not ready. */
export async function providersList(paths: AgorPaths, options: { json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const providers = await hub.client.providers.list({ refresh: true });
  const states = (await hub.client.session.list({})).map(({ state }) => state);
  const healthOf = ({ id }: ProviderStatus) => providerHealth(states, id, Date.now());
  if (options.json) {
    const rows = providers.map((provider) => ({ ...provider, health: healthOf(provider) }));
    return void process.stdout.write(`${JSON.stringify(rows)}\n`);
  }
  const width = Math.max(10, ...providers.map(({ id }) => id.length));
  for (const provider of providers) {
    const off = provider.enabled ? '' : dim('  (switched off)');
    process.stdout.write(`${provider.id.padEnd(width)} ${provider.label}${off}\n`);
    const health = providerHealthWords(healthOf(provider));
    for (const line of [
      installLine(provider),
      signInLine(provider),
      health && cleanLine(health),
      provider.neverAsks,
      provider.caveat,
    ]) {
      if (line) process.stdout.write(`${' '.repeat(width + 1)}${dim(line)}\n`);
    }
  }
}

/** `agor providers install`: brings the pinned version into agor's own folder. */
export async function providersInstall(paths: AgorPaths, id: string): Promise<void> {
  using hub = await ensureHub(paths);
  const provider = providerArgument(id);
  for await (const step of await hub.client.providers.install({ commandId: newId(CommandId), provider })) {
    if ('installed' in step) return void process.stdout.write(`${step.installed}\n`);
    process.stderr.write(`${step.progress}\n`);
  }
  throw new Failure('The installation ended without a result; see the hub log.');
}

export function installLine({ id, install }: ProviderStatus): string {
  switch (install.state) {
    case 'builtIn':
      return 'built in';
    case 'found':
      return `${install.version ?? 'version unknown'} (${install.origin}: ${install.command.join(' ')})`;
    case 'notInstalled':
      return install.installable
        ? `not installed. Install with: agor providers install ${id}`
        : `not installed. ${install.hint}`;
    case 'broken':
      return `does not run: ${install.message}`;
  }
}

export function signInLine({ signIn }: ProviderStatus): string | null {
  switch (signIn.state) {
    case 'notNeeded':
    case 'unknown':
      return null;
    case 'signedIn':
      return `signed in (${signIn.how})`;
    case 'signedOut':
      return `not signed in. ${signIn.hint}`;
  }
}
