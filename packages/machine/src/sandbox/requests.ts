import { ProjectId, ProviderId, providerVariant, RunOptions, SandboxRequest } from '@agor/protocol';
import { z } from 'zod';
import { type EnvironmentSource, settingsFor } from '../environment/index.ts';
import type { Requests } from '../requests/index.ts';
import type { Sandboxes } from './sandboxes.ts';

export interface SandboxRequestDeps {
  readonly sandboxes: Pick<Sandboxes, 'status'>;
  readonly environment: Pick<EnvironmentSource, 'current' | 'forAgent'>;
}

/**
 * Registers `sandbox.status` → SandboxStatus: what would confine an agent of that provider in that folder, were it started now. Without a
 * folder: which rules can be held at all on this computer.
 */
export function registerSandboxRequests(requests: Requests, { sandboxes, environment }: SandboxRequestDeps): void {
  requests.register('sandbox.status', {
    params: z.object({
      provider: ProviderId,
      projectId: ProjectId.nullable().default(null),
      cwd: z.string().startsWith('/').nullable().default(null),
      claudeConfigDir: z.string().startsWith('/').nullable().default(null),
      sandbox: SandboxRequest,
    }),
    handle: ({ provider, projectId, cwd, claudeConfigDir, sandbox }) => {
      const { settings, definition } = settingsFor(environment.current, provider, projectId);
      return sandboxes.status({
        provider: definition,
        env: environment.forAgent(provider, projectId),
        options: RunOptions.parse({
          cwd: cwd ?? '/',
          claudeConfigDir: claudeConfigDir ?? undefined,
          variant: providerVariant(provider) ?? undefined,
          providerConfig: settings?.config ?? {},
          sandbox,
        }),
        hasFolder: cwd !== null,
      });
    },
  });
}
