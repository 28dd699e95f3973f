import type { ProviderDefinition } from '@agor/providers';
import { platformName } from '@agor/providers/install';

/** The pinned version that agor can bring to this computer; null when it can bring none. */
export function installableVersion({ cli }: ProviderDefinition): string | null {
  return !cli || cli.npmPackage(platformName()) === null ? null : cli.version;
}

/** How the person comes to a program that is missing, in words. */
export function installHint(provider: ProviderDefinition): string {
  const { id, cli } = provider;
  const [family, name] = id.split(':');
  const setting = name === undefined ? `providers.${family}.path` : `providers.${family}.config.agents.${name}.command`;
  const byHand = `install \`${cli?.binary ?? id}\` yourself, so that it is on PATH or set as ${setting}`;
  return installableVersion(provider) ? `Run \`agor providers install ${id}\`, or ${byHand}.` : `To use it, ${byHand}.`;
}
