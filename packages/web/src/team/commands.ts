import type { AppCommand } from '../commands/index.ts';
import type { App } from '../state/app.svelte.ts';
import { agentsAreOpen } from './agents-open.ts';

const hasGroup = ({ workspace }: App) => workspace.activeGroup !== null;

const hasRoleAgents = ({ workspace }: App) => workspace.boxes.some(({ agent }) => agent !== undefined);

/** What can be done with the group's board and messages. */
export const teamCommands: readonly AppCommand[] = [
  {
    id: 'task.new',
    title: 'Add task…',
    category: 'Team',
    keywords: 'new create todo board kanban',
    detail: ({ workspace }) => workspace.activeGroup?.name ?? '',
    when: hasGroup,
    run: (app) => {
      app.team.addsTask = true;
      app.drawer = 'tasks';
    },
  },
  {
    id: 'comms.feed',
    title: 'Feed: all messages of the group',
    category: 'Team',
    keywords: 'comms btmsg read',
    when: hasGroup,
    run: (app) => {
      app.team.place = 'feed';
      app.drawer = 'comms';
    },
  },
  {
    id: 'comms.audit',
    title: 'Audit log: what happened in the team',
    category: 'Team',
    keywords: 'history events who when',
    run: (app) => {
      app.team.place = 'audit';
      app.drawer = 'comms';
    },
  },
  {
    id: 'agents.toggle',
    title: 'Show or hide the strip of agents',
    category: 'Team',
    keywords: 'panel cards status start stop group roles',
    detail: ({ workspace }) => (agentsAreOpen(workspace, innerWidth) ? 'shown' : ''),
    when: hasRoleAgents,
    run: ({ workspace }) => workspace.openAgents(!agentsAreOpen(workspace, innerWidth)),
  },
];
