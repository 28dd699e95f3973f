import type { TeamTool } from '@agor/protocol';

/** To whom that belongs which is asked about: the actor itself, another agent of its group, another group. */
export type Relation = 'own' | 'group' | 'foreign';
export type Rights = 'manager' | 'architect' | 'tester' | 'reviewer' | 'project';

/** What an operation can be about. */
export interface Subject {
  readonly message: string;
  readonly task: string;
  readonly channel: string;
  /** Only of an operation about it: an agent has a bounded number of them. */
  readonly wake: string;
  /** A channel that is not there yet. */
  readonly name: string;
  readonly groupId: string;
  /** `own`: somebody to whom the actor may write. */
  readonly contact: string;
  /** Another agent of the subject's group. */
  readonly other: string;
}

export interface Row {
  readonly operation: string;
  /** Those that make a difference; an operation about whoever asks has `own` alone. */
  readonly relations: readonly Relation[];
  /** Who may, where it is its own, and where it is another's of its group. In another group nobody may. */
  readonly own: readonly Rights[];
  readonly group: readonly Rights[];
  readonly input: (subject: Subject) => Record<string, unknown>;
  readonly command: (subject: Subject) => readonly string[];
  /** Null: not among the MCP tools. */
  readonly tool: TeamTool | null;
}

const ALL: readonly Rights[] = ['manager', 'architect', 'tester', 'reviewer', 'project'];
const ROLE_AGENTS: readonly Rights[] = ['manager', 'architect', 'tester', 'reviewer'];
const PLANNERS: readonly Rights[] = ['manager', 'architect'];
const MANAGER: readonly Rights[] = ['manager'];
const NOBODY: readonly Rights[] = [];

export function allowedBy({ own, group }: Row, rights: Rights, relation: Relation): boolean {
  return { own, group, foreign: NOBODY }[relation].includes(rights);
}

type Parts = Pick<Row, 'own' | 'tool' | 'command'> & Partial<Pick<Row, 'group' | 'input'>>;
/** About whoever asks. */
const self = (operation: string, parts: Parts): Row => ({
  ...{ operation, relations: ['own'], group: NOBODY, input: () => ({}) },
  ...parts,
});
/** About its group or another; whose it is makes no difference. */
const ofGroup = (operation: string, parts: Parts & Pick<Row, 'input'>): Row => ({
  ...{ operation, relations: ['own', 'foreign'], group: NOBODY },
  ...parts,
});
/** About something that is somebody's. */
const ofOwner = (operation: string, parts: Parts & Pick<Row, 'input' | 'group'>): Row => ({
  ...{ operation, relations: ['own', 'group', 'foreign'] },
  ...parts,
});

/** Every operation with who may do it (docs/team.md): written down once more by hand, beside the hub's own table. */
export const table: readonly Row[] = [
  self('btmsg.inbox', { own: ALL, tool: 'read_inbox', command: () => ['btmsg', 'inbox'] }),
  self('btmsg.contacts', { own: ALL, tool: 'list_contacts', command: () => ['btmsg', 'contacts'] }),
  self('btmsg.status', { own: ALL, tool: 'list_team', command: () => ['btmsg', 'status'] }),
  self('btmsg.whoami', { own: ALL, tool: 'who_am_i', command: () => ['btmsg', 'whoami'] }),
  self('btmsg.graph', { own: ALL, tool: null, command: () => ['btmsg', 'graph'] }),
  self('btmsg.unread', { own: ALL, tool: null, command: () => ['btmsg', 'unread'] }),
  self('btmsg.channelList', { own: ALL, tool: 'list_channels', command: () => ['btmsg', 'channel', 'list'] }),
  self('btmsg.deadLetters', { own: ALL, tool: 'list_dead_letters', command: () => ['btmsg', 'dead-letters'] }),
  self('btmsg.audit', { own: MANAGER, tool: 'read_audit', command: () => ['btmsg', 'audit'] }),
  self('btmsg.feed', { own: NOBODY, tool: null, command: () => ['btmsg', 'feed'] }),
  ofOwner('btmsg.read', {
    own: ALL,
    group: NOBODY,
    input: ({ message }) => ({ id: message }),
    command: ({ message }) => ['btmsg', 'read', message],
    tool: 'read_message',
  }),
  ofOwner('btmsg.reply', {
    own: ALL,
    group: NOBODY,
    input: ({ message }) => ({ id: message, content: 'yes' }),
    command: ({ message }) => ['btmsg', 'reply', message, 'yes'],
    tool: 'reply_message',
  }),
  ofOwner('btmsg.send', {
    own: ALL,
    group: MANAGER,
    input: ({ contact }) => ({ to: contact, content: 'hello' }),
    command: ({ contact }) => ['btmsg', 'send', contact, 'hello'],
    tool: 'send_message',
  }),
  ofOwner('btmsg.history', {
    own: ALL,
    group: ALL,
    input: ({ contact }) => ({ with: contact }),
    command: ({ contact }) => ['btmsg', 'history', contact],
    tool: 'read_history',
  }),
  ofGroup('btmsg.allow', {
    own: MANAGER,
    // Of agents that ask for nothing here: what is allowed by one row must not change another.
    input: ({ contact, other }) => ({ from: other, to: contact }),
    command: ({ contact, other }) => ['btmsg', 'allow', other, contact],
    tool: 'allow_contact',
  }),
  ofGroup('btmsg.channelCreate', {
    own: ROLE_AGENTS,
    input: ({ name, groupId }) => ({ name, groupId }),
    command: ({ name, groupId }) => ['btmsg', 'channel', 'create', name, '--group', groupId],
    tool: 'create_channel',
  }),
  ofOwner('btmsg.channelSend', {
    own: ALL,
    group: NOBODY,
    input: ({ channel }) => ({ channel, content: 'hello' }),
    command: ({ channel }) => ['btmsg', 'channel', 'send', channel, 'hello'],
    tool: 'send_to_channel',
  }),
  ofOwner('btmsg.channelHistory', {
    own: ALL,
    group: NOBODY,
    input: ({ channel }) => ({ channel }),
    command: ({ channel }) => ['btmsg', 'channel', 'history', channel],
    tool: 'read_channel',
  }),
  ofOwner('btmsg.channelAdd', {
    own: ROLE_AGENTS,
    group: MANAGER,
    input: ({ channel, other }) => ({ channel, agent: other }),
    command: ({ channel, other }) => ['btmsg', 'channel', 'add', channel, other],
    tool: 'add_to_channel',
  }),
  ofGroup('bttask.list', {
    own: ALL,
    input: ({ groupId }) => ({ groupId }),
    command: ({ groupId }) => ['bttask', 'list', '--group', groupId],
    tool: 'list_tasks',
  }),
  ofGroup('bttask.board', {
    own: ROLE_AGENTS,
    input: ({ groupId }) => ({ groupId }),
    command: ({ groupId }) => ['bttask', 'board', '--group', groupId],
    tool: 'show_board',
  }),
  ofGroup('bttask.add', {
    own: PLANNERS,
    input: ({ groupId }) => ({ title: 'new', groupId }),
    command: ({ groupId }) => ['bttask', 'add', 'new', '--group', groupId],
    tool: 'add_task',
  }),
  ofOwner('bttask.show', {
    own: ALL,
    group: ROLE_AGENTS,
    input: ({ task }) => ({ id: task }),
    command: ({ task }) => ['bttask', 'show', task],
    tool: 'show_task',
  }),
  ofOwner('bttask.status', {
    own: ALL,
    group: ROLE_AGENTS,
    input: ({ task }) => ({ id: task, status: 'progress' }),
    command: ({ task }) => ['bttask', 'status', task, 'progress'],
    tool: 'set_task_status',
  }),
  ofOwner('bttask.comment', {
    own: ALL,
    group: ALL,
    input: ({ task }) => ({ id: task, content: 'hello' }),
    command: ({ task }) => ['bttask', 'comment', task, 'hello'],
    tool: 'comment_task',
  }),
  ofOwner('bttask.assign', {
    own: MANAGER,
    group: MANAGER,
    input: ({ task, other }) => ({ id: task, agent: other }),
    command: ({ task, other }) => ['bttask', 'assign', task, other],
    tool: 'assign_task',
  }),
  ofOwner('bttask.edit', {
    own: PLANNERS,
    group: MANAGER,
    input: ({ task }) => ({ id: task, title: 'renamed' }),
    command: ({ task }) => ['bttask', 'edit', task, '--title', 'renamed'],
    tool: 'edit_task',
  }),
  ofOwner('bttask.depend', {
    own: PLANNERS,
    group: MANAGER,
    input: ({ task }) => ({ id: task, on: [] }),
    command: ({ task }) => ['bttask', 'after', task],
    tool: 'order_task',
  }),
  self('btmsg.wakeList', { own: ALL, tool: 'list_wakes', command: () => ['btmsg', 'wake', 'list'] }),
  ofGroup('btmsg.wakeAdd', {
    own: MANAGER,
    input: ({ contact }) => ({ agent: contact, condition: { kind: 'cron', expression: '0 0 1 1 *' } }),
    command: ({ contact }) => ['btmsg', 'wake', 'add', contact, '--cron', '0 0 1 1 *'],
    tool: 'add_wake',
  }),
  ofOwner('btmsg.wakeRemove', {
    own: MANAGER,
    group: MANAGER,
    input: ({ wake }) => ({ id: wake }),
    command: ({ wake }) => ['btmsg', 'wake', 'remove', wake],
    tool: 'remove_wake',
  }),
  ofOwner('bttask.delete', {
    own: MANAGER,
    group: MANAGER,
    input: ({ task }) => ({ id: task }),
    command: ({ task }) => ['bttask', 'delete', task],
    tool: 'delete_task',
  }),
  // The last one: nothing of the group's messages is left for others to ask about.
  ofGroup('btmsg.clearAll', {
    own: NOBODY,
    input: ({ groupId }) => ({ groupId }),
    command: ({ groupId }) => ['btmsg', 'clear', groupId],
    tool: null,
  }),
];
