import { join } from 'node:path';
import type { AgorPaths, Clock, Logger, SecretRedactor } from '@agor/runtime';
import { type HubDatabase, openHubDatabase, openTeamDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { type GroupsFileStore, openGroups } from '../groups/index.ts';
import { Problems } from '../problems/index.ts';
import { Keyring, Secrets, secretUsers } from '../secrets/index.ts';
import { type EffectiveSettings, effectiveSettings, SettingsStore } from '../settings/index.ts';

/** What every part of the hub stands on. */
export interface Ground {
  readonly paths: AgorPaths;
  readonly clock: Clock;
  readonly log: Logger;
  readonly db: HubDatabase;
  /** btmsg.db. */
  readonly teamDb: HubDatabase;
  readonly bus: HubBus;
  readonly problems: Problems;
  readonly settings: SettingsStore;
  readonly groups: GroupsFileStore;
  /** The settings as they hold for one project, role agent or group. */
  readonly effective: EffectiveSettings;
  readonly secrets: Secrets;
  /** Knows the values of the secrets; for whatever leaves the hub or is kept by it. */
  readonly redactor: SecretRedactor;
  /** Ends all parts, the newest first. */
  readonly own: AsyncDisposableStack;
}

type Given = Pick<Ground, 'paths' | 'clock' | 'log' | 'redactor'>;

/** @param env where the keyring of the person's session is found */
export function openGround(
  { paths, clock, log, redactor }: Given,
  env: Readonly<Record<string, string | undefined>>,
): Ground {
  const own = new AsyncDisposableStack();
  const db = openHubDatabase(paths.sessionsDb);
  own.defer(() => db.close());
  const teamDb = openTeamDatabase(paths.teamDb);
  own.defer(() => teamDb.close());
  const bus = new HubBus(log);
  const problems = new Problems(bus, clock);
  const settings = new SettingsStore({ db, bus, log });
  const groups = own.use(openGroups({ file: paths.groupsFile, bus, problems, clock, log }));
  const effective = effectiveSettings(settings, () => groups.current);
  const secrets = new Secrets({
    file: join(paths.dataDir, 'secrets.json'),
    keyring: new Keyring({ clock, env }),
    redactor,
    clock,
    bus,
    problems,
    log,
    users: (name) => secretUsers(name, settings.providers(), settings.value('mcp_servers'), groups.current),
  });
  return { paths, clock, log, db, teamDb, bus, problems, settings, groups, effective, secrets, redactor, own };
}
