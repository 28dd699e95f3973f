import type { ProjectId, PtyId, PtyInfo, WatchFrame } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { WatchReader } from './watch.svelte.ts';

/** The terminals that live in the pty host, in the order in which they were opened. */
export class TerminalsStore implements WatchReader {
  readonly #byId = new SvelteMap<PtyId, PtyInfo>();
  readonly all = $derived([...this.#byId.values()].sort((a, b) => a.createdAt - b.createdAt));

  get(id: PtyId): PtyInfo | undefined {
    return this.#byId.get(id);
  }

  /** Those of a project, or (null) those opened in a folder that is none. */
  ofProject(id: ProjectId | null): readonly PtyInfo[] {
    return this.all.filter((pty) => pty.projectId === id);
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') {
      this.#byId.clear();
      for (const pty of frame.ptys) this.#byId.set(pty.id, pty);
    }
    if (frame.kind === 'ptys') {
      for (const pty of frame.changed) this.#byId.set(pty.id, pty);
      for (const id of frame.removed) this.#byId.delete(id);
    }
  }
}
