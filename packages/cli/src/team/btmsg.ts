import type { AuditType, TaskStatus, TeamWakeCondition } from '@agor/protocol';
import { ask } from './ask.ts';
import {
  agentLine,
  auditLine,
  channelLine,
  channelMessageLine,
  deadLetterLine,
  messageLine,
  short,
  wakeLine,
  wholeMessage,
} from './print.ts';
import { textOf } from './text.ts';
import { type CommandSpec, type Given, type OptionSpec, type Program, UsageError } from './usage.ts';

const list =
  <T>(line: (item: T) => string, empty: string) =>
  (items: readonly T[]) =>
    items.length > 0 ? items.map(line).join('\n') : empty;
const limit = (standard: number): OptionSpec => ({ name: 'limit', value: 'n', help: `how many (${standard})` });
const group: OptionSpec = { name: 'group', value: 'id', help: 'for the operator: whose' };
const text = { name: 'text', rest: 'text' } as const;

const messages: readonly CommandSpec[] = [
  {
    name: 'inbox',
    help: 'your unread messages; looking at the list marks nothing as read',
    options: [{ name: 'all', help: 'the last 50, read ones too' }],
    run: (given, out) => {
      const all = given.has('all');
      return ask('btmsg.inbox', { all }, out, list(messageLine, all ? 'No messages.' : 'No unread messages.'));
    },
  },
  {
    name: 'read',
    help: 'one message whole, with what it answers; marks it as read',
    args: [{ name: 'message' }],
    run: (given, out) => ask('btmsg.read', { id: given.text('message') }, out, wholeMessage),
  },
  {
    name: 'send',
    help: 'write to an agent, or to the operator (admin)',
    args: [{ name: 'agent', help: 'its id or its name' }, text],
    run: async (given, out) =>
      ask(
        'btmsg.send',
        { to: given.text('agent'), content: await textOf(given) },
        out,
        ({ id }) => `Sent: ${short(id)}`,
      ),
  },
  {
    name: 'reply',
    help: 'answer a message, to whoever sent it',
    args: [{ name: 'message' }, text],
    run: async (given, out) =>
      ask(
        'btmsg.reply',
        { id: given.text('message'), content: await textOf(given) },
        out,
        ({ id, to }) => `Sent to ${to}: ${short(id)}`,
      ),
  },
  {
    name: 'history',
    help: 'what you and an agent said to each other',
    args: [{ name: 'agent' }],
    options: [limit(20)],
    run: (given, out) =>
      ask(
        'btmsg.history',
        { with: given.text('agent'), limit: given.number('limit') },
        out,
        list(messageLine, 'Nothing was said yet.'),
      ),
  },
  {
    name: 'unread',
    help: 'how many messages are unread',
    run: (_, out) => ask('btmsg.unread', {}, out, ({ count }) => String(count)),
  },
  {
    name: 'notify',
    help: "one line for a shell's prompt or hook; nothing when there is nothing",
    run: (_, out) =>
      ask('btmsg.unread', {}, out, ({ count }) =>
        count > 0 ? `${count} unread message${count === 1 ? '' : 's'}: btmsg inbox` : '',
      ),
  },
];

const people: readonly CommandSpec[] = [
  { name: 'whoami', help: 'who you are here', run: (_, out) => ask('btmsg.whoami', {}, out, agentLine) },
  {
    name: 'contacts',
    help: 'whom you may write to',
    run: (_, out) => ask('btmsg.contacts', {}, out, list(agentLine, 'Nobody.')),
  },
  {
    name: 'status',
    help: 'everyone in the group: role, whether a session lives, unread messages',
    run: (_, out) => ask('btmsg.status', {}, out, list(agentLine, 'Nobody.')),
  },
  {
    name: 'graph',
    help: 'who may write to whom',
    run: (_, out) =>
      ask(
        'btmsg.graph',
        {},
        out,
        list((agent) => `${agentLine(agent)}\n     → ${agent.contacts.join(', ')}`, 'Nobody.'),
      ),
  },
  {
    name: 'allow',
    help: 'let one agent write to another (operator, manager)',
    args: [{ name: 'from' }, { name: 'to' }],
    options: [{ name: 'bidirectional', short: 'b', help: 'and back' }],
    run: (given, out) =>
      ask(
        'btmsg.allow',
        { from: given.text('from'), to: given.text('to'), bidirectional: given.has('bidirectional') },
        out,
        ({ added }) => (added > 0 ? 'Allowed.' : 'That was allowed already.'),
      ),
  },
];

const channels: readonly CommandSpec[] = [
  {
    name: 'channel list',
    help: "the group's channels",
    run: (_, out) => ask('btmsg.channelList', {}, out, list(channelLine, 'No channels.')),
  },
  {
    name: 'channel create',
    help: 'make a channel; you are in it (operator, role agents)',
    args: [{ name: 'name', help: 'lower-case letters, digits, dashes' }],
    options: [group],
    run: (given, out) =>
      ask(
        'btmsg.channelCreate',
        { name: given.text('name'), groupId: given.maybe('group') },
        out,
        ({ name }) => `Made: #${name}`,
      ),
  },
  {
    name: 'channel add',
    help: 'bring an agent into a channel (operator, manager; role agents where they are in)',
    args: [{ name: 'channel' }, { name: 'agent' }],
    run: (given, out) =>
      ask('btmsg.channelAdd', { channel: given.text('channel'), agent: given.text('agent') }, out, ({ added }) =>
        added ? 'Added.' : 'It was in there already.',
      ),
  },
  {
    name: 'channel send',
    help: 'write to a channel that you are in',
    args: [{ name: 'channel', help: 'its name or id' }, text],
    run: async (given, out) =>
      ask(
        'btmsg.channelSend',
        { channel: given.text('channel'), content: await textOf(given) },
        out,
        ({ id }) => `Sent: ${short(id)}`,
      ),
  },
  {
    name: 'channel history',
    help: 'what was said in a channel that you are in',
    args: [{ name: 'channel' }],
    options: [limit(30)],
    run: (given, out) =>
      ask(
        'btmsg.channelHistory',
        { channel: given.text('channel'), limit: given.number('limit') },
        out,
        list(channelMessageLine, 'Nothing was said yet.'),
      ),
  },
];

const wakes: readonly CommandSpec[] = [
  {
    name: 'wake list',
    help: 'when agents are woken by themselves: you, or for a manager its group',
    run: (_, out) => ask('btmsg.wakeList', {}, out, list(wakeLine, 'No wakes.')),
  },
  {
    name: 'wake add',
    help: 'have an agent woken: give one of --cron, --task, --file (operator, manager)',
    args: [{ name: 'agent', help: 'its id or its name' }],
    options: [
      { name: 'cron', value: 'expression', help: 'minute hour day month weekday' },
      { name: 'time-zone', value: 'zone', help: 'of the cron, such as Europe/Berlin' },
      { name: 'task', value: 'id', help: 'when it is done, or stands as --status says' },
      { name: 'status', value: 'status', choices: ['todo', 'progress', 'review', 'done', 'blocked'] },
      { name: 'file', value: 'pattern', help: 'a path or a glob from its folder on' },
      { name: 'prompt', value: 'text', help: 'what it is told besides the reason' },
      { name: 'once', help: 'remove it once it has fired' },
    ],
    run: (given, out) =>
      ask(
        'btmsg.wakeAdd',
        {
          agent: given.text('agent'),
          condition: conditionOf(given),
          prompt: given.maybe('prompt'),
          once: given.has('once'),
        },
        out,
        ({ id }) => `Added: ${short(id)}`,
      ),
  },
  {
    name: 'wake remove',
    help: 'remove a wake (operator, manager)',
    args: [{ name: 'wake' }],
    run: (given, out) => ask('btmsg.wakeRemove', { id: given.text('wake') }, out, () => 'Removed.'),
  },
];

function conditionOf(given: Given): TeamWakeCondition {
  const [cron, task, file] = [given.maybe('cron'), given.maybe('task'), given.maybe('file')];
  if ([cron, task, file].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('Say when, with one of --cron, --task, --file.');
  if (cron !== undefined) return { kind: 'cron', expression: cron, timeZone: given.maybe('time-zone') };
  if (task !== undefined)
    return { kind: 'task', taskId: task, status: (given.maybe('status') ?? 'done') as TaskStatus };
  return { kind: 'file', pattern: file ?? '' };
}

const oversight: readonly CommandSpec[] = [
  {
    name: 'feed',
    help: 'everything that was said in a group, or in all (operator)',
    options: [group, limit(50)],
    run: (given, out) =>
      ask(
        'btmsg.feed',
        { groupId: given.maybe('group'), limit: given.number('limit') },
        out,
        list(messageLine, 'Nothing was said yet.'),
      ),
  },
  {
    name: 'dead-letters',
    help: 'messages that were refused: your own; all of the group for its manager',
    options: [limit(50)],
    run: (given, out) =>
      ask('btmsg.deadLetters', { limit: given.number('limit') }, out, list(deadLetterLine, 'No dead letters.')),
  },
  {
    name: 'audit',
    help: 'what agents did and what was done to them, newest first (operator, manager)',
    options: [
      { name: 'agent', value: 'id' },
      { name: 'type', value: 'type' },
      { name: 'before', value: 'n', help: 'only entries older than this one' },
      limit(100),
    ],
    run: (given, out) =>
      ask(
        'btmsg.audit',
        {
          agentId: given.maybe('agent'),
          type: given.maybe('type') as AuditType | undefined,
          before: given.number('before'),
          limit: given.number('limit'),
        },
        out,
        list(auditLine, 'Nothing happened yet.'),
      ),
  },
  {
    name: 'clear',
    help: 'remove every message of a group for good; tasks and the audit log stay (operator)',
    args: [{ name: 'group', help: 'its id' }],
    run: (given, out) =>
      ask('btmsg.clearAll', { groupId: given.text('group') }, out, ({ removed }) => `Removed: ${removed}`),
  },
];

/** The `btmsg` command (spec §6.4). */
export const btmsg: Program = {
  name: 'btmsg',
  help: 'messages between the operator and the agents of a group.',
  commands: [...messages, ...people, ...channels, ...wakes, ...oversight],
};
