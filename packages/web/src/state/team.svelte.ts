import {
  type AgentId,
  type AuditEntry,
  type BtmsgOperation,
  type BttaskOperation,
  type btmsgOperations,
  type bttaskOperations,
  type CommandId,
  type GroupId,
  CommandId as NewCommandId,
  newId,
  type TeamChange,
  type WatchFrame,
} from '@agor/protocol';
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { z } from 'zod';
import { AUDIT_PAGE, type AuditFilter, withNewest } from '../audit/audit.logic.ts';
import type { HubClient } from './client.ts';
import type { CommandsStore } from './commands.svelte.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

type Operations = { [Name in BtmsgOperation as `btmsg.${Name}`]: (typeof btmsgOperations)[Name] } & {
  [Name in BttaskOperation as `bttask.${Name}`]: (typeof bttaskOperations)[Name];
};
export type TeamOperation = keyof Operations;
export type TeamInput<Name extends TeamOperation> = z.input<Operations[Name]['input']>;
export type TeamResult<Name extends TeamOperation> = z.output<Operations[Name]['output']>;

/** Messages shown of a conversation, a channel or the feed. */
const SHOWN = 200;
/** Unread messages that are told apart by sender. */
const UNREAD_LISTED = 500;
/** Lists that nobody looks at any more and that are kept for a quick way back. */
const KEPT_UNUSED = 12;

/** Messages and tasks of the team: each list is asked for when it is first looked at, and again when a change names it. */
export class TeamStore implements WatchReader {
  /** Messages to the operator that nobody has read. */
  readonly unread: Live<number>;
  readonly agents = new Live((signal) => this.call('btmsg.status', {}, { signal }));
  /** What waits to be read by the operator. */
  readonly inbox = new Live((signal) => this.call('btmsg.inbox', { limit: UNREAD_LISTED }, { signal }));
  readonly channels = new Live((signal) => this.call('btmsg.channelList', {}, { signal }));
  /** What Comms shows: `feed`, `channel:<id>` or `with:<agent>`. */
  place = $state('feed');
  /** The task that the board is to open, until it does. */
  taskToOpen = $state<string | null>(null);
  /** Somebody wants to add a task; the board asks for its words. */
  addsTask = $state(false);
  /** The message that its list is to show, until it does. */
  messageToShow = $state<string | null>(null);
  /** What was begun to be written, by place. */
  readonly drafts = new SvelteMap<string, string>();
  readonly #lists = new Map<string, Live<unknown>>();

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
  ) {
    this.unread = new Live(async (signal) => (await this.call('btmsg.unread', {}, { signal })).count);
    // For as long as the window lives: the rail shows it.
    this.unread.watch();
  }

  /** One operation as the operator. With a command's id it changes something, once. */
  async call<Name extends TeamOperation>(
    operation: Name,
    input: TeamInput<Name>,
    options: { readonly signal: AbortSignal; readonly id?: CommandId },
  ): Promise<TeamResult<Name>> {
    const { id = newId(NewCommandId), signal } = options;
    return (await this.client.team.call({ id, operation, input }, { signal })) as TeamResult<Name>;
  }

  feed(groupId: GroupId) {
    return this.#list(`feed ${groupId}`, 'btmsg.feed', { groupId, limit: SHOWN });
  }

  /** What the operator and an agent said to each other. */
  conversation(agent: AgentId) {
    return this.#list(`with ${agent}`, 'btmsg.history', { with: agent, limit: SHOWN });
  }

  channel(id: string) {
    return this.#list(`channel ${id}`, 'btmsg.channelHistory', { channel: id, limit: SHOWN });
  }

  board(groupId: GroupId) {
    return this.#list(`board ${groupId}`, 'bttask.board', { groupId });
  }

  task(id: string) {
    return this.#list(`task ${id}`, 'bttask.show', { id });
  }

  /** What happened, newest first: all that was asked for of it so far. */
  audit(filter: AuditFilter): Live<AuditEntry[]> {
    return this.#kept(`audit ${filter.type ?? ''} ${filter.agentId ?? ''}`, () => {
      const list: Live<AuditEntry[]> = new Live(async (signal) =>
        withNewest(list.value ?? [], await this.call('btmsg.audit', { ...filter, limit: AUDIT_PAGE }, { signal })),
      );
      return list;
    });
  }

  /** Adds what came before the oldest that is shown; false: that was all. */
  async olderAudit(filter: AuditFilter, signal: AbortSignal): Promise<boolean> {
    const list = this.audit(filter);
    const before = list.value?.at(-1)?.id;
    if (before === undefined) return false;
    const page = await this.call('btmsg.audit', { ...filter, before, limit: AUDIT_PAGE }, { signal });
    // Nothing, when the list has begun anew meanwhile.
    if (list.value?.at(-1)?.id === before) list.put((entries) => [...entries, ...page]);
    return page.length === AUDIT_PAGE;
  }

  /** Something that the operator does, with a toast when it was not done. */
  run<Name extends TeamOperation>(key: string, failed: string, operation: Name, input: TeamInput<Name>) {
    return this.commands.run(key, failed, (id, { signal }) => this.call(operation, input, { id, signal }));
  }

  /** After the operator has read or changed something here: the hub tells only what others have to know. */
  refresh(...prefixes: readonly string[]): void {
    const { agents, inbox, channels } = this;
    const all = [...Object.entries({ agents, inbox, channels }), ...this.#lists];
    for (const [key, list] of all) if (prefixes.some((prefix) => key.startsWith(prefix))) list.refresh();
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') this.#changed({ kind: 'all' });
    if (frame.kind === 'team') for (const change of frame.changes) this.#changed(change);
  }

  #changed(change: TeamChange): void {
    const named = listsOf(change);
    this.refresh(...named);
    if (named.includes('inbox') || named.includes('')) this.unread.refresh();
  }

  #list<Name extends TeamOperation>(key: string, operation: Name, input: TeamInput<Name>): Live<TeamResult<Name>> {
    return this.#kept(key, () => new Live((signal) => this.call(operation, input, { signal })));
  }

  #kept<T>(key: string, make: () => Live<T>): Live<T> {
    const kept = this.#lists.get(key) as Live<T> | undefined;
    // State that is made within a reaction would be no news to that reaction.
    const list = kept ?? untrack(make);
    this.#lists.delete(key);
    this.#lists.set(key, list as Live<unknown>);
    if (!kept) this.#forgetUnused();
    return list;
  }

  /** The one that was looked at longest ago goes first. The one just asked for is the last. */
  #forgetUnused(): void {
    const unused = [...this.#lists].slice(0, -1).filter(([, list]) => !list.watched);
    for (const [key] of unused.slice(0, Math.max(0, unused.length - KEPT_UNUSED))) this.#lists.delete(key);
  }
}

/** The lists that a change makes stale, by how their keys begin. */
function listsOf(change: TeamChange): readonly string[] {
  switch (change.kind) {
    case 'message':
      return ['agents', 'inbox', 'feed', 'with', 'audit'];
    case 'channel':
      return [`channel ${change.channelId}`, 'audit'];
    case 'task':
      return [`board ${change.groupId}`, 'task'];
    case 'agents':
      return ['agents', 'channels', 'inbox', 'feed', 'audit'];
    case 'audit':
      return ['audit'];
    case 'all':
      return [''];
  }
}
