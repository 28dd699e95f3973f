import type { Connection } from '@agor/cli';
import {
  CommandId,
  newId,
  type SessionSummary,
  type Task,
  type TaskStatus,
  type TeamChange,
  type WatchFrame,
} from '@agor/protocol';
import { withLimit } from './with-limit.ts';

/** What the person at a window sees, by the hub's stream alone, and does. Everything that is waited for comes by that stream. */
export class Operator implements Disposable {
  readonly sessions = new Map<string, SessionSummary>();
  /** Each status that an agent's session was seen in, without repetitions. */
  readonly statuses = new Map<string, string[]>();
  /** What the stream named as changed: whose inbox, which channel, which task. Of changes that come together it names each place once. */
  readonly named = { inboxes: new Set<string>(), channels: new Set<string>(), tasks: new Map<string, number>() };
  readonly #waiting = new Set<() => void>();
  #broken: unknown = null;

  private constructor(private readonly connection: Connection) {}

  static async watching(connection: Connection): Promise<Operator> {
    const operator = new Operator(connection);
    const frames = await connection.client.events.watch({});
    void operator.#read(frames);
    return operator;
  }

  get client(): Connection['client'] {
    return this.connection.client;
  }

  async call<T>(operation: string, input: unknown): Promise<T> {
    return (await this.client.team.call({ id: newId(CommandId), operation, input })) as T;
  }

  async task(id: string): Promise<Task> {
    return (await this.call<{ task: Task }>('bttask.show', { id })).task;
  }

  /** Of the agent's newest session. */
  sessionOf(agent: string): SessionSummary | undefined {
    return [...this.sessions.values()]
      .filter(({ state }) => state.projectId === agent)
      .toSorted((one, other) => other.state.createdAt - one.state.createdAt)[0];
  }

  /** Looks again with every frame, until it gives something. */
  async seen<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
    const deadline = withLimit(() => `${what} was not seen; seen so far: ${this.#story()}`);
    try {
      while (true) {
        const next = Promise.withResolvers<void>();
        this.#waiting.add(next.resolve);
        const found = await look();
        if (found !== undefined) return found;
        if (this.#broken) throw this.#broken;
        await Promise.race([next.promise, deadline.failed]);
        this.#waiting.delete(next.resolve);
      }
    } finally {
      deadline.end();
    }
  }

  /** Resolves once a task stands there. */
  async taskIn(id: string, status: TaskStatus): Promise<Task> {
    return await this.seen(`task ${id} in ${status}`, async () => {
      const task = await this.task(id);
      return task.status === status ? task : undefined;
    });
  }

  [Symbol.dispose](): void {
    this.connection[Symbol.dispose]();
  }

  async #read(frames: AsyncIterable<WatchFrame>): Promise<void> {
    try {
      for await (const frame of frames) {
        if (frame.kind === 'snapshot') for (const summary of frame.sessions) this.#session(summary);
        if (frame.kind === 'sessions') for (const summary of frame.changed) this.#session(summary);
        if (frame.kind === 'team') for (const change of frame.changes) this.#change(change);
        this.#wake();
      }
    } catch (error) {
      this.#broken = error; // told to whoever waits; without one the test is over
      this.#wake();
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const look of waiting) look();
  }

  #session(summary: SessionSummary): void {
    this.sessions.set(summary.state.id, summary);
    const agent = summary.state.projectId ?? '';
    const known = this.statuses.get(agent) ?? [];
    if (known.at(-1) !== summary.status) this.statuses.set(agent, [...known, summary.status]);
  }

  #change(change: TeamChange): void {
    if (change.kind === 'message') this.named.inboxes.add(change.to);
    if (change.kind === 'channel') this.named.channels.add(change.channelId);
    if (change.kind === 'task') this.named.tasks.set(change.taskId, (this.named.tasks.get(change.taskId) ?? 0) + 1);
  }

  #story(): string {
    const sessions = [...this.sessions.values()].map(({ state, status }) => ({
      agent: state.projectId,
      status,
      error: state.error?.message,
      asks: state.asks.map(({ ask, status: at }) => `${ask.title} (${at})`),
      tools: state.activeTools.map(({ name }) => name),
      said: state.lastText,
    }));
    return JSON.stringify({ statuses: Object.fromEntries(this.statuses), sessions }, null, 1);
  }
}
