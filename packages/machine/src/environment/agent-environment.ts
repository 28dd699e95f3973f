import { type MachineEnvironment, type ProjectId, type ProviderId, providerFamily } from '@agor/protocol';
import {
  effectiveSettings,
  findProvider,
  findVariant,
  type ProviderDefinition,
  type ProviderVariant,
} from '@agor/providers';
import { composeEnvironment } from './compose.ts';
import { type VendorPrefixes, variableOwner } from './prefixes.ts';
import { storedKeyVariables, withSecrets } from './secrets.ts';

/** What the person decided about a provider, in a project or everywhere, and what it therefore is. */
export interface DecidedProvider {
  /** `providers.<family>`, the project's overrides first. */
  readonly settings: ReturnType<typeof effectiveSettings>;
  /** Undefined: this build, or these settings, have none of that id. */
  readonly definition: ProviderDefinition | undefined;
  /** The agent of a family; undefined for a provider that is one agent. */
  readonly variant: ProviderVariant | undefined;
  /** Variables from the settings: of the family, then of its agent, then of the project. Secrets are still references. */
  readonly env: Readonly<Record<string, string>>;
}

export function settingsFor(
  environment: Pick<MachineEnvironment, 'providers' | 'projects'>,
  provider: ProviderId,
  projectId: ProjectId | null,
): DecidedProvider {
  const family = providerFamily(provider);
  const everywhere = environment.providers[family];
  const overrides = projectId === null ? undefined : environment.projects[projectId]?.[family];
  const settings = effectiveSettings(everywhere, overrides);
  const variant = findVariant(provider, settings);
  return {
    settings,
    variant,
    definition: findProvider(provider, settings),
    env: { ...everywhere?.env, ...variant?.env, ...overrides?.env },
  };
}

export interface AgentEnvironmentRequest {
  readonly environment: MachineEnvironment;
  readonly provider: ProviderId;
  readonly projectId: ProjectId | null;
  readonly session: Readonly<Record<string, string>>;
  readonly prefixes: VendorPrefixes;
  readonly own: Readonly<Record<string, string>>;
}

/** See `composeEnvironment`. */
export function agentEnvironment(request: AgentEnvironmentRequest): Record<string, string> {
  const { environment, provider, projectId, session, prefixes, own } = request;
  const { definition, settings, env } = settingsFor(environment, provider, projectId);
  const { secrets } = environment;
  const added = { ...storedKeyVariables(settings?.storedKeys ?? [], provider, secrets), ...withSecrets(env, secrets) };
  const owner = variableOwner(provider, definition?.envPrefixes);
  return composeEnvironment({ owner, base: environment.base, added, session, prefixes, own });
}
