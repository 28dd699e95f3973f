import { CHECK_LIMIT_MS, ProjectId, ProviderId, SandboxRequest } from '@agor/protocol';
import { z } from 'zod';
import type { Requests } from '../requests/index.ts';
import { type CheckDeps, runCheck } from './run-check.ts';

/** Beyond the command's own limit, for ending what it started. In ms. */
const ENDING_MS = 10_000;

/** Registers `checks.run` → CheckResult: a command of the person's, run in an agent's folder, as the agent would run it. */
export function registerCheckRequests(requests: Requests, deps: CheckDeps): void {
  requests.register('checks.run', {
    params: z.object({
      command: z.string().min(1).max(2_000),
      cwd: z.string().startsWith('/'),
      provider: ProviderId,
      projectId: ProjectId,
      claudeConfigDir: z.string().startsWith('/').optional(),
      sandbox: SandboxRequest.optional(),
      /** Only tests are in a hurry. */
      limitMs: z.number().positive().max(CHECK_LIMIT_MS).default(CHECK_LIMIT_MS),
    }),
    limitMs: CHECK_LIMIT_MS + ENDING_MS,
    handle: async ({ limitMs, ...order }, { signal }) => {
      const late = new AbortController();
      const timer = deps.clock.setTimeout(() => late.abort(), limitMs);
      try {
        return await runCheck(deps, order, AbortSignal.any([signal, late.signal]));
      } finally {
        timer.cancel();
      }
    },
  });
}
