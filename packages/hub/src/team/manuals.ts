import type { RightsRole } from '../btmsg/index.ts';

/** What agents are told of btmsg and bttask; the commands are those of the CLIs, the MCP tools have the same names. */
export const BTMSG_MANUAL = `Write to others with the command \`btmsg\` (or the MCP tools of the server "agor"):
- \`btmsg inbox\` lists unread messages, \`btmsg read <id>\` shows one, \`btmsg reply <id> "text"\` answers it.
- \`btmsg send <agent> "text"\` writes to an agent by id or name; \`btmsg contacts\` lists whom you may write to.
- \`btmsg channel list|send|history\` for the group's channels.
- A text of several lines: \`btmsg send <agent> - <<'END'\`, the lines, \`END\`. It works with every command that takes a text.
Messages to you arrive as prompts by themselves; do not poll. Keep them short and say what you expect.`;

const FULL = `- \`bttask board\` shows the board, \`bttask list\` what is open, \`bttask show <id>\` one task.
- \`bttask add "title" --desc "…" --priority high --assign <agent>\`, \`bttask assign <id> <agent>\`, \`bttask delete <id>\`.
- \`bttask status <id> todo|progress|review|done|blocked\`, \`bttask comment <id> "text"\`.`;
const READ_UPDATE = `- \`bttask board\`, \`bttask list\`, \`bttask show <id>\`.
- \`bttask status <id> todo|progress|review|done|blocked\`, \`bttask comment <id> "text"\`.`;

const OWN = `- \`bttask list\` shows the tasks that are yours, \`bttask show <id>\` one of them.
- \`bttask status <id> todo|progress|review|done|blocked\`, \`bttask comment <id> "text"\`.`;

/** The commands that somebody with these rights may use. */
export function bttaskManual(role: RightsRole): string {
  if (role === 'project') return `The group's work stands on the task board:\n${OWN}`;
  const able =
    role === 'manager'
      ? FULL
      : role === 'architect'
        ? `${READ_UPDATE}\n- \`bttask add "title" --desc "…"\`.`
        : READ_UPDATE;
  const review =
    role === 'reviewer'
      ? '\nTasks with the status review are yours to look at; the channel review-queue tells them.'
      : '';
  return `The group's work stands on the task board:\n${able}${review}`;
}

export const TIER_TWO_MANUAL = `Work reaches you as a message. Report to your manager with \`btmsg send <manager> "text"\` or \`btmsg reply <id> "text"\`.
- \`bttask list\` shows the tasks that are yours, \`bttask show <id>\` one of them.
- When you begin: \`bttask status <id> progress\`. When it is ready to be looked at: \`bttask status <id> review\`. When you can't go on: \`bttask status <id> blocked\` and a \`bttask comment <id> "why"\`.`;

export const DELEGATION = `You direct, you do not do the projects' work yourself. Give each task to the agent of the project it belongs to: \`bttask assign\`, then one \`btmsg send\` that says what is wanted and how it will be judged. Do not wait in a loop: you are woken by messages, and \`btmsg wake add <your name> --task <id> --status review --once\` wakes you when a task comes to stand so.`;

/** How the known roles go about their work (spec §7.3). */
export const WORKFLOWS: Readonly<Record<string, string>> = {
  manager:
    '1. Read your inbox and the board. 2. Break work down and delegate it. 3. Follow what is in progress and what is blocked. 4. See that what is in review is reviewed. 5. Ask the operator where only the operator can decide.',
  architect:
    '1. Read what is asked. 2. Design before code: record decisions and diagrams in `.architecture/`. 3. Break the design into tasks on the board. 4. Answer questions of the others.',
  tester:
    '1. Run the tests of what is said to be ready. 2. Report each failure as a comment on its task and as a message to whoever works on it, with the command and its output. 3. Keep artefacts where the project keeps them.',
  reviewer:
    '1. Take the tasks in review, the oldest first. 2. Look at the change itself, not at its description. 3. Approve with `bttask status <id> done`, or send it back with `bttask status <id> progress` and a comment that says what is missing. 4. Log each verdict with `btmsg channel send review-log "…"`.',
};
