import type { ErrorClass, ProviderId } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import type { DecidedProvider } from '../environment/index.ts';
import { installHint } from './install-hint.ts';
import { needsProgram, resolveAgent } from './resolve-agent.ts';

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
  decided: DecidedProvider,
  env: Readonly<Record<string, string>>,
  providersDir: string,
): Result<string[] | undefined, VendorFailure> {
  const { definition, settings, variant } = decided;
  const fail = (message: string) => err({ message, class: 'not_installed' as const });
  if (settings?.enabled === false) return fail(`${definition?.label ?? id} is switched off in the settings.`);
  if (!definition) {
    return id.includes(':') ? fail(`There is no agent "${id}". \`agor providers\` lists them.`) : ok(undefined);
  }
  if (!needsProgram(definition, variant)) return ok(undefined);
  const resolved = resolveAgent(definition, decided, { env, providersDir });
  if (!resolved) return fail(`${definition.label} is not installed on this computer. ${installHint(definition)}`);
  return resolved.problem ? fail(resolved.problem) : ok(resolved.command);
}
