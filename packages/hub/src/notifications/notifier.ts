import { basename } from 'node:path';
import {
  type AgentId,
  type GroupsFile,
  type Notification,
  type NotificationSettings,
  type NotificationStanding,
  OPERATOR,
  ProjectId,
  type SessionState,
} from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import type { InReview } from '../bttask/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus, HubTopics, SessionChange } from '../events/index.ts';
import { findMember } from '../groups/index.ts';
import { CatchUp } from './catch-up.ts';
import type { DesktopTeller } from './desktop/index.ts';
import { bodyOf, type Draft, titleOf } from './draft.ts';
import { AgorWatcher } from './of-agor.ts';
import { ConflictWatcher } from './of-conflicts.ts';
import { openAskDrafts, SessionWatcher } from './of-session.ts';
import { waysOf } from './quiet.ts';
import { NotificationStore, type StoreChanges } from './store.ts';

export interface NotifierOptions {
  /** sessions.db. */
  readonly db: HubDatabase;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly groups: () => GroupsFile;
  readonly settings: () => NotificationSettings;
  /** Those of now; asked for once, at the start. */
  readonly sessions: () => readonly SessionState[];
  /** The machine is telling what happened while it was not heard. */
  readonly isCatchingUp: () => boolean;
  readonly taskInReview: (taskId: string) => InReview | null;
  /** Shows on this computer's desktop; null where agor shall not. */
  readonly desktop: DesktopTeller | null;
}

/** A session that is gone from the newest is failed no longer, for all that is remembered. */
const REMEMBERED_SESSIONS = 500;

/**
 * Tells the person what happened, once: in the centre of every window, and as toast or on the desktop where its type and the hour allow it.
 * It only listens, after the fact, so nothing waits for it.
 */
export class Notifier implements Disposable {
  readonly #store: NotificationStore;
  readonly #watcher = new SessionWatcher((state) => this.#nameOf(state.projectId, state.cwd));
  readonly #late: CatchUp;
  readonly #own = new DisposableStack();
  readonly #startedAt: number;

  constructor(private readonly options: NotifierOptions) {
    const { db, bus, clock, desktop } = options;
    this.#startedAt = clock.now();
    this.#store = new NotificationStore(db);
    const tell = (draft: Draft) => this.#tell(draft);
    const agor = this.#own.use(new AgorWatcher(clock, tell));
    const conflicts = this.#own.use(new ConflictWatcher({ clock, tell, nameOf: (id) => this.#nameOf(id, '') }));
    this.#late = this.#own.use(new CatchUp(clock, options.isCatchingUp, (change) => this.#session(change)));
    this.#own.use(bus.on('sessions', (changes) => this.#sessions(changes)));
    this.#own.use(bus.on('problems', (problems) => agor.problems(problems)));
    this.#own.use(bus.on('machine', (state) => agor.machine(state)));
    this.#own.use(bus.on('conflicts', (told) => conflicts.take(told)));
    this.#own.use(bus.on('woken', (woken) => this.#woken(woken)));
    this.#own.use(bus.on('team', (changes) => this.#team(changes)));
    if (desktop) this.#own.use(desktop.onChange(() => this.#emit({ changed: [], removed: [] })));
  }

  /** Takes in how things stand. An ask that waits and of which the person was not told is told now. */
  start(): void {
    const states = this.options.sessions();
    this.#watcher.begin(states);
    for (const state of states)
      for (const draft of openAskDrafts(state, this.#nameOf(state.projectId, state.cwd))) this.#tell(draft);
  }

  standing(): NotificationStanding {
    return { notifications: this.#store.list(), desktop: this.options.desktop?.isThere ?? false };
  }

  /** A plugin has something to tell. False: it was told already. */
  ofPlugin(
    plugin: { readonly id: string; readonly name: string },
    notice: Pick<Notification, 'title' | 'body' | 'level'> & { readonly key?: string | undefined },
  ): boolean {
    const { level, title, body } = notice;
    const key = `plugin:${plugin.id}:${notice.key ?? crypto.randomUUID()}`;
    if (this.#store.wasTold(key)) return false;
    this.#tell({
      key,
      type: 'system',
      level,
      title: `${plugin.name}: ${title}`,
      body,
      projectId: null,
      sessionId: null,
    });
    return true;
  }

  markRead(ids: readonly string[]): void {
    this.#emit(this.#store.markRead(ids));
  }

  markAllRead(): void {
    this.markRead(this.#store.list().map(({ id }) => id));
  }

  clear(): void {
    this.#emit(this.#store.clear());
  }

  /** A window shows them before the person's eyes. */
  shown(ids: readonly string[]): void {
    for (const id of ids) this.options.desktop?.withdraw(id);
  }

  [Symbol.dispose](): void {
    this.#own.dispose();
  }

  #sessions(changes: readonly SessionChange[]): void {
    for (const change of changes) if (!this.#late.take(change)) this.#session(change);
    this.#watcher.keep(REMEMBERED_SESSIONS);
  }

  #session(change: SessionChange): void {
    const { drafts, settled } = this.#watcher.take(change);
    if (settled.length > 0) this.#emit(this.#store.settle(settled));
    for (const draft of drafts) this.#tell(draft);
  }

  #woken({ agentId, sessionId, reason }: HubTopics['woken']): void {
    const title = `${this.#nameOf(agentId, '')}: woken`;
    const key = `woken:${crypto.randomUUID()}`;
    this.#tell({ key, type: 'wake_event', level: 'info', title, body: reason, projectId: agentId, sessionId });
  }

  #team(changes: HubTopics['team']): void {
    for (const change of changes) {
      if (change.kind !== 'task') continue;
      const task = this.options.taskInReview(change.taskId);
      // The person knows what they did themselves; what was moved before we began was told then.
      if (!task || task.by === OPERATOR || task.at < this.#startedAt) continue;
      const agent: AgentId = task.assignedTo ?? task.by;
      const name = this.#nameOf(ProjectId.parse(agent), '');
      this.#tell({
        key: `review:${task.moveId}`,
        type: 'task_review',
        level: 'info',
        title: `${name}: a task is ready for review`,
        body: task.by === agent ? task.title : `${task.title} (moved by ${task.byName})`,
        projectId: ProjectId.parse(agent),
        sessionId: null,
        taskId: change.taskId,
      });
    }
  }

  #tell(draft: Draft): void {
    const { clock, settings, desktop, log } = this.options;
    if (this.#store.wasTold(draft.key)) return;
    const notification: Notification = {
      id: crypto.randomUUID(),
      type: draft.type,
      level: draft.level,
      title: titleOf(draft),
      body: bodyOf(draft),
      projectId: draft.projectId,
      sessionId: draft.sessionId,
      taskId: draft.taskId ?? null,
      ...waysOf(settings(), draft.type, clock.now()),
      at: clock.now(),
      read: false,
    };
    // What stands there unread already says it: a problem that comes and goes is not told each time.
    if (draft.type === 'system' && this.#store.list().some((one) => !one.read && isSame(one, notification))) return;
    try {
      this.#emit(this.#store.add(draft.key, notification));
    } catch (error) {
      // The disk is full: that is told by its problem, and nothing that runs may end because a notification can't be kept.
      log.error('a notification could not be kept', { error, title: notification.title });
      return;
    }
    if (notification.desktop) desktop?.show(notification);
  }

  #emit({ changed, removed }: StoreChanges): void {
    const { bus, desktop } = this.options;
    for (const { id, read } of changed) if (read) desktop?.withdraw(id);
    for (const id of removed) desktop?.withdraw(id);
    bus.emit('notifications', { changed, removed, desktop: desktop?.isThere ?? false });
  }

  #nameOf(projectId: ProjectId | null, cwd: string): string {
    const member = projectId === null ? null : findMember(this.options.groups(), projectId);
    return member?.project.name ?? (basename(cwd) || 'agor');
  }
}

function isSame(a: Notification, b: Notification): boolean {
  return a.type === b.type && a.title === b.title && a.body === b.body;
}
