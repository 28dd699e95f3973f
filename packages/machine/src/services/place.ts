import { ProjectId, ProviderId, providerVariant } from '@agor/protocol';
import type { ProviderDefinition, ProviderServices, ServicePlace } from '@agor/providers';
import { z } from 'zod';
import { type EnvironmentSource, settingsFor, withSecrets } from '../environment/index.ts';
import { vendorCommand } from '../providers/index.ts';
import { RequestFailed } from '../requests/index.ts';

/** For whom a service works, as a hub says it. */
export const Who = z.object({
  provider: ProviderId,
  /** Whose overrides of the settings count. */
  projectId: ProjectId.nullable().default(null),
  cwd: z.string().startsWith('/').nullable().default(null),
  claudeConfigDir: z.string().startsWith('/').nullable().default(null),
  /** The person accepted the repository's own settings. */
  repoSettings: z.boolean().default(false),
});
export type Who = z.infer<typeof Who>;

export interface ServiceDeps {
  readonly providersDir: string;
  readonly environment: Pick<EnvironmentSource, 'current' | 'forAgent'>;
  readonly find?: (id: ProviderId) => ProviderDefinition | undefined;
}

/** One provider's services with the place in which they work. Throws `RequestFailed` when there is no such provider. */
export async function servicesFor(
  { provider, projectId, cwd, claudeConfigDir, repoSettings }: Who,
  deps: ServiceDeps,
): Promise<{ definition: ProviderDefinition; services: ProviderServices; place: ServicePlace }> {
  const decided = settingsFor(deps.environment.current, provider, projectId);
  const definition = deps.find?.(provider) ?? decided.definition;
  if (!definition) throw new RequestFailed('notFound', `There is no provider "${provider}".`);
  const env = deps.environment.forAgent(provider, projectId);
  const command = vendorCommand(provider, decided, env, deps.providersDir);
  return {
    definition,
    services: (await definition.services?.()) ?? {},
    place: {
      env,
      config: withSecrets(decided.settings?.config ?? {}, deps.environment.current.secrets),
      command: command.ok ? (command.value ?? []) : [],
      variant: providerVariant(provider),
      cwd,
      claudeConfigDir,
      repoSettings,
    },
  };
}
