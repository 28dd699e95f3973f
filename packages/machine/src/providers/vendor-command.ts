import type { ErrorClass, ProviderId, ProviderSettings } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { resolveCli } from '@agor/providers/install';
import { err, ok, type Result } from '@agor/runtime';

export interface VendorFailure {
  readonly message: string;
  readonly class: ErrorClass;
}

/**
 * The vendor's program that a runner is to start, found anew each time: it may have been installed or removed since. Undefined when the
 * provider needs none, or this build does not know it: then there is no runner program either, and its start says so.
 */
export function vendorCommand(
  id: ProviderId,
  settings: ProviderSettings | undefined,
  env: Readonly<Record<string, string>>,
  providersDir: string,
): Result<string[] | undefined, VendorFailure> {
  const provider = findProvider(id);
  if (settings?.enabled === false) {
    return err({ message: `${provider?.label ?? id} is switched off in the settings.`, class: 'not_installed' });
  }
  if (!provider?.cli) return ok(undefined);
  const resolved = resolveCli(provider, { env, providersDir, settings });
  if (!resolved) {
    const message = `${provider.label} is not installed on this computer. Run \`agor providers install ${id}\`.`;
    return err({ message, class: 'not_installed' });
  }
  if (resolved.problem) return err({ message: resolved.problem, class: 'not_installed' });
  return ok(resolved.command);
}
