import { agent } from './agent.ts';
import { anchors } from './anchors.ts';
import { budget } from './budget.ts';
import { conflicts } from './conflicts.ts';
import { events } from './events.ts';
import { files } from './files.ts';
import { groups } from './groups.ts';
import { ctx, memory } from './knowledge.ts';
import { metrics } from './metrics.ts';
import { misc, settings, team } from './misc.ts';
import { notifications } from './notifications.ts';
import { plugins } from './plugins.ts';
import { providers } from './providers.ts';
import { pty } from './pty.ts';
import { search } from './search.ts';
import { secrets } from './secrets.ts';
import { persistence, session } from './session.ts';
import { ssh } from './ssh.ts';
import { testing } from './testing.ts';
import { themes } from './themes.ts';
import { wake } from './wake.ts';
import { worktrees } from './worktrees.ts';

export * from './frames.ts';

/**
 * What the face, the CLI and every other client may ask of the hub (architecture §5.2). The answer to a command ends a
 * spinner; the truth on screen comes only from the two streams, `events.watch` and `events.follow`.
 */
export const contract = {
  events,
  agent,
  session,
  persistence,
  groups,
  settings,
  files,
  plugins,
  pty,
  ssh,
  providers,
  team,
  budget,
  conflicts,
  anchors,
  wake,
  memory,
  ctx,
  testing,
  metrics,
  notifications,
  themes,
  search,
  secrets,
  worktrees,
  misc,
};
export type Contract = typeof contract;
