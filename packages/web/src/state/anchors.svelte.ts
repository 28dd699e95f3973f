import type { CommandId, ProjectAnchors, ProjectId, SessionId, WatchFrame } from '@agor/protocol';
import { untrack } from 'svelte';
import type { HubClient } from './client.ts';
import type { CommandsStore } from './commands.svelte.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** Anchors of the projects, each asked for while it is looked at, and again when a change names it. */
export class AnchorsStore implements WatchReader {
  /** One for each project that was looked at. */
  readonly #lists = new Map<ProjectId, Live<ProjectAnchors>>();

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
  ) {}

  of(projectId: ProjectId): Live<ProjectAnchors> {
    const known = this.#lists.get(projectId);
    if (known) return known;
    // State that is made within a reaction would be no news to that reaction.
    const list = untrack(() => new Live((signal) => this.client.anchors.list({ projectId }, { signal })));
    this.#lists.set(projectId, list);
    return list;
  }

  pinning(sessionId: SessionId, seq: number): boolean {
    return this.commands.busy(pinKey(sessionId, seq));
  }

  pin(sessionId: SessionId, seq: number): void {
    void this.commands.run(pinKey(sessionId, seq), 'It was not pinned', (commandId, options) =>
      this.client.anchors.pin({ commandId, sessionId, seq }, options),
    );
  }

  changing(anchorId: string): boolean {
    return this.commands.busy(`anchor:${anchorId}`);
  }

  promote(anchorId: string): void {
    this.#change(anchorId, 'The anchor was not promoted', (input, options) =>
      this.client.anchors.promote(input, options),
    );
  }

  demote(anchorId: string): void {
    this.#change(anchorId, 'The anchor was not demoted', (input, options) =>
      this.client.anchors.demote(input, options),
    );
  }

  remove(anchorId: string): void {
    this.#change(anchorId, 'The anchor was not removed', (input, options) =>
      this.client.anchors.remove(input, options),
    );
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'anchors') for (const id of frame.projects) this.#lists.get(id)?.refresh();
    // A project's settings say how much goes with a run.
    if (frame.kind === 'snapshot' || frame.kind === 'groups') for (const list of this.#lists.values()) list.refresh();
  }

  #change(
    anchorId: string,
    failed: string,
    send: (
      input: { readonly commandId: CommandId; readonly anchorId: string },
      options: { readonly signal: AbortSignal },
    ) => Promise<unknown>,
  ): void {
    void this.commands.run(`anchor:${anchorId}`, failed, (commandId, options) =>
      send({ commandId, anchorId }, options),
    );
  }
}

function pinKey(sessionId: SessionId, seq: number): string {
  return `pin:${sessionId}:${seq}`;
}
