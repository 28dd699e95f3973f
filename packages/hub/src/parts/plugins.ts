import { join } from 'node:path';
import { ProjectId } from '@agor/protocol';
import { findMember } from '../groups/index.ts';
import { Plugins, pluginsFolder } from '../plugins/index.ts';
import { VERSION } from '../version.ts';
import type { AgentsSide } from './agents-side.ts';
import type { Ground } from './ground.ts';
import type { TeamSide } from './team-side.ts';

/** The person's plugins with what they may reach. */
export function openPlugins(ground: Ground, { core }: AgentsSide, { team, notifier }: TeamSide): Plugins {
  const { paths, clock, log, bus, groups } = ground;
  return new Plugins({
    folder: pluginsFolder(paths.configDir),
    decisionsFile: join(paths.dataDir, 'plugins.json'),
    version: VERSION,
    clock,
    bus,
    log,
    reach: {
      asOperator: (call) => team.asOperator(call),
      asPlugin: (plugin, call) => team.asPlugin(plugin, call),
      sessions: () => core.sessions.list(),
      projectName: (id) => (id === null ? '' : (findMember(groups.current, ProjectId.parse(id))?.project.name ?? '')),
      activeGroup: () => groups.current.activeGroupId ?? groups.current.groups[0]?.id ?? null,
      notify: (plugin, notice) => notifier.ofPlugin(plugin, notice),
    },
  });
}
