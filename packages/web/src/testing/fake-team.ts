import {
  AgentId,
  type AuditEntry,
  type Channel,
  type ChannelMessage,
  type GroupId,
  OPERATOR,
  type Task,
  type TaskComment,
  TaskStatus,
  type TeamAgent,
  type TeamChange,
  type TeamMessage,
} from '@agor/protocol';
import { ORPCError } from '@orpc/server';
import type { TeamInput, TeamOperation } from '../state/team.svelte.ts';
import type { FakeHub } from './fake-hub.ts';

/** Those that the face uses. What a test's input lacks counts as it would for the hub. */
type Handlers = { readonly [Name in TeamOperation]?: (input: TeamInput<Name>) => unknown };

/** btmsg and bttask in memory: what the operator asks of them, and what a test lets agents do. Changes are told to the watchers. */
export class FakeTeam {
  messages: TeamMessage[] = [];
  channels: Channel[] = [];
  posts: ChannelMessage[] = [];
  tasks: Task[] = [];
  comments: TaskComment[] = [];
  /** Oldest first. */
  audit: AuditEntry[] = [];

  constructor(private readonly hub: FakeHub) {}

  get agents(): TeamAgent[] {
    return this.hub.groups.groups.flatMap((group) => [
      ...(group.agents ?? []).map(({ id, name, role }) => this.#agent(id, name, role, 1, group.id)),
      ...group.projects.map(({ id, name }) => this.#agent(id, name, 'project', 2, group.id)),
    ]);
  }

  /** An agent writes. */
  say(from: string, to: string, content: string, replyTo: string | null = null): TeamMessage {
    const sender = from === OPERATOR ? { name: 'Operator', role: 'admin' } : this.#named(from);
    const message: TeamMessage = {
      id: this.hub.newId('message'),
      from: AgentId.parse(from),
      fromName: sender.name,
      fromRole: sender.role,
      to: AgentId.parse(to),
      content,
      read: false,
      replyTo,
      hops: 0,
      createdAt: this.hub.now(),
    };
    this.messages.push(message);
    this.#tell({ kind: 'message', to: message.to, id: message.id });
    return message;
  }

  /** Something happens that is written down. */
  note(agentId: string, type: AuditEntry['type'], detail: string): void {
    const id = this.audit.length + 1;
    this.audit.push({ id, agentId: AgentId.parse(agentId), type, detail, createdAt: this.hub.now() });
    this.#tell({ kind: 'audit' });
  }

  addTask(of: Partial<Task> & Pick<Task, 'title' | 'groupId'>): Task {
    const id = this.hub.newId('task');
    const now = this.hub.now();
    const rest = {
      description: '',
      status: 'todo',
      priority: 'medium',
      assignedTo: null,
      createdBy: OPERATOR,
    } as const;
    const made = { parentId: null, dependsOn: [], sortOrder: this.tasks.length, createdAt: now, updatedAt: now };
    const task: Task = { id, ...rest, ...made, version: 1, comments: 0, ...of };
    this.tasks.push(task);
    this.#tell({ kind: 'task', taskId: id, groupId: task.groupId });
    return task;
  }

  /** Somebody changes a task. */
  change(id: string, changes: Partial<Task>): Task {
    const task = this.#task(id);
    Object.assign(task, changes, { version: task.version + 1, updatedAt: this.hub.now() });
    this.#tell({ kind: 'task', taskId: id, groupId: task.groupId });
    return { ...task };
  }

  /** As the hub does it, for the operator. */
  call(operation: string, input: unknown): unknown {
    const handler = this.#operations[operation as TeamOperation] as ((input: unknown) => unknown) | undefined;
    if (!handler) throw new ORPCError('NOT_FOUND', { message: `There is no operation "${operation}".` });
    return structuredClone(handler(input));
  }

  readonly #operations: Handlers = {
    'btmsg.status': () => this.agents,
    'btmsg.unread': () => ({ count: this.#unread().length }),
    'btmsg.inbox': () => this.#unread(),
    'btmsg.feed': ({ groupId }) => {
      const ids = new Set(this.agents.filter((agent) => agent.groupId === groupId).map(({ id }) => id));
      return this.messages.filter(({ from, to }) => ids.has(from) || ids.has(to));
    },
    'btmsg.history': (input) => this.messages.filter(({ from, to }) => from === input.with || to === input.with),
    'btmsg.read': ({ id }) => {
      const message = this.#message(id);
      message.read = true;
      return { message, repliesTo: null };
    },
    'btmsg.send': ({ to, content }) => ({ id: this.say(OPERATOR, to, content).id }),
    'btmsg.reply': ({ id, content }) => {
      const { from } = this.#message(id);
      return { id: this.say(OPERATOR, from, content, id).id, to: from };
    },
    'btmsg.channelList': () => this.channels,
    'btmsg.channelCreate': ({ name, groupId }) => {
      const id = this.hub.newId('channel');
      const channel: Channel = {
        id,
        name,
        groupId: groupId as GroupId,
        createdBy: OPERATOR,
        members: [],
        createdAt: this.hub.now(),
      };
      this.channels.push(channel);
      return channel;
    },
    'btmsg.channelAdd': ({ channel, agent }) => {
      for (const one of this.channels) if (one.id === channel) one.members.push(AgentId.parse(agent));
      return { added: true };
    },
    'btmsg.channelHistory': ({ channel }) => this.posts.filter(({ channelId }) => channelId === channel),
    'btmsg.channelSend': ({ channel, content }) => {
      const id = this.hub.newId('post');
      const by = { from: OPERATOR, fromName: 'Operator', fromRole: 'admin' };
      this.posts.push({ id, channelId: channel, ...by, content, createdAt: this.hub.now() });
      this.#tell({ kind: 'channel', channelId: channel, id });
      return { id };
    },
    'btmsg.audit': ({ agentId, type, before = Number.POSITIVE_INFINITY, limit = 100 }) =>
      this.audit
        .filter((one) => (!agentId || one.agentId === agentId) && (!type || one.type === type) && one.id < before)
        .toReversed()
        .slice(0, limit),
    'btmsg.clearAll': () => {
      this.messages = [];
      return { removed: 1 };
    },
    'bttask.board': ({ groupId }) =>
      TaskStatus.options.map((status) => ({
        status,
        tasks: this.tasks.filter((task) => task.groupId === groupId && task.status === status),
      })),
    'bttask.show': ({ id }) => ({
      task: this.#task(id),
      subtasks: this.tasks.filter(({ parentId }) => parentId === id),
      comments: this.comments.filter(({ taskId }) => taskId === id),
    }),
    'bttask.add': ({ title, description, priority, assign, groupId }) =>
      this.addTask({ title, description, priority, assignedTo: orNobody(assign), groupId: groupId as GroupId }),
    'bttask.status': ({ id, status, version }) => this.#changed(id, version, { status }),
    'bttask.assign': ({ id, agent, version }) => this.#changed(id, version, { assignedTo: orNobody(agent) }),
    'bttask.edit': ({ id, version, ...changes }) => this.#changed(id, version, changes),
    'bttask.depend': ({ id, on, version }) => this.#changed(id, version, { dependsOn: on }),
    'bttask.comment': ({ id, content }) => {
      const by = { agentId: OPERATOR, agentName: 'Operator' };
      const comment = { id: this.hub.newId('comment'), taskId: id, ...by, content, createdAt: this.hub.now() };
      this.comments.push(comment);
      const task = this.#task(id);
      task.comments += 1;
      this.#tell({ kind: 'task', taskId: id, groupId: task.groupId });
      return comment;
    },
    'bttask.delete': ({ id, version }) => {
      const { groupId } = this.#changed(id, version, {});
      this.tasks = this.tasks.filter((task) => task.id !== id);
      this.#tell({ kind: 'task', taskId: id, groupId });
      return { id };
    },
  };

  #changed(id: string, version: number | undefined, changes: Partial<Task>): Task {
    const task = this.#task(id);
    if (version !== undefined && version !== task.version) {
      const detail = `"${task.title}" was changed meanwhile: it is at version ${task.version}, ${task.status}. Look at it again before you change it.`;
      throw new ORPCError('CONFLICT', { message: detail, data: { by: 'another agent', detail } });
    }
    return this.change(id, changes);
  }

  #unread(): TeamMessage[] {
    return this.messages.filter(({ to, read }) => to === OPERATOR && !read);
  }

  #agent(id: string, name: string, role: string, tier: 1 | 2, groupId: GroupId): TeamAgent {
    const unread = this.messages.filter((message) => message.to === id && !message.read).length;
    const rest = { model: null, cwd: null, status: 'stopped', lastActiveAt: null } as const;
    return { id: AgentId.parse(id), name, role, groupId, tier, unread, ...rest };
  }

  #named(id: string): TeamAgent {
    const agent = this.agents.find((one) => one.id === id);
    if (!agent) throw new Error(`no agent ${id}`);
    return agent;
  }

  #message(id: string): TeamMessage {
    const message = this.messages.find((one) => one.id === id);
    if (!message) throw new ORPCError('NOT_FOUND', { message: `There is no message ${id}.` });
    return message;
  }

  #task(id: string): Task {
    const task = this.tasks.find((one) => one.id === id);
    if (!task) throw new ORPCError('NOT_FOUND', { message: `There is no task ${id}.` });
    return task;
  }

  #tell(change: TeamChange): void {
    this.hub.tell({ kind: 'team', changes: [change] });
  }
}

function orNobody(agent: string | null | undefined): AgentId | null {
  return agent ? AgentId.parse(agent) : null;
}
