import { agentProcedures } from './agent.ts';
import { anchorProcedures } from './anchors.ts';
import { budgetProcedures } from './budget.ts';
import { conflictProcedures } from './conflicts.ts';
import { type Hub, implementer } from './context.ts';
import { eventProcedures } from './events.ts';
import { filesProcedures } from './files.ts';
import { groupsProcedures } from './groups.ts';
import { ctxProcedures, memoryProcedures } from './knowledge.ts';
import { metricsProcedures } from './metrics.ts';
import { miscProcedures } from './misc.ts';
import { notificationProcedures } from './notifications.ts';
import { pluginProcedures } from './plugins.ts';
import { providersProcedures } from './providers.ts';
import { searchProcedures } from './search.ts';
import { secretsProcedures } from './secrets.ts';
import { persistenceProcedures, sessionProcedures } from './sessions.ts';
import { settingsProcedures } from './settings.ts';
import { sshProcedures } from './ssh.ts';
import { teamProcedures } from './team.ts';
import { ptyProcedures } from './terminals.ts';
import { testingProcedures } from './testing.ts';
import { themeProcedures } from './themes.ts';
import { wakeProcedures } from './wake.ts';
import { worktreeProcedures } from './worktrees.ts';

export type { Hub } from './context.ts';
export { Once } from './once.ts';

/** The whole contract over the hub's domains. No rule lives here: each procedure hands its input to an operation. */
export function createRouter(hub: Hub) {
  const os = implementer(hub);
  return os.router({
    events: eventProcedures(os, hub),
    agent: agentProcedures(os, hub),
    session: sessionProcedures(os, hub),
    persistence: persistenceProcedures(os, hub),
    groups: groupsProcedures(os, hub),
    settings: settingsProcedures(os, hub),
    files: filesProcedures(os, hub),
    pty: ptyProcedures(os, hub),
    ssh: sshProcedures(os, hub),
    plugins: pluginProcedures(os, hub),
    providers: providersProcedures(os, hub),
    search: searchProcedures(os, hub),
    team: teamProcedures(os, hub),
    budget: budgetProcedures(os, hub),
    conflicts: conflictProcedures(os, hub),
    anchors: anchorProcedures(os, hub),
    memory: memoryProcedures(os, hub),
    ctx: ctxProcedures(os, hub),
    testing: testingProcedures(os, hub),
    metrics: metricsProcedures(os, hub),
    notifications: notificationProcedures(os, hub),
    themes: themeProcedures(os, hub),
    wake: wakeProcedures(os, hub),
    secrets: secretsProcedures(os, hub),
    worktrees: worktreeProcedures(os, hub),
    misc: miscProcedures(os, hub),
  });
}
