import { AgentId, OPERATOR, type ProjectId, SessionId } from '@agor/protocol';
import type { TraceparentOf } from '../agent-context/index.ts';
import { budgetRules } from '../budget/index.ts';
import { Conflicts } from '../conflicts/index.ts';
import { type Core, openCore } from '../core/index.ts';
import { requireMember } from '../groups/index.ts';
import { healthSignals } from '../health/index.ts';
import { providerDecisions } from '../provider-decisions.ts';
import { runContext } from '../run-context.ts';
import type { Team } from '../team/index.ts';
import { FileWatching } from '../watching/index.ts';
import type { Ground } from './ground.ts';

/** Sessions, the machine that runs them, and the files that both touch. */
export interface AgentsSide {
  readonly core: Core;
  readonly conflicts: Conflicts;
  readonly watching: FileWatching;
  readonly signals: ReturnType<typeof healthSignals>;
  /** The project that an id of `filesFolder` is about. */
  readonly projectOf: (id: ProjectId) => ProjectId;
  /** Where files are looked at: as `projectFolder` or, for the id of a session that has one, its own worktree. */
  readonly filesFolder: (id: ProjectId) => string;
  /** Throws `Failure` for an unknown project. */
  readonly projectFolder: (id: ProjectId) => string;
}

interface AgentsOptions {
  readonly open?: typeof openCore | undefined;
  readonly traceparent?: TraceparentOf | undefined;
}

/** @param team is there by the time that a session does something */
export function openAgentsSide(
  ground: Ground,
  team: () => Team,
  { open = openCore, traceparent }: AgentsOptions = {},
): AgentsSide {
  const { paths, clock, log, db, bus, problems, settings, groups, effective, secrets, own } = ground;
  const projectFolder = (id: ProjectId) => requireMember(groups.current, id).project.cwd;
  const conflicts = own.use(
    new Conflicts({
      bus,
      clock,
      watching: { watchFiles: (...args) => watching.watchFiles(...args) },
      onProblem: (problem) =>
        problem === null ? problems.clear('file-watching') : problems.raise('file-watching', problem),
    }),
  );
  const signals = healthSignals({
    clock,
    groups: () => groups.current,
    stallMinutes: (id) => effective.value('stall_threshold_min', id),
    heardAt: (id) => core.heardAt(id),
    fileConflicts: (id) => conflicts.openOf(id),
    reviewTasks: (group) => team().taskCounts(group).review,
  });
  const core: Core = open({
    paths,
    logger: log,
    bus,
    problems,
    db,
    clock,
    runContext: runContext(groups, settings, effective),
    budgetRules: budgetRules({
      budgets: () => settings.value('budgets'),
      prices: () => settings.value('prices'),
      groups: () => groups.current,
      audit: (projectId, detail) => team().note(AgentId.parse(projectId ?? OPERATOR), 'budget', detail),
    }),
    teamCall: (sessionId, call) => team().asSession(sessionId, call),
    providerDecisions: () => providerDecisions(groups, settings, secrets),
    secretsRead: () => secrets.ready(),
    signals,
    traceparent,
  });
  const filesFolder = (id: ProjectId) => core.sessions.worktreeOf(SessionId.parse(id)) ?? projectFolder(id);
  own.defer(() => core.close());
  const projectOf = (id: ProjectId) => {
    const sessionId = SessionId.parse(id);
    return (core.sessions.worktreeOf(sessionId) && core.sessions.state(sessionId).projectId) || id;
  };
  const watching = own.use(new FileWatching({ machine: core.machine, bus, log, projectFolder: filesFolder }));
  return { core, conflicts, watching, signals, projectFolder, filesFolder, projectOf };
}
