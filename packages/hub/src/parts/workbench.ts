import { join } from 'node:path';
import { ProviderId } from '@agor/protocol';
import { Files } from '../files/index.ts';
import { projectRunConfig, requireMember, requireProject } from '../groups/index.ts';
import { Knowledge } from '../knowledge/index.ts';
import { followProviderDecisions, providerDecisions } from '../provider-decisions.ts';
import { ProviderServiceCalls, Providers } from '../providers/index.ts';
import { Search } from '../search/index.ts';
import { SshConnections } from '../ssh/index.ts';
import { Terminals } from '../terminals/index.ts';
import { TestingRuns } from '../testing-runs/index.ts';
import { Themes } from '../themes/index.ts';
import { Worktrees } from '../worktrees/index.ts';
import type { AgentsSide } from './agents-side.ts';
import type { Ground } from './ground.ts';

/** What the person works with beside the agents: files, terminals, the vendors' programs. */
export interface Workbench {
  readonly files: Files;
  readonly providers: Providers;
  readonly services: ProviderServiceCalls;
  readonly terminals: Terminals;
  readonly search: Search;
  readonly ssh: SshConnections;
  readonly themes: Themes;
  readonly knowledge: Knowledge;
  readonly testing: TestingRuns;
  readonly worktrees: Worktrees;
}

export function openWorkbench(ground: Ground, agentsSide: AgentsSide): Workbench {
  const { core, projectFolder, filesFolder, projectOf, watching } = agentsSide;
  const { clock, log, bus, db, settings, groups, effective, secrets, own } = ground;
  const files = new Files({
    machine: core.machine,
    watching,
    rootOf: filesFolder,
    defaultFolder: () => settings.value('default_cwd'),
  });
  const terminals = own.use(
    new Terminals({
      machine: core.machine,
      bus,
      clock,
      log,
      shell: () => settings.value('default_shell'),
      defaultFolder: () => settings.value('default_cwd'),
      scrollback: () => settings.value('term_scrollback'),
      projectFolder,
    }),
  );
  const search = own.use(new Search({ paths: ground.paths, clock, bus, log, groups: () => groups.current }));
  const ssh = new SshConnections({ db, bus, clock, machine: core.machine, terminals });
  const providers = own.use(new Providers({ machine: core.machine, settings, bus, log }));
  const themes = own.use(new Themes({ folder: join(ground.paths.configDir, 'themes'), bus, clock, log }));
  const knowledge = new Knowledge({
    machine: core.machine,
    project: (id) => requireProject(groups.current, id).project,
  });
  const testing = new TestingRuns({
    machine: core.machine,
    clock,
    rootOf: filesFolder,
    commandOf: (id) => effective.value('test_command', projectOf(id)),
  });
  const services = new ProviderServiceCalls({
    core,
    clock,
    project: (id) => projectRunConfig(requireMember(groups.current, id).project),
    defaultProvider: (projectId) => ProviderId.parse(effective.value('default_provider', projectId)),
    sandboxByDefault: () => effective.ofGroup('sandbox_new_projects', undefined),
  });
  const decisions = () => providerDecisions(groups, settings, secrets);
  own.use(followProviderDecisions({ bus, core, decisions, changed: () => services.forget() }));
  const worktrees = new Worktrees({
    machine: core.machine,
    projectFolder: (id) => requireProject(groups.current, id).project.cwd,
  });
  return { files, providers, services, terminals, search, ssh, themes, knowledge, testing, worktrees };
}
