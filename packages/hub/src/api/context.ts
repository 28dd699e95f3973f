import { contract } from '@agor/protocol';
import type { AgorPaths, Clock, Logger } from '@agor/runtime';
import { implement } from '@orpc/server';
import type { Conflicts } from '../conflicts/index.ts';
import type { Core } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import type { Files } from '../files/index.ts';
import type { GroupsFileStore } from '../groups/index.ts';
import type { HealthMonitor } from '../health/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { Notifier } from '../notifications/index.ts';
import type { Plugins } from '../plugins/index.ts';
import type { Problems } from '../problems/index.ts';
import type { ProviderServiceCalls, Providers } from '../providers/index.ts';
import type { Search } from '../search/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { EffectiveSettings, SettingsStore } from '../settings/index.ts';
import type { SshConnections } from '../ssh/index.ts';
import type { Team } from '../team/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { Terminals } from '../terminals/index.ts';
import type { TestingRuns } from '../testing-runs/index.ts';
import type { Themes } from '../themes/index.ts';
import type { Wakes } from '../wake/index.ts';
import type { Worktrees } from '../worktrees/index.ts';
import { toWireError } from './errors.ts';
import type { Once } from './once.ts';

/** Everything that procedures hand their input to. */
export interface Hub {
  readonly paths: AgorPaths;
  readonly version: string;
  readonly build: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bus: HubBus;
  readonly problems: Problems;
  readonly core: Core;
  readonly groups: GroupsFileStore;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  readonly effective: EffectiveSettings;
  readonly themes: Pick<Themes, 'current' | 'import' | 'remove'>;
  readonly files: Files;
  readonly terminals: Terminals;
  readonly search: Pick<Search, 'query' | 'status' | 'rebuild'>;
  readonly ssh: SshConnections;
  readonly knowledge: Knowledge;
  readonly testing: TestingRuns;
  readonly worktrees: Worktrees;
  readonly plugins: Plugins;
  readonly providers: Providers;
  readonly services: ProviderServiceCalls;
  readonly team: Pick<Team, 'asOperator'>;
  readonly wake: Wakes;
  readonly health: Pick<HealthMonitor, 'list'>;
  readonly conflicts: Pick<Conflicts, 'list' | 'acknowledge'>;
  readonly notifier: Pick<Notifier, 'standing' | 'markRead' | 'markAllRead' | 'clear' | 'shown'>;
  /** Null: none is exported. */
  readonly telemetry: Pick<Telemetry, 'call'> | null;
  readonly once: Once;
  /** Ends the hub, once the answer is out. */
  readonly endSoon: () => void;
}

/** The contract, with every expected failure turned into one of its errors. */
export function implementer({ log, telemetry }: Pick<Hub, 'log' | 'telemetry'>) {
  return implement(contract).use(async ({ next, path }, input) => {
    try {
      return telemetry ? await telemetry.call({ path, input }, async () => next()) : await next();
    } catch (error) {
      throw toWireError(error, path, log);
    }
  });
}
export type Os = ReturnType<typeof implementer>;

export const DONE = { ok: true } as const;
