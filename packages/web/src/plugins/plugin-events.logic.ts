import { OPERATOR, PLUGIN_EVENTS, type PluginPermission, type SessionSummary, type WatchFrame } from '@agor/protocol';

/** Something that happened, for those plugins that listen and may hear of it. */
export interface PluginEvent {
  readonly event: string;
  readonly needs: PluginPermission;
  readonly payload: Readonly<Record<string, string | number | null>>;
  /** Only for plugins that may read sessions: words of the person and of agents. */
  readonly words?: Readonly<Record<string, string>>;
}

/** What agor itself tells: no plugin may, also none whose id begins as these do. */
const OWN: ReadonlySet<string> = new Set([...PLUGIN_EVENTS, 'settings.changed']);

/** What others hear when a plugin emits `event`: its id stands before it, so nobody speaks for another. Null: only agor says that. */
export function emittedName(pluginId: string, event: string): string | null {
  const name = event.startsWith(`${pluginId}.`) ? event : `${pluginId}.${event}`;
  return OWN.has(name) ? null : name;
}

interface Known {
  readonly status: string;
  readonly turns: number;
  readonly asks: readonly string[];
}

/** Sessions that are remembered; the hub names no more of them at once. */
const MAX_KNOWN = 2_000;

/** Tells what happened from the frames of the hub. What a new window finds is how things are, and no news. */
export class PluginEvents {
  #known = new Map<string, Known>();

  constructor(private readonly projectName: (id: string | null) => string) {}

  read(frame: WatchFrame): PluginEvent[] {
    switch (frame.kind) {
      case 'snapshot':
        this.#known = new Map(frame.sessions.map((one) => [one.state.id, knownOf(one)]));
        return [];
      case 'sessions':
        for (const id of frame.removed) this.#known.delete(id);
        return frame.changed.flatMap((one) => this.#ofSession(one));
      case 'team':
        return frame.changes.flatMap((change): PluginEvent[] => {
          if (change.kind === 'task') {
            const { taskId, groupId } = change;
            return [{ event: 'task.changed', needs: 'events', payload: { taskId, groupId } }];
          }
          if (change.kind !== 'message' || change.to !== OPERATOR) return [];
          return [{ event: 'message.received', needs: 'messages:read', payload: { id: change.id } }];
        });
      default:
        return [];
    }
  }

  #ofSession(summary: SessionSummary): PluginEvent[] {
    const { state, status } = summary;
    const before = this.#known.get(state.id);
    const now = knownOf(summary);
    this.#known.set(state.id, now);
    const oldest = this.#known.keys().next();
    if (this.#known.size > MAX_KNOWN && !oldest.done) this.#known.delete(oldest.value);
    const { id: sessionId, projectId } = state;
    const of = { sessionId, projectId, project: this.projectName(projectId) };
    const words = { title: state.title || state.lastPrompt.slice(0, 200) };
    const told: PluginEvent[] = [];
    const tell = (event: string, more: PluginEvent['payload']) =>
      told.push({ event, needs: 'events', payload: { ...of, ...more }, words });
    if (before && before.status !== status) tell('session.status', { status, before: before.status });
    for (const { ask } of state.asks)
      if (now.asks.includes(ask.id) && !before?.asks.includes(ask.id)) tell('ask.opened', { askId: ask.id });
    if (before && now.turns > before.turns) tell('turn.ended', { turns: now.turns, costUsd: state.usage.costUsd });
    return told;
  }
}

function knownOf({ state, status }: SessionSummary): Known {
  const asks = state.asks.filter((one) => one.status === 'open').map(({ ask }) => ask.id);
  return { status, turns: state.usage.turns, asks };
}
